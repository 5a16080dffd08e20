"""What the shop chooses for itself, as a supervisor changes it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import Conflict
from scanner.house import rules, store
from scanner.house.rules import SHOP_SETTINGS, ShopSetting
from scanner.people.rules import OperatorView, Right
from scanner.settings import Settings


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting and its value as text. `fixed`: the server's environment sets it, so that no page can."""

    about: ShopSetting
    value: str
    fixed: bool


def shown(settings: Settings) -> list[Shown]:
    """Every setting of the shop as it is now."""
    return [Shown(each, rules.as_text(getattr(settings, each.key)), each.key in settings.fixed) for each in SHOP_SETTINGS]


def change(session: Session, key: str, text: str, operator: OperatorView, settings: Settings) -> str:
    """Set one; gives its value as it is kept. Raises BadRequest, and Conflict for one that the environment sets."""
    operator.demand(Right.CHANGE_SETTINGS)
    about = rules.setting(key)
    value = rules.as_text(rules.understood(key, text))
    if key in settings.fixed:
        raise Conflict(f"{about.title}: {about.variable} sets this where the server runs. Take it out there first.", key)
    audit.take_turn(session)
    before = store.fact(session, key)
    store.keep(session, key, value)
    was = rules.as_text(getattr(settings, key)) if before is None else before
    audit.note(session, operator, Action.SETTING_CHANGED, "setting", about.title, before={"value": was}, after={"value": value})
    return value
