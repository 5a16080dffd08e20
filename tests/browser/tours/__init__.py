"""Walks through all pages and their states on the demo warehouse; each stop is a page that a check looks at.

A tour is given a function that makes handhelds, and yields (what is shown, the device that shows it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.browser.tours import desk, floor
from tests.support.handheld import Handheld

Stop = tuple[str, Handheld]
Tour = Callable[[Callable[..., Handheld]], Iterator[Stop]]

TOURS: dict[str, Tour] = {
    "signing in": floor.signing_in,
    "receiving": floor.receiving,
    "returns": floor.returns,
    "counting": floor.counting,
    "moves": floor.moves,
    "orders": floor.orders,
    "service": desk.service,
    "pages": desk.pages,
    "tasks at the desk": desk.tasks,
    "forms": desk.forms,
}
