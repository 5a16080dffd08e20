"""What the shop's books call the accounts, such as `1400`. A journal of a closed month keeps what they were called."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.drift.flows import Account
from scanner.errors import BadRequest
from scanner.house import store as house
from scanner.people.rules import OperatorView, Right

MOST = 64
FORMULA = ("=", "+", "-", "@")
_KEY = "account "


def codes(session: Session) -> dict[Account, str]:
    """What the books call each account that was given a name of theirs."""
    facts = house.facts(session)
    return {each: facts[key] for each in Account if (key := f"{_KEY}{each.name.lower()}") in facts}


def name(session: Session, said: Mapping[Account, str], operator: OperatorView) -> None:
    """Say what the books call accounts; nothing stands for their plain names. Raises BadRequest."""
    operator.demand(Right.CLOSE_MONTHS)
    wanted = {each: " ".join(text.split()) for each, text in said.items()}
    for each, text in wanted.items():
        if len(text) > MOST or not text.isprintable():
            raise BadRequest(f"{each}: expected a code or a name of at most {MOST} characters.", each.name.lower())
        if text.startswith(FORMULA):
            raise BadRequest(f"{each}: a name that begins with {text[0]} is a formula to a spreadsheet.", each.name.lower())
    audit.take_turn(session)
    before = codes(session)
    _refuse_a_second_inventory(before | wanted)
    for each, text in wanted.items():
        house.drop(session, f"{_KEY}{each.name.lower()}")
        if text:
            house.keep(session, f"{_KEY}{each.name.lower()}", text)
    after = codes(session)
    if before != after:
        named = ({key.value: text for key, text in which.items()} for which in (before, after))
        old, new = named
        audit.note(session, operator, Action.ACCOUNTS_NAMED, "accounts", "journal", before=old, after=new)


def _refuse_a_second_inventory(names: Mapping[Account, str]) -> None:
    """Others may share a name. An entry against the inventory under the inventory's own name would say nothing."""
    called = {each: names.get(each) or each.value for each in Account}
    for each, name in called.items():
        if each is not Account.INVENTORY and name.lower() == called[Account.INVENTORY].lower():
            raise BadRequest(f"{each}: {name} is the inventory's own account. Call one of them otherwise.", each.name.lower())
