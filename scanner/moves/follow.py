"""What a scan does to moves: what it said of the goods is kept."""

from __future__ import annotations

from sqlmodel import Session

from scanner.moves import store
from scanner.moves.hand import GradedSo
from scanner.scans.workflow import Carrier, Follower, Recorded


def _keep(session: Session, graded: GradedSo, recorded: Recorded) -> None:
    store.keep_grade(session, recorded.seq, graded.disposition, graded.reason_id)


FOLLOWER = Follower(carries=(Carrier(GradedSo, _keep),))
