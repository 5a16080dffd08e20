"""A large file: checked beside the tables that scans read, then brought in slice by slice, whole or not at all."""

import json
import sqlite3
import time
from datetime import UTC, date, datetime
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select, text, update

from scanner.data import store
from scanner.data.imports import ImportRefused, all_kinds, jobs, large
from scanner.data.imports.large import IMPORTING, Cancelled, LargeImport, bring
from scanner.data.imports.pace import Pace
from scanner.data.imports.recovery import Watch, see_to
from scanner.data.imports.scratch import Scratch
from scanner.data.imports.service import bring_in_here
from scanner.data.imports.sheet import Row
from scanner.data.imports.small import Upload
from scanner.data.room import NoRoom
from scanner.data.tables import FileImport, ImportSlice
from scanner.db.alone import alone
from scanner.db.engine import Database, Uncertain
from scanner.db.sql import run, table_of
from scanner.db.watch import DatabaseGone
from scanner.people.sign_in import sign_in
from scanner.scans.tables import Movement
from scanner.scans.verify import verify
from scanner.workflows import IMPORTS
from tests.conftest import new_database
from tests.support.files import export_csv, import_csv
from tests.support.said import done

pytestmark = pytest.mark.slow

KINDS = all_kinds(IMPORTS)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT_ONCE = Pace(hold=10, leave=0, most=3)
ROWS = 900
CATALOG = {
    "items": "sku,name,unit_cost\n"
    + "".join(f"S{at:04},Thing {at},1.50\n" for at in range(ROWS))
    + "".join(f"KIT-{at},Kit,1\n" for at in range(30)),
    "locations": "code\nA-01-1\nA-01-2\n",
}
FILES = {
    "items": "sku,name,critical\n" + "".join(f"S{at:04},Other {at},yes\n" for at in range(450, 450 + ROWS)),
    "barcodes": "code,sku,units\n" + "".join(f"X-{at * 7 % ROWS:04},S{at:04},{at % 9 + 1}\n" for at in range(ROWS)),
    "kits": "kit_sku,sku,units\n" + "".join(f"KIT-{at % 30},S{at:04},2\n" for at in range(ROWS)),
    "locations": "code,position\n" + "".join(f"B-{at % 30:02}-{at // 30},{at}\n" for at in range(ROWS)),
    "stock": "location,sku,units\n" + "".join(f"A-01-{at % 2 + 1},S{at:04},{at}\n" for at in range(ROWS)),
    "operators": "badge,name,roles\n" + "".join(f"BADGE-{at},Person {at},receiver\n" for at in range(ROWS)),
    "receipts": "reference,supplier,due_on,sku,expected\n"
    + "".join(f"PO-{at % 30:03},Acme,2026-12-01,S{at % 100:04},{at % 5 + 1}\n" for at in range(ROWS)),
    "orders": "reference,due_on,sku,ordered\n"
    + "".join(f"SO-{at % 300:03},2026-12-01,{'NEW' if at % 10 == 0 else 'S'}{at % 100:04},{at % 5 + 1}\n" for at in range(ROWS)),
    "returns": "reference,order,sku,reason\n"
    + "".join(f"RMA-{at % 300:04},SO-{at % 300},S{at:04},broken\n" for at in range(ROWS)),
}  # fmt: skip


@pytest.fixture
def catalog(database):
    for kind, content in CATALOG.items():
        database.transact(import_csv, kind, BytesIO(content.encode()), None, NOON)
    return database


def add(database, kind, operator_id=None):
    return database.transact(jobs.add, kind=kind, name=f"{kind}.csv", operator_id=operator_id, now=NOON, stage="waiting")


def bring_in(database, kind, content, **more):
    number = add(database, kind)
    return LargeImport(database, number, KINDS[kind], pace=AT_ONCE, **more).run(BytesIO(content.encode()))


def dump(database, kind):
    with database.read() as session:
        return "".join(export_csv(session, kind))


def job_of(database):
    with database.read() as session:
        return jobs.last(session)


def slices(database):
    with database.read() as session:
        return session.execute(select(table_of(ImportSlice))).all()


def stopped_before(database, kind, content, monkeypatch, *, after_slices=0):
    """The number of an import whose process dies when it is decided, and so many transactions of slices later."""

    class Killed(BaseException):
        pass

    taken = []
    real = large._bring_slices

    def killed(*args):
        if len(taken) == after_slices:
            raise Killed
        taken.append(real(*args))

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(large, "_bring_slices", killed)
        bring_in(database, kind, content)
    return job_of(database).id


@pytest.mark.parametrize("kind", FILES)
class TestEveryKind:
    def test_comes_in_as_by_one_transaction_and_once(self, catalog, kind):
        made = bring_in(catalog, kind, FILES[kind])
        by_slices = dump(catalog, kind)
        assert made.rows == ROWS == made.added + made.changed + made.unchanged
        assert slices(catalog) == [] and job_of(catalog).stage == "done"
        assert done(bring_in(catalog, kind, FILES[kind])) == (ROWS, 0, 0, ROWS)
        again = catalog.transact(import_csv, kind, BytesIO(FILES[kind].encode()), None, NOON)
        assert done(again) == (ROWS, 0, 0, ROWS)
        assert dump(catalog, kind) == by_slices

    def test_with_one_bad_row_changes_nothing(self, catalog, kind):
        before = dump(catalog, kind)
        with pytest.raises(ImportRefused) as refused:
            bring_in(catalog, kind, FILES[kind] + "CMD-UNDO,NOTHING,-1,-1,-1\n")
        assert refused.value.problems[0].line == ROWS + 2
        assert dump(catalog, kind) == before and slices(catalog) == []
        assert job_of(catalog).stage == "refused" and job_of(catalog).said()["bad"] == refused.value.total

    def test_killed_after_it_was_decided_is_finished_by_the_next(self, catalog, kind, monkeypatch):
        number = stopped_before(catalog, kind, FILES[kind], monkeypatch, after_slices=1)
        assert slices(catalog)
        assert [job.id for job in see_to(catalog, KINDS)] == [number]
        assert job_of(catalog).stage == "done" and slices(catalog) == []
        assert done(catalog.transact(import_csv, kind, BytesIO(FILES[kind].encode()), None, NOON)) == (ROWS, 0, 0, ROWS)
        with catalog.read() as session:
            assert verify(session) == []


def test_killed_before_it_was_decided_leaves_nothing(catalog):
    number = add(catalog, "barcodes")
    catalog.transact(jobs.step, number, ("waiting",), stage="keeping")
    catalog.transact(jobs.add_slices, number, [jobs.Slice(0, 1, b"x"), jobs.Slice(1, 1, b"y")])
    assert see_to(catalog, KINDS) == []
    assert slices(catalog) == [] and job_of(catalog).stage == "failed"
    assert "stopped before it was checked" in job_of(catalog).said()["words"]


def test_an_import_that_waits_for_its_process_is_left_alone_at_first(catalog):
    add(catalog, "barcodes")
    see_to(catalog, KINDS)
    assert job_of(catalog).stage == "waiting"
    see_to(catalog, KINDS, waiting=True)
    assert job_of(catalog).stage == "failed"


def test_one_that_another_process_works_on_is_left_alone(catalog):
    number = add(catalog, "barcodes")
    catalog.transact(jobs.step, number, ("waiting",), stage="keeping")
    with large_alone(catalog):
        see_to(catalog, KINDS)
    assert job_of(catalog).stage == "keeping"


def large_alone(database):
    return alone(database, large.IMPORTING)


def test_two_processes_that_bring_the_same_in_bring_it_in_once(catalog, monkeypatch):
    number = stopped_before(catalog, "stock", FILES["stock"], monkeypatch)
    with catalog.read() as session:
        job, first = jobs.get(session, number), jobs.next_slices(session, number, 1)
    large._bring_slices(catalog, job, KINDS["stock"], first, AT_ONCE)
    with pytest.raises(large.Conflict):
        large._bring_slices(catalog, job, KINDS["stock"], first, AT_ONCE)
    assert bring(catalog, number, KINDS["stock"], pace=AT_ONCE).added == ROWS - 1  # a stock of nothing is no change
    with catalog.read() as session:
        assert verify(session) == []


@pytest.mark.parametrize("stage", ["reading", "checking", "keeping"])
def test_cancelled_in_any_stage_before_it_is_decided_it_leaves_nothing(catalog, stage):
    before = dump(catalog, "barcodes")
    stop = Event()

    def tell(now, *_):
        if now == stage:
            stop.set()

    with pytest.raises(Cancelled):
        bring_in(catalog, "barcodes", FILES["barcodes"], tell=tell, stop=stop)
    assert dump(catalog, "barcodes") == before and slices(catalog) == [] and job_of(catalog).stage == "cancelled"


def test_cancelled_by_a_page_it_leaves_nothing(catalog):
    def tell(stage, *_):
        if stage == "checking":
            catalog.transact(jobs.ask_to_cancel, job_of(catalog).id)

    with pytest.raises(Cancelled):
        bring_in(catalog, "barcodes", FILES["barcodes"], tell=tell)
    assert job_of(catalog).stage == "cancelled" and slices(catalog) == []


def test_once_decided_it_cannot_be_cancelled(catalog):
    stop = Event()

    def tell(stage, *_):
        if stage == "bringing":
            stop.set()
            assert not catalog.transact(jobs.ask_to_cancel, job_of(catalog).id)

    assert bring_in(catalog, "barcodes", FILES["barcodes"], tell=tell, stop=stop).added == ROWS


class TestWhatChangedMeanwhile:
    """Between the check and its slice. What somebody changed stands, and the row is named."""

    def left_out(self, catalog, number, kind):
        report = bring(catalog, number, KINDS[kind], pace=AT_ONCE)
        return report, job_of(catalog).said().get("left_out", 0)

    def test_a_code_that_means_something_else_by_then(self, catalog, monkeypatch):
        number = stopped_before(catalog, "barcodes", FILES["barcodes"], monkeypatch)
        catalog.transact(import_csv, "locations", BytesIO(b"code\nX-0007\n"), None, NOON)
        report, left_out = self.left_out(catalog, number, "barcodes")
        assert left_out == 1 and report.added == ROWS - 1
        assert "'X-0007', which means something else already" in report.notes[0] and "left out" in report.notes[0]

    def test_a_code_that_somebody_linked_goes_where_the_file_says(self, catalog, monkeypatch):
        number = stopped_before(catalog, "barcodes", FILES["barcodes"], monkeypatch)
        catalog.transact(import_csv, "barcodes", BytesIO(b"code,sku\nX-0000,S0005\n"), None, NOON)
        report, left_out = self.left_out(catalog, number, "barcodes")
        assert (report.added, report.changed, left_out) == (ROWS - 1, 1, 0)
        assert "X-0000,S0000,1" in dump(catalog, "barcodes")

    def test_a_receipt_that_was_finished(self, catalog, monkeypatch):
        catalog.transact(import_csv, "receipts", BytesIO(b"reference,sku,expected\nPO-003,S0003,1\n"), None, NOON)
        number = stopped_before(catalog, "receipts", FILES["receipts"], monkeypatch)
        finished = update(store.task).where(store.task.c.reference == "PO-003").values(state="finished")
        catalog.transact(lambda session: run(session, finished))
        report, left_out = self.left_out(catalog, number, "receipts")
        assert left_out == 30 and report.added == ROWS - 30

    def test_a_count_of_stock_is_of_the_moment_at_which_it_comes_in(self, catalog, monkeypatch):
        number = stopped_before(catalog, "stock", FILES["stock"], monkeypatch)
        catalog.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-2,S0007,99\n"), None, NOON)
        assert self.left_out(catalog, number, "stock")[1] == 0
        with catalog.read() as session:
            assert verify(session) == []
        assert "A-01-2,S0007,7\r\n" in dump(catalog, "stock")


def test_a_row_that_the_database_refuses_is_left_out_and_the_others_come_in(catalog, monkeypatch):
    """What is decided is always finished, also where a rule of a table was not foreseen."""
    number = stopped_before(catalog, "barcodes", FILES["barcodes"], monkeypatch)
    real = KINDS["barcodes"].take

    def take(self, rows):
        for row in rows:
            if row["code"] == "X-0007":
                row.values["units"] = -1
        real(self, rows)

    monkeypatch.setattr(KINDS["barcodes"], "take", take)
    report = bring(catalog, number, KINDS["barcodes"], pace=AT_ONCE)
    assert report.added == ROWS - 1 and job_of(catalog).said()["left_out"] == 1
    assert "expected what the database takes" in report.notes[0]
    assert dump(catalog, "barcodes").count("X-") == ROWS - 1


def test_a_kit_or_a_receipt_comes_in_at_once(catalog, monkeypatch):
    number = stopped_before(catalog, "receipts", FILES["receipts"], monkeypatch, after_slices=1)
    lines = select(store.task.c.reference, store.line.c.id).join_from(store.line, store.task)
    with catalog.read() as session:
        found = [row.reference for row in session.execute(lines)]
    assert 0 < len(found) < ROWS and {found.count(reference) for reference in found} == {30}
    bring(catalog, number, KINDS["receipts"])


def test_a_receipt_of_more_lines_than_a_slice_has_them_all_after_a_kill(catalog, monkeypatch):
    """Also the lines of one item that stand in different slices: the second one is another line, not a change of the first."""
    content = "reference,sku,expected\n" + "".join(f"PO-1,S{at % 3:04},{at + 1}\n" for at in range(2_500))
    stopped_before(catalog, "receipts", content, monkeypatch, after_slices=1)
    see_to(catalog, KINDS)
    wanted = select(store.line.c.position, store.line.c.expected).order_by(store.line.c.position)
    with catalog.read() as session:
        assert session.execute(wanted).all() == [(at + 1, at + 1) for at in range(2_500)]


def test_rows_of_a_reference_may_stand_anywhere_in_the_file(catalog):
    content = "reference,supplier,sku,expected\n" + "".join(f"PO-{at % 700:04},Acme,S{at % 9:04},1\n" for at in range(2_100))
    assert bring_in(catalog, "receipts", content).added == 2_100
    content = content.replace("PO-0699,Acme,S0002", "PO-0699,Other,S0002")
    with pytest.raises(ImportRefused) as refused:
        bring_in(catalog, "receipts", content)
    assert "the same as on line 701: Acme" in str(refused.value.problems[0])


def test_the_first_problems_are_listed_and_all_are_counted(catalog):
    content = "reference,sku,expected\n" + "".join(f"PO-{9_999 - at},NOTHING,1\n" for at in range(1_500))
    with pytest.raises(ImportRefused) as refused:
        bring_in(catalog, "receipts", content)
    assert refused.value.total == 1_500
    assert [problem.line for problem in refused.value.problems] == list(range(2, 202))


def test_pins_are_kept_as_hashes_alone(catalog, monkeypatch):
    content = "badge,name,pin\nBADGE-1,One,2468\nBADGE-2,Two,\n"
    stopped_before(catalog, "operators", content, monkeypatch)
    with catalog.read() as session:
        kept = b"".join(large.zlib.decompress(each.content) for each in jobs.next_slices(session, job_of(catalog).id, 9))
    assert b"2468" not in kept and b"scrypt" in kept
    see_to(catalog, KINDS)
    assert catalog.transact(sign_in, "BADGE-1", "2468", device="d", address="a", now=NOON).operator.name == "One"
    assert done(bring_in(catalog, "operators", content)) == (2, 0, 0, 2)


def test_movements_are_in_the_name_of_who_brought_the_file_in(catalog):
    catalog.transact(import_csv, "operators", BytesIO(b"badge,name,roles\nBADGE-SAM,Sam,supervisor\n"), None, NOON)
    with catalog.read() as session:
        sam = session.execute(select(store.operator.c.id)).scalar_one()
    number = add(catalog, "stock", operator_id=sam)
    LargeImport(catalog, number, KINDS["stock"], pace=AT_ONCE).run(BytesIO(FILES["stock"].encode()))
    with catalog.read() as session:
        found = session.execute(select(table_of(Movement).c.operator_id, table_of(Movement).c.cause).distinct()).all()
    assert found == [(sam, "import")]


@pytest.mark.parametrize("stage", ["scratch", "keeping"])
def test_a_full_disk_refuses_the_file_and_says_so(catalog, monkeypatch, stage):
    full = sqlite3.OperationalError("database or disk is full")

    def no_room(*_):
        raise full

    monkeypatch.setattr(*((Scratch, "add") if stage == "scratch" else (jobs, "add_slices")), no_room)
    with pytest.raises(NoRoom, match=r"The disk is full\. Nothing was brought in\."):
        bring_in(catalog, "barcodes", FILES["barcodes"])
    assert job_of(catalog).stage == "failed" and "disk is full" in job_of(catalog).said()["words"] and slices(catalog) == []


def test_only_so_many_imports_are_remembered(catalog):
    for _ in range(jobs.KEPT + 5):
        catalog.transact(jobs.step, add(catalog, "items"), ("waiting",), stage="done")
    with catalog.read() as session:
        assert len(session.execute(select(table_of(FileImport))).all()) == jobs.KEPT


class TestScratch:
    def rows(self, *about):
        return [Row(line, {"reference": each, "on": date(2026, 1, 1)}) for line, each in enumerate(about)]

    def test_gives_rows_back_as_they_were(self):
        scratch = Scratch("reference")
        scratch.add(self.rows("B", "A"))
        assert list(scratch.in_order()) == [self.rows("B", "A")]

    def test_keeps_together_what_is_about_the_same(self):
        scratch = Scratch("reference")
        scratch.add(self.rows(*"BABAC" * 2))
        found = [("".join(row["reference"] for row in rows), goes_on) for rows, goes_on in scratch.together(5)]
        assert found == [("AAAA", False), ("BBBBC", False), ("C", False)] or found == [
            ("AAAA", False),
            ("BBBB", False),
            ("CC", False),
        ]

    def test_parts_what_is_too_much_and_says_that_it_goes_on(self):
        scratch = Scratch("reference")
        scratch.add(self.rows(*"AB", *"C" * 23, *"D"))
        found = [(len(rows), goes_on) for rows, goes_on in scratch.together(2)]
        assert found == [(2, False), (10, False), (10, True), (3, True), (1, False)]


def test_outcomes_of_a_job_are_json(catalog):
    bring_in(catalog, "items", "sku,colour\n" + "".join(f"T{at},red\n" for at in range(10)))
    assert json.loads(job_of(catalog).outcome) == {"notes": [], "ignored": ["colour"]}
    with catalog.read() as session:
        assert session.execute(text("SELECT count(*) FROM file_import")).scalar_one() == 1


def test_it_is_one_import_by_whichever_name_the_database_is_called(tmp_path):
    """A link to the database: else each name would have a lock of its own, and a command would end a live import."""
    real = new_database("sqlite", tmp_path)
    link = tmp_path / "by-another-name.db"
    link.symlink_to(str(real.url.database))
    other = Database(f"sqlite:///{link}")
    with alone(real, IMPORTING) as first, alone(other, IMPORTING) as second:
        assert (first, second) == (True, False)
    real.dispose()
    other.dispose()


def test_the_watch_goes_on_after_the_database_was_away(warehouse, monkeypatch):
    looks = []

    def look(self: Watch, first: bool) -> None:
        looks.append(first)
        if len(looks) == 1:
            raise DatabaseGone("away")

    monkeypatch.setattr(Watch, "_look", look)
    watch = Watch(warehouse.database, look_every=0.01)
    watch.start()
    give_up = time.monotonic() + 10
    while len(looks) < 3 and time.monotonic() < give_up:
        time.sleep(0.01)
    watch.stop()
    assert len(looks) >= 3


def test_a_slice_whose_commit_was_lost_is_taken_in_once(warehouse, monkeypatch):
    """The commit came to pass, and nobody was told."""
    real, lost = Pace.take_turn, []

    def take_turn(self: Pace, database: Database, work: Any, *arguments: Any) -> Any:
        done = real(self, database, work, *arguments)
        if work.__name__ == "_take_in" and not lost:
            lost.append(work)
            raise Uncertain("lost")
        return done

    monkeypatch.setattr(Pace, "take_turn", take_turn)
    rows = "".join(f"NEW-{number:05},Thing\n" for number in range(8_000))
    upload = Upload(kind="items", stream=BytesIO(f"sku,name\n{rows}".encode()), name="", operator_id=None)
    report = bring_in_here(warehouse.database, upload, all_kinds(None))
    assert lost and (report.rows, report.added) == (8_000, 8_000)
