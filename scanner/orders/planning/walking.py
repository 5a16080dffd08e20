"""From where a walk goes on: a slip to a wrong shelf does not change the way. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from scanner.orders.planning.rules import Need, Plan, Shelf, WalkPlace, plan


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands, and where they last stood rightly, in walking order. None: the walk begins anew."""

    at: WalkPlace | None = None
    before: WalkPlace | None = None

    def plan(self, needs: Iterable[Need], shelves: Iterable[Shelf]) -> Plan:
        """The walk from here where something is taken here, else from where the person last stood rightly."""
        needs, shelves = tuple(needs), tuple(shelves)
        here = plan(needs, shelves, self.at)
        right = self.at == self.before or any(stop.walk == self.at for stop in here.stops)
        return here if right else plan(needs, shelves, self.before)


NOWHERE: Final = Standing()
