"""From what moved to a balanced journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue.locations import NO_INVENTORY, LocationKind
from scanner.discrepancies.rules import Cause
from scanner.drift.flows import Account, Flow, Journal, accounts_of
from scanner.drift.journal.dialects import Dialect, columns, described, money, rows
from scanner.drift.journal.rules import Booked, Entry, Signed, cents_of, change_of_inventory_e4, inventory_cents, journal

END = date(2026, 11, 30)
SHELF, CUSTOMER, SUPPLIER, ADJUSTMENT = "shelf", "customer", "supplier", "adjustment"
KINDS = st.sampled_from([kind.value for kind in LocationKind])
CAUSES = st.sampled_from(["", "import", "opening stock", "items merged", *Cause])
SECTIONS = st.sampled_from(["", "A", "B"])
FLOWS = st.builds(
    Flow,
    KINDS,
    KINDS,
    value_e4=st.integers(0, 10**12),
    cause=CAUSES,
    section=SECTIONS,
    late=st.none() | st.just(date(2026, 10, 31)),
)
SIGNED = st.builds(Signed, SECTIONS, st.integers(-(10**12), 10**12))
PERIODS = st.builds(Booked, *[st.lists(FLOWS, max_size=8)], *[st.lists(SIGNED, max_size=3)] * 3)


@pytest.mark.parametrize(
    ("source", "target", "cause", "debit", "credit", "kind"),
    [
        (SUPPLIER, "dock", "", Account.INVENTORY, Account.RECEIVED, Journal.RECEIPT),
        ("dock", SUPPLIER, "", Account.RECEIVED, Account.INVENTORY, Journal.RECEIPT),
        ("packing", CUSTOMER, "", Account.SHIPPED, Account.INVENTORY, Journal.SHIPMENT),
        (CUSTOMER, SHELF, "", Account.INVENTORY, Account.SHIPPED, Journal.SHIPMENT),
        (CUSTOMER, "damaged", "", Account.DAMAGED, Account.SHIPPED, Journal.DAMAGE),
        (SHELF, ADJUSTMENT, "theft", Account.RESERVE, Account.INVENTORY, Journal.COUNT),
        (ADJUSTMENT, SHELF, "return not logged", Account.INVENTORY, Account.RESERVE, Journal.COUNT),
        (SHELF, ADJUSTMENT, "", Account.RESERVE, Account.INVENTORY, Journal.COUNT),
        (SHELF, ADJUSTMENT, "misplaced", Account.MISPLACED, Account.INVENTORY, Journal.COUNT),
        (SHELF, ADJUSTMENT, "supplier shipped otherwise", Account.CLAIMS, Account.INVENTORY, Journal.CLAIM),
        (SHELF, "damaged", "", Account.DAMAGED, Account.INVENTORY, Journal.DAMAGE),
        (SHELF, "vendor", "", Account.CLAIMS, Account.INVENTORY, Journal.CLAIM),
        ("damaged", "scrap", "", Account.SCRAPPED, Account.DAMAGED, Journal.SCRAP),
        (ADJUSTMENT, SHELF, "import", Account.INVENTORY, Account.OPENING, Journal.OPENING),
        (ADJUSTMENT, SHELF, "opening stock", Account.INVENTORY, Account.OPENING, Journal.OPENING),
        (SHELF, ADJUSTMENT, "items merged", Account.MERGED, Account.INVENTORY, Journal.MERGED),
    ],
)
def test_a_movement_has_two_accounts(
    source: str, target: str, cause: str, debit: Account, credit: Account, kind: Journal
) -> None:
    assert accounts_of(Flow(source, target, value_e4=1, cause=cause)) == (debit, credit, kind)


@pytest.mark.parametrize("target", ["shelf", "dock", "bench", "quarantine", "refurbish", "packing", "cart"])
def test_within_the_inventory_nothing_is_booked(target: str) -> None:
    assert accounts_of(Flow("shelf", target, value_e4=1)) is None


@given(st.sampled_from(LocationKind), st.sampled_from(LocationKind), CAUSES)
def test_every_movement_is_understood(source: LocationKind, target: LocationKind, cause: str) -> None:
    accounts_of(Flow(source.value, target.value, value_e4=1, cause=cause))


@given(st.lists(PERIODS, max_size=6), st.integers(0, 10**12), st.sampled_from(Dialect))
def test_the_journals_of_any_year_change_the_inventory_by_what_its_value_changed(
    year: Sequence[Booked], opening_e4: int, dialect: Dialect
) -> None:
    value, account = opening_e4, 0
    for booked in year:
        entries = journal(END, booked, value)
        value += change_of_inventory_e4(booked)
        account += sum(inventory_cents(entry) for entry in entries)
        written = list(rows(entries, dialect, "2026-11", {}))
        assert sum(_amount(row) for row in written) == 0
        assert sum(_amount(row) for row in written if Account.INVENTORY in row.values()) * 100 == sum(
            map(inventory_cents, entries)
        )
        assert written == list(rows(journal(END, booked, value - change_of_inventory_e4(booked)), dialect, "2026-11", {}))
    assert account == cents_of(value) - cents_of(opening_e4)


def _amount(row: dict[str, str]) -> Decimal:
    if "Amount" in row:
        return Decimal(row["Amount"])
    debit, credit = (row.get(name) or row.get(name.title()) or "0" for name in ("debit", "credit"))
    return Decimal(debit) - Decimal(credit)


@given(PERIODS)
def test_an_entry_is_of_whole_cents_above_nothing(booked: Booked) -> None:
    assert all(entry.cents > 0 and entry.debit is not entry.credit for entry in journal(END, booked, 0))


def test_many_small_amounts_leave_a_cent_that_is_booked() -> None:
    flows = [Flow(SUPPLIER, "dock", value_e4=60, section=section) for section in "ABC"]
    assert [(entry.journal, entry.debit, entry.cents) for entry in journal(END, Booked(flows), 0)] == [
        (Journal.RECEIPT, Account.INVENTORY, 1),
        (Journal.RECEIPT, Account.INVENTORY, 1),
        (Journal.RECEIPT, Account.INVENTORY, 1),
        (Journal.ROUNDING, Account.ROUNDING, 1),
    ]


def test_the_order_of_what_moved_changes_nothing() -> None:
    flows = [Flow(SUPPLIER, "dock", value_e4=100, section="B"), Flow(SHELF, ADJUSTMENT, value_e4=300, cause="theft", section="A")]
    assert journal(END, Booked(flows), 0) == journal(END, Booked(flows[::-1]), 0)


def test_what_is_late_shows_its_own_day() -> None:
    late = Flow(SHELF, ADJUSTMENT, value_e4=12_300, cause="theft", section="A", late=date(2026, 10, 31))
    (entry,) = journal(END, Booked([late]), 1_000_000)
    assert described(entry) == "Counts: theft, section A, of 2026-10-31"
    assert entry.day == END


def test_the_columns_of_each_dialect() -> None:
    entry = Entry(END, Journal.COUNT, Account.RESERVE, Account.INVENTORY, 12_345, section="A", cause="theft")
    codes = {Account.INVENTORY: "630"}
    assert [list(row.values()) for row in rows([entry], Dialect.PLAIN, "DRIFT-2026-11", codes)] == [
        ["2026-11-30", "Counts", "Shrink reserve", "Counts: theft, section A", "123.45", "", "A", "theft", "DRIFT-2026-11"],
        ["2026-11-30", "Counts", "630", "Counts: theft, section A", "", "123.45", "A", "theft", "DRIFT-2026-11"],
    ]
    assert [list(row.values()) for row in rows([entry], Dialect.XERO, "DRIFT-2026-11", codes)] == [
        ["DRIFT-2026-11", "2026-11-30", "Counts: theft, section A", "Shrink reserve", "Tax Exempt", "123.45"],
        ["DRIFT-2026-11", "2026-11-30", "Counts: theft, section A", "630", "Tax Exempt", "-123.45"],
    ]
    assert [list(row.values()) for row in rows([entry], Dialect.QUICKBOOKS, "DRIFT-2026-11", codes)] == [
        ["DRIFT-2026-11", "2026-11-30", "Shrink reserve", "123.45", "", "Counts: theft, section A", "", "A"],
        ["DRIFT-2026-11", "2026-11-30", "630", "", "123.45", "Counts: theft, section A", "", "A"],
    ]


@pytest.mark.parametrize("dialect", Dialect)
def test_every_row_has_the_columns_of_the_header(dialect: Dialect) -> None:
    entry = Entry(END, Journal.ACCRUAL, Account.SHRINK, Account.RESERVE, 5)
    assert all(list(row) == list(columns(dialect)) for row in rows([entry], dialect, "R", {}))


@pytest.mark.parametrize(("cents", "said"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12_345, "-123.45"), (100, "1.00")])
def test_cents_as_money(cents: int, said: str) -> None:
    assert money(cents) == said


@pytest.mark.parametrize(("amount", "cents"), [(49, 0), (50, 1), (-50, -1), (-49, 0), (149, 1), (150, 2)])
def test_halves_of_a_cent_go_away_from_zero(amount: int, cents: int) -> None:
    assert cents_of(amount) == cents


@pytest.mark.parametrize("kind", LocationKind)
def test_goods_are_in_the_inventory_account_where_the_record_counts_them_as_inventory(kind):
    other = SUPPLIER if kind not in (SUPPLIER, ADJUSTMENT) else CUSTOMER
    booked = accounts_of(Flow(other, kind, value_e4=1))
    assert booked is not None and (booked[0] is Account.INVENTORY) == (kind not in NO_INVENTORY)
