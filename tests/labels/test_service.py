"""Which groups of labels are for whom."""

import pytest

from scanner.labels.service import BADGES, all_groups, groups_for
from scanner.people.rules import OperatorView
from scanner.workflows import WORKFLOWS

RECEIVER, SUPERVISOR = (OperatorView(1, "Somebody", frozenset({role})) for role in ("receiver", "supervisor"))


@pytest.mark.parametrize(
    ("operator", "trial", "sees"),
    [
        (RECEIVER, False, False),
        (SUPERVISOR, False, True),
        (None, False, False),
        (None, True, True),  # there is no other way to a first badge
    ],
)
def test_badges_are_for_supervisors_and_in_a_trial_for_everybody(operator, trial, sees):
    groups = groups_for(operator, WORKFLOWS, trial=trial)
    assert (BADGES in groups) is sees
    assert set(groups) >= set(all_groups(WORKFLOWS)) - {BADGES}
