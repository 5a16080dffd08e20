"""Photos of returned goods: how they are kept, and what is refused in which words."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from scanner.decoding import Shrunk
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.returns import page as returns_page
from scanner.scans.evidence import service as evidence
from scanner.scans.evidence.service import Kept
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

SMALL = Shrunk(b"photo", b"thumbnail")


class TestKeeping:
    @pytest.fixture
    def grade(self, warehouse: Warehouse) -> UUID:
        """The id of a grade's scan."""
        warehouse.add_return("RMA-1", [("LAMP", 1)])
        warehouse.scan(LAMP, by="Theo", task="RMA-1")
        return warehouse.scan("CMD-DAMAGED-DOA", by="Theo", task="RMA-1").id

    def keep(self, warehouse: Warehouse, photo_id: UUID, scan_id: UUID) -> Kept:
        return warehouse.database.transact(
            evidence.keep, photo_id, scan_id, SMALL, operator=warehouse.operators["Theo"], now=NOW, workflows=WORKFLOWS
        )

    def test_a_photo_is_kept_with_its_scan_and_shown_with_its_line(self, warehouse, grade):
        one, other = uuid4(), uuid4()
        kept = self.keep(warehouse, one, grade)
        self.keep(warehouse, other, grade)
        assert (kept.task, kept.replayed) == ("RMA-1", False)
        with warehouse.database.read() as session:
            assert evidence.of_scan(session, kept.scan_seq) == [str(one), str(other)]
            (line,) = returns_page.return_page(session, "RMA-1", warehouse.operators["Rosa"], "bench", frozenset()).lines
            assert line.photos == [str(one), str(other)]
            theo = warehouse.operators["Theo"]
            assert evidence.picture(session, one, theo, WORKFLOWS, thumbnail=False) == ("image/jpeg", b"photo")
            assert evidence.picture(session, one, theo, WORKFLOWS, thumbnail=True) == ("image/jpeg", b"thumbnail")
            with pytest.raises(NotAllowed):
                evidence.picture(session, one, warehouse.operators["Carla"], WORKFLOWS, thumbnail=False)

    def test_sent_twice_it_is_one(self, warehouse, grade):
        one = uuid4()
        assert [self.keep(warehouse, one, grade).replayed for _ in range(2)] == [False, True]
        with warehouse.database.read() as session:
            assert len(evidence.of_scan(session, self.keep(warehouse, one, grade).scan_seq)) == 1

    def test_the_same_id_for_another_scan_is_refused(self, warehouse, grade):
        one = uuid4()
        self.keep(warehouse, one, grade)
        other = warehouse.scan("CMD-SCRAP", by="Theo", task="RMA-1").id
        with pytest.raises(Conflict):
            self.keep(warehouse, one, other)

    def test_a_scan_that_is_not_here_yet_is_waited_for(self, warehouse, grade):
        with pytest.raises(NotFound, match="not recorded yet"):
            self.keep(warehouse, uuid4(), uuid4())

    def test_photos_are_of_returns_alone(self, warehouse):
        received = warehouse.scan(MUG).id
        with pytest.raises(BadRequest, match="PO-1001"):
            self.keep(warehouse, uuid4(), received)

    def test_a_photo_of_a_grade_that_was_replaced_stays_with_the_goods(self, warehouse, grade):
        self.keep(warehouse, uuid4(), grade)
        warehouse.scan("CMD-SCRAP", by="Theo", task="RMA-1")
        with warehouse.database.read() as session:
            (line,) = returns_page.return_page(session, "RMA-1", warehouse.operators["Rosa"], "bench", frozenset()).lines
        assert len(line.photos) == 1
