"""The pages of one kind of task, as its room declares them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from scanner.scans.choices import Opening
from scanner.scans.result import ScanResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """The pages of one kind of task. `index`, `task` and `finish` are endpoints; the last two take a reference."""

    title: str
    words: str  # for the home page
    tasks: str  # the plural, for lists
    index: str
    task: str
    finish: str
    reply: Callable[[list[ScanResult]], str]  # the parts of the page that scans changed
    choose: Callable[[Opening | None], str]  # the page to choose a task, with the result of opening one
    opens_by: str = ""  # what to scan to open one, in words
    due: Callable[[], int] | None = None  # how many wait, for the home page
    note: Callable[[], str] | None = None  # what the person must not forget, for the home page
    offline: bool = True  # whether a device keeps its pages
    arrive: Callable[[Opening, str], Opening] | None = None  # after a code on `choose` was looked up
    go: Callable[[str], str | None] | None = None  # obeys a code that opens no task, and gives the address to go to
    elsewhere: Callable[[str], str | None] | None = None  # the page of a task for a person who does not scan it
    live: Callable[[str, Collection[int]], str] | None = None  # the parts that others changed, of these lines; None: not told
    photo_reply: Callable[[str, int], str] | None = None  # the parts that a photo changed; None: no photos are kept
