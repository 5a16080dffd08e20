"""What a scan does to returns: grades are kept, and other systems are told of the lines."""

from __future__ import annotations

from scanner.returns import facts
from scanner.returns.grading import Grades, GradesOnArrival
from scanner.returns.rules import LinesChanged
from scanner.scans.workflow import Carrier, Follower

FOLLOWER = Follower(
    carries=(
        Carrier(Grades, facts.keep_grades),
        Carrier(GradesOnArrival, facts.keep_grades_on_arrival),
        Carrier(LinesChanged, facts.tell_of_lines),
    )
)
