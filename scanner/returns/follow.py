"""What a scan does to returns: grades are kept, and other systems are told of the lines."""

from __future__ import annotations

from scanner.returns import facts
from scanner.returns.grading import Grades, GradesOnArrival
from scanner.returns.rules import LinesChanged
from scanner.scans.workflow import Follower

FOLLOWER = Follower(
    carries={
        Grades: facts.keep_grades,
        GradesOnArrival: facts.keep_grades_on_arrival,
        LinesChanged: facts.tell_of_lines,
    }
)
