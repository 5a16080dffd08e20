"""A journal in the columns of accounting programs. The same journal makes the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.drift.flows import Account
from scanner.drift.journal.rules import Entry


class Dialect(StrEnum):
    """Whose columns."""

    PLAIN = "plain"
    XERO = "xero"
    QUICKBOOKS = "quickbooks"


@dataclass(frozen=True, slots=True)
class Side:
    """One half of an entry: a debit above 0, or a credit below."""

    entry: Entry
    account: Account
    cents: int


Codes = Mapping[Account, str]
"""What the house's books call an account; its name where nothing else is said."""
Row = dict[str, str]
_TAX_FREE = "Tax Exempt"


def columns(dialect: Dialect) -> Sequence[str]:
    """The header."""
    return _WRITERS[dialect][0]


def rows(entries: Iterable[Entry], dialect: Dialect, reference: str, codes: Codes) -> Iterator[Row]:
    """Two rows for each entry, its debit first. `reference` names the period's journal."""
    write = _WRITERS[dialect][1]
    for entry in entries:
        for side in (Side(entry, entry.debit, entry.cents), Side(entry, entry.credit, -entry.cents)):
            yield write(side, reference, codes.get(side.account, side.account.value))


def money(cents: int) -> str:
    """`-5` -> `-0.05`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


def described(entry: Entry) -> str:
    """What an entry is, in words: `Counts: theft, section A, of 2026-10-31`."""
    about = [entry.cause, f"section {entry.section}" if entry.section else "", f"of {entry.late}" if entry.late else ""]
    said = ", ".join(filter(None, about))
    return f"{entry.journal}: {said}" if said else entry.journal.value


def _plain(side: Side, reference: str, account: str) -> Row:
    entry = side.entry
    return {
        "date": entry.day.isoformat(),
        "journal": entry.journal.value,
        "account": account,
        "description": described(entry),
        "debit": money(side.cents) if side.cents > 0 else "",
        "credit": money(-side.cents) if side.cents < 0 else "",
        "section": entry.section,
        "cause": entry.cause,
        "reference": reference,
    }


def _xero(side: Side, reference: str, account: str) -> Row:
    return {
        "Narration": reference,
        "Date": side.entry.day.isoformat(),
        "Description": described(side.entry),
        "AccountCode": account,
        "TaxRate": _TAX_FREE,
        "Amount": money(side.cents),
    }


def _quickbooks(side: Side, reference: str, account: str) -> Row:
    return {
        "Journal No": reference,
        "Date": side.entry.day.isoformat(),
        "Account": account,
        "Debit": money(side.cents) if side.cents > 0 else "",
        "Credit": money(-side.cents) if side.cents < 0 else "",
        "Memo": described(side.entry),
        "Name": "",
        "Class": side.entry.section,
    }


_WRITERS: dict[Dialect, tuple[Sequence[str], Callable[[Side, str, str], Row]]] = {
    Dialect.PLAIN: (
        ("date", "journal", "account", "description", "debit", "credit", "section", "cause", "reference"), _plain,
    ),
    Dialect.XERO: (("Narration", "Date", "Description", "AccountCode", "TaxRate", "Amount"), _xero),
    Dialect.QUICKBOOKS: (("Journal No", "Date", "Account", "Debit", "Credit", "Memo", "Name", "Class"), _quickbooks),
}  # fmt: skip
