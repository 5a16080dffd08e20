"""Several devices at the same moment, on both databases: each thing takes effect once, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from scanner.discrepancies.service import discrepancies, settle
from scanner.scans.result import Outcome, Reason
from scanner.workflows import SETTLERS, WORKFLOWS
from tests.support.warehouse import LAMP, MUG, NOW, TEE, finish_task, link_code

pytestmark = pytest.mark.usefixtures("the_record_agrees")
DEVICES = 8


def at_once(call: Callable[[int], Any], times: int = DEVICES) -> list[Any]:
    """Call from `times` threads that start together."""
    barrier = Barrier(times)

    def one(number: int) -> Any:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_two_devices_on_one_receipt_lose_no_count(warehouse):
    warehouse.add_receipt("PO-2", [("MUG-B", 500)])

    def burst(number: int) -> None:
        for _ in range(25):
            warehouse.scan(MUG, task="PO-2", device=f"handheld-{number}")

    at_once(burst)
    assert warehouse.lines("PO-2") == [("MUG-B", 200)]


@pytest.mark.slow
def test_the_last_expected_unit_of_each_line_is_counted_once(warehouse):
    """Eight devices race for one unit on each of 200 lines: 200 are counted, the others are held as over."""
    items = [f"ITEM-{number:03}" for number in range(200)]
    warehouse.add_items(items)
    warehouse.add_receipt("PO-2", [(sku, 1) for sku in items])

    def take_all(number: int) -> Counter:
        return Counter(warehouse.scan(sku, task="PO-2", device=f"handheld-{number}").outcome for sku in items)

    total = sum(at_once(take_all), Counter())
    assert total == {Outcome.ACCEPTED: 200, Outcome.HELD: 200 * (DEVICES - 1)}
    assert all(scanned == 1 for _, scanned in warehouse.lines("PO-2"))


def test_the_same_scan_from_eight_threads_is_one_row(warehouse):
    scan_id = uuid4()
    results = at_once(lambda _: warehouse.scan(MUG, id=scan_id))
    assert Counter(result.replayed for result in results) == {True: DEVICES - 1, False: 1}
    assert len({result.seq for result in results}) == 1
    assert warehouse.lines()[0] == ("MUG-B", 1)


def test_the_same_undo_takes_back_once(warehouse):
    warehouse.scan(MUG)
    warehouse.scan(MUG)
    undo = uuid4()
    at_once(lambda _: warehouse.scan("CMD-UNDO", id=undo))
    assert warehouse.lines()[0] == ("MUG-B", 1)


def test_eight_undos_of_one_scan_take_it_back_once(warehouse):
    warehouse.scan(MUG)
    results = at_once(lambda _: warehouse.scan("CMD-UNDO"))
    assert Counter(result.outcome for result in results) == {Outcome.ACCEPTED: 1, Outcome.REFUSED: DEVICES - 1}


def test_eight_confirms_of_one_held_scan_count_it_once(warehouse):
    warehouse.scan(TEE, quantity=4)
    results = at_once(lambda _: warehouse.scan("CMD-CONFIRM"))
    assert Counter(result.outcome for result in results) == {Outcome.ACCEPTED: 1, Outcome.REFUSED: DEVICES - 1}
    assert warehouse.lines()[2] == ("TEE-M", 4)


def test_the_same_serial_on_two_receipts_counts_once(warehouse):
    for number in range(DEVICES):
        warehouse.add_receipt(f"PO-1{number}", [("LAMP", 1)])
    serial = f"]C1010{LAMP}21SN1"
    results = at_once(lambda number: warehouse.scan(serial, task=f"PO-1{number}", device=f"handheld-{number}"))
    assert Counter(result.reason for result in results) == {Reason.COMPLETE: 1, Reason.DUPLICATE: DEVICES - 1}


def test_finishing_eight_times_at_once_finishes_once(warehouse):
    sam = warehouse.operators["Sam"]

    def finish(number: int) -> Any:
        arguments = ("PO-1001", sam, f"desk-{number}", NOW)
        return warehouse.database.transact(finish_task, *arguments, confirm=True, back_order=True)

    assert {result.back_order for result in at_once(finish)} == {"PO-1001/2"}
    with warehouse.database.read() as session:
        assert [(row.kind, row.units) for row in discrepancies(session)] == [("short", 24), ("short", 6), ("short", 3)]


def test_settling_eight_times_at_once_settles_once(warehouse):
    warehouse.scan(TEE, quantity=4, confirm=True)
    sam = warehouse.operators["Sam"]
    with warehouse.database.read() as session:
        found = discrepancies(session)[0].id
    at_once(
        lambda _: warehouse.database.transact(
            settle, found, cause="receiving miscount", note="counted again", operator=sam, now=NOW, settlers=SETTLERS
        )
    )
    with warehouse.database.read() as session:
        from scanner.discrepancies.service import discrepancy

        assert [event.action for event in discrepancy(session, found, SETTLERS).events] == ["opened", "settled"]


def test_a_code_linked_eight_times_at_once_counts_its_scans_once(warehouse):
    warehouse.scan("NEW-CODE")
    warehouse.scan("NEW-CODE")
    rosa = warehouse.operators["Rosa"]
    at_once(lambda number: warehouse.database.transact(link_code, "NEW-CODE", "MUG-B", 1, rosa, f"d{number}", NOW))
    assert warehouse.lines()[0] == ("MUG-B", 2)


def test_two_items_in_opposite_order_on_two_receipts_do_not_deadlock(warehouse):
    for reference in ("PO-2", "PO-3"):
        warehouse.add_receipt(reference, [("MUG-B", 1000), ("LAMP", 1000)])

    def take(number: int) -> None:
        codes = [MUG, LAMP] if number % 2 else [LAMP, MUG]
        for code in codes * 15:
            warehouse.scan(code, task=f"PO-{2 + number % 2}", device=f"handheld-{number}")

    at_once(take)
    assert warehouse.lines("PO-2") == warehouse.lines("PO-3") == [("MUG-B", 60), ("LAMP", 60)]


def test_two_kits_with_the_same_parts_do_not_deadlock(warehouse):
    for reference in ("PO-2", "PO-3"):
        warehouse.add_receipt(reference, [("SET", 1000), ("LAMP", 1000)])

    def take(number: int) -> None:
        for code in ["SET", LAMP] * 10:
            warehouse.scan(code, task=f"PO-{2 + number % 2}", device=f"handheld-{number}")

    at_once(take)
    assert warehouse.stock()[("DOCK", "MUG-B")] == 160


def test_the_last_units_of_one_line_are_counted_once_each(warehouse):
    """Scans that share a transaction see what those before them counted."""
    warehouse.add_receipt("PO-2", [("MUG-B", 40)])
    results = at_once(
        lambda number: [warehouse.scan(MUG, task="PO-2", device=f"handheld-{number}") for _ in range(10)], times=2 * DEVICES
    )
    said = [result for each in results for result in each]
    assert Counter(result.outcome for result in said) == {Outcome.ACCEPTED: 40, Outcome.HELD: 120}
    assert warehouse.lines("PO-2") == [("MUG-B", 40)]
    counted = [result.line.scanned for result in said if result.outcome is Outcome.ACCEPTED]
    assert sorted(counted) == list(range(1, 41))


def test_the_order_of_the_record_is_that_of_the_count(warehouse):
    warehouse.add_receipt("PO-2", [("MUG-B", 1000)])
    results = at_once(lambda number: [warehouse.scan(MUG, task="PO-2", device=f"handheld-{number}") for _ in range(10)])
    said = sorted((result for each in results for result in each), key=lambda result: result.seq)
    assert [result.line.scanned for result in said] == list(range(1, 10 * DEVICES + 1))


def test_what_waits_of_a_device_adds_up_while_others_scan(warehouse):
    warehouse.add_receipt("PO-2", [("MUG-B", 4)])

    def take(number: int) -> list[Any]:
        return [warehouse.scan(MUG, task="PO-2", device=f"handheld-{number}") for _ in range(5)]

    for results in at_once(take):
        held = [result.waiting for result in results if result.outcome is Outcome.HELD]
        assert held == list(range(1, len(held) + 1))
    at_once(lambda number: warehouse.scan("CMD-CONFIRM", task="PO-2", device=f"handheld-{number}"))
    assert warehouse.lines("PO-2") == [("MUG-B", 5 * DEVICES)]


def test_a_scan_and_its_retry_on_another_task_at_once_is_one_scan_and_a_conflict(warehouse):
    from scanner.errors import Conflict

    warehouse.add_receipt("PO-2", [("MUG-B", 100)])
    for _ in range(10):
        scan_id = uuid4()

        def send(number: int, scan_id: Any = scan_id) -> str:
            try:
                warehouse.scan(MUG, task=f"PO-{2 if number % 2 else 1001}", id=scan_id)
            except Conflict:
                return "conflict"
            return "recorded"

        assert Counter(at_once(send)) == {"recorded": DEVICES // 2, "conflict": DEVICES // 2}
    assert warehouse.lines("PO-2")[0][1] + warehouse.lines()[0][1] == 10


def test_scans_that_race_with_finishing_count_before_it_or_are_refused(warehouse):
    warehouse.add_receipt("PO-2", [("MUG-B", 1000)])
    sam = warehouse.operators["Sam"]

    def work(number: int) -> list[Any]:
        if number == 0:
            warehouse.database.transact(finish_task, "PO-2", sam, "desk", NOW, confirm=True)
            return []
        return [warehouse.scan(MUG, task="PO-2", device=f"handheld-{number}") for _ in range(10)]

    said = [result for each in at_once(work) for result in each]
    counted = [result for result in said if result.outcome is Outcome.ACCEPTED]
    assert warehouse.lines("PO-2") == [("MUG-B", len(counted))]
    with warehouse.database.read() as session:
        assert [(row.kind, row.units) for row in discrepancies(session)] == [("short", 1000 - len(counted))]


def test_many_items_on_many_tasks_in_any_order_deadlock_for_nobody(warehouse):
    """Whatever shares a transaction, nobody gets an error, and nobody waits for a deadlock to be noticed."""
    from random import Random

    items = [f"ITEM-{number}" for number in range(6)]
    warehouse.add_items(items)
    tasks = [f"PO-{number}" for number in range(2, 6)]
    for reference in tasks:
        warehouse.add_receipt(reference, [(sku, 1000) for sku in items])

    def take(number: int) -> None:
        random = Random(number)
        for _ in range(25):
            warehouse.scan(random.choice(items), task=random.choice(tasks), device=f"handheld-{number}")

    at_once(take)
    assert sum(units for reference in tasks for _, units in warehouse.lines(reference)) == 25 * DEVICES


def test_an_item_that_is_merged_as_its_first_unit_comes_in_leaves_nothing_behind(warehouse):
    """Either the scan came first, and nothing is merged, or the unit is one of the item that stands for both."""
    from scanner.errors import Conflict
    from scanner.items import service as items

    skus = [f"ITEM-{number}" for number in range(12)]
    warehouse.add_items(skus)
    for sku in skus:
        warehouse.add_receipt(f"PO-{sku}", [(sku, 10)])

    def work(sku: str, number: int) -> str:
        if number:
            return str(warehouse.scan(sku, task=f"PO-{sku}").reason)
        try:
            warehouse.database.transact(items.merge, sku, "MUG-B", warehouse.operators["Sam"], NOW, WORKFLOWS)
        except Conflict:
            return "refused"
        return "merged"

    said = {sku: at_once(lambda number, sku=sku: work(sku, number), times=2) for sku in skus}
    stock = warehouse.stock()
    merged = [sku for sku in skus if said[sku][0] == "merged"]
    assert [stock.get(("DOCK", sku), 0) for sku in skus] == [int(sku not in merged) for sku in skus], said
    assert stock.get(("DOCK", "MUG-B"), 0) == len(merged)
