"""What one page alone shows, such as a secret that was just made: a reload of that page makes no other one, and shows none."""

from __future__ import annotations

from typing import Any

from flask import make_response, session
from werkzeug.wrappers import Response

from scanner.web.context import htmx, see_other

_KEY = "once"


def show_once(location: str, name: str, facts: dict[str, Any]) -> Response:
    """Lead to the page that shows it."""
    session[_KEY] = {"name": name, **facts}
    if not htmx:
        return see_other(location)
    answer = make_response("")
    answer.headers["HX-Redirect"] = location
    return answer


def shown_once(name: str) -> dict[str, Any] | None:
    """What the page shall show, this once; None where there is nothing of that name."""
    if session.get(_KEY, {}).get("name") != name:
        return None
    found: dict[str, Any] = session.pop(_KEY)
    return found
