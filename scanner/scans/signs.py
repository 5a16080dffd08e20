"""The page of all signs, words, sounds and buzzes, to try each before it matters."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from scanner.people.rules import Right
from scanner.people.session import requires
from scanner.scans.rooms import Entry
from scanner.scans.signals import SIGNS

blueprint = Blueprint("signs", __name__)
ENTRY = Entry(endpoint="signs.index", title="Signs and sounds", words="What each colour, sign and sound means: try them")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a signal means to the person who scans."""

    title: str
    words: str


MEANINGS = {
    "counted": Meaning("Counted", "It is on record. Go on."),
    "complete": Meaning("Complete", "That was the last one wanted. It is on record."),
    "located": Meaning("At this place", "What you scan now goes there, or is taken from there."),
    "over": Meaning("Counted, not as it should be", "It is more than expected, or was not expected at all. The desk sees it."),
    "held": Meaning("It waits for you", "Nothing is counted yet. Read the words, then say yes or leave it out."),
    "refused": Meaning("Not counted", "Read the words: they say what is wrong and what to do."),
    "duplicate": Meaning("Scanned before", "This very thing is on record already. It is not counted twice."),
    "too-many": Meaning("Too many", "The order wants no more of it. Put the rest back."),
    "not-on-order": Meaning("Not on this order", "Put it back where it was."),
    "wrong-shelf": Meaning("Wrong shelf", "The words say where to go."),
    "undone": Meaning("Taken back", "Your last scan does not count any more."),
    "finished": Meaning("Finished", "The task is done. Scan the next one."),
    "kept": Meaning("Kept on this device", "There is no Wi-Fi here. Go on: it is sent by itself."),
    "times": Meaning("A number of times", "You scanned a number. The next scan counts that often."),
}
"""Every signal that a device gives (static/js/feedback.js), in the order in which people meet them."""
_SIGNS = SIGNS | {"kept": "kept", "times": "twice"}


@blueprint.get("/signs")
@requires(Right.SEE_TASKS)
def index() -> str:
    """All signals."""
    return render_template("scans/signs.html", meanings=MEANINGS, signs=_SIGNS)
