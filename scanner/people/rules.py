"""Who may do what. A role is a job on the floor; a right is one thing that the software lets somebody do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.errors import NotAllowed


class Role(StrEnum):
    """A job. One person may have several."""

    RECEIVER = "receiver"
    RETURNS = "returns"
    COUNTER = "counter"
    SUPERVISOR = "supervisor"
    SERVICE = "service"
    PICKER = "picker"
    FINANCE = "finance"


class Right(StrEnum):
    """One thing that somebody may do. The value completes the sentence "Rosa may not …"."""

    SEE_TASKS = "see tasks"
    RECEIVE = "scan receipts"
    RETURN = "grade returns"
    COUNT = "count stock"
    PICK = "pick and pack orders"
    MOVE = "move goods"
    SEE_ORDERS = "see orders"
    TAKE_ORDERS = "bring in orders"
    DECIDE_SHORT = "decide what becomes of short orders"
    ANNOUNCE_RETURNS = "announce returns"
    LINK_CODES = "link codes to items"
    CHANGE_ITEMS = "rename, merge or retire items"
    SEE_STOCK = "see stock and its movements"
    SEE_DISCREPANCIES = "see discrepancies"
    SEE_PROGRESS = "see everybody's progress"
    SETTLE = "settle discrepancies"
    START_COUNTS = "start counts"
    PLAN_COUNTS = "plan counts"
    SEE_REPORTS = "see reports"
    SEE_DRIFT = "see drift and its budget"
    CLOSE_MONTHS = "close months or set what may drift"
    SEE_REORDER = "see what to order"
    SEE_SIGNALS = "see signals"
    CLOSE_SIGNALS = "close signals"
    EDIT_REASONS = "edit the reasons of returns"
    CONNECT = "connect other systems"
    PRINT_LABELS = "print labels"
    SEE_BADGES = "see everybody's badges"
    END_SESSIONS = "see where others are signed in, and end that"
    IMPORT = "bring in data"
    EXPORT = "take out data"
    SEE_AUDIT = "see what administrators changed"
    KEEP_PEOPLE = "add or change people"
    CHANGE_SETTINGS = "change the settings of the warehouse"


_FLOOR = (Right.MOVE, Right.PICK, Right.SEE_ORDERS)
"""What whoever works the floor may do."""
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.RECEIVER: frozenset(
        {
            Right.SEE_TASKS,
            Right.RECEIVE,
            *_FLOOR,
            Right.LINK_CODES,
            Right.SEE_STOCK,
            Right.SEE_DISCREPANCIES,
            Right.PRINT_LABELS,
        }
    ),
    Role.RETURNS: frozenset(
        {
            Right.SEE_TASKS,
            Right.RETURN,
            *_FLOOR,
            Right.LINK_CODES,
            Right.SEE_STOCK,
            Right.SEE_DISCREPANCIES,
            Right.PRINT_LABELS,
        }
    ),
    # Counts are blind: a counter must not see what the record has.
    Role.COUNTER: frozenset({Right.SEE_TASKS, Right.COUNT, Right.START_COUNTS, *_FLOOR, Right.PRINT_LABELS}),
    Role.SERVICE: frozenset(
        {
            Right.SEE_TASKS,
            Right.ANNOUNCE_RETURNS,
            Right.SEE_STOCK,
            Right.SEE_DISCREPANCIES,
            Right.SEE_ORDERS,
            Right.TAKE_ORDERS,
        }
    ),
    Role.PICKER: frozenset({Right.SEE_TASKS, *_FLOOR, Right.SEE_STOCK, Right.PRINT_LABELS}),
    Role.FINANCE: frozenset(
        {
            Right.SEE_TASKS,
            Right.SEE_STOCK,
            Right.SEE_DISCREPANCIES,
            Right.SEE_ORDERS,
            Right.SEE_REPORTS,
            Right.SEE_DRIFT,
            Right.CLOSE_MONTHS,
            Right.SEE_REORDER,
        }
    ),
    Role.SUPERVISOR: frozenset(Right),
}
ADMINISTRATIVE = RIGHTS[Role.SUPERVISOR].difference(*(rights for role, rights in RIGHTS.items() if role is not Role.SUPERVISOR))
"""Rights that supervisors alone have. What is changed by one of them is noted in the audit."""


@dataclass(frozen=True, slots=True)
class OperatorView:
    """A person with a badge. `via` is by what the person acts: a page, or a token of the API."""

    id: int
    name: str
    roles: frozenset[str]
    via: str = field(default="page", compare=False)

    @property
    def is_administrator(self) -> bool:
        """Whether the person has a right that supervisors alone have."""
        return any(self.may(right) for right in ADMINISTRATIVE)

    @property
    def has_role(self) -> bool:
        """Whether any of the person's roles is one that gives rights."""
        return any(role in RIGHTS for role in self.roles)

    def may(self, right: Right) -> bool:
        """Whether any of the person's roles gives the right. Unknown roles give none."""
        return any(right in RIGHTS[Role(role)] for role in self.roles if role in RIGHTS)

    def demand(self, right: Right, *others: Right) -> None:
        """Raise NotAllowed where the person has none of these rights."""
        if not any(self.may(each) for each in (right, *others)):
            ask = "" if self.has_role else f" {self.name} has no role yet: ask your supervisor for a role."
            raise NotAllowed(f"{self.name} may not {right}.{ask}")


def parse_roles(text: str) -> frozenset[str]:
    """`receiver; counter` -> {"receiver", "counter"}. Raises ValueError that names an unknown role."""
    roles = frozenset(role.strip().lower() for role in text.split(";") if role.strip())
    unknown = sorted(roles - set(Role))
    if unknown:
        raise ValueError(f"expected roles out of {'; '.join(Role)}, got {'; '.join(unknown)}")
    return roles


def join_roles(roles: frozenset[str]) -> str:
    """The roles as they are stored: separated by `;`, in the order of `Role`."""
    return ";".join(role for role in Role if role in roles)
