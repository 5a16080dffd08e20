"""The pages of what is sent back to vendors."""

from __future__ import annotations

from flask import Blueprint, render_template

from scanner.moves.papers import service
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import workflows
from scanner.web.context import read

blueprint = Blueprint("papers", __name__, url_prefix="/moves/papers")


@blueprint.get("")
@requires(Right.MOVE)
def index() -> str:
    """What is to go back, and the papers of what went."""
    to_go, sent = read(service.papers, signed_in(), read(workflows().hidden_places, signed_in()))
    return render_template("moves/papers/index.html", to_go=to_go, sent=sent)


@blueprint.get("/<int:seq>")
@requires(Right.MOVE)
def paper(seq: int) -> str:
    """The papers that go with what was sent back, each on a sheet of its own."""
    return render_template("moves/papers/paper.html", sent=read(service.papers_of, seq, signed_in()))
