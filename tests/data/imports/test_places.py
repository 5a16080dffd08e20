from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import select

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.data import store
from scanner.scans import ledger
from scanner.scans.decision import Move
from scanner.scans.tables import Movement
from tests.support.said import done, problems


def below_zero(database):
    """Two mugs more were taken from A-01-1 than the record had."""

    def take(session):
        mugs = store.items(session, {"MUG-B"})["MUG-B"].id
        places = catalogue.standard_places(session)
        shelf = store.locations(session, {"A-01-1"})["A-01-1"].id
        move = Move(mugs, 2, shelf, places[LocationKind.CUSTOMER].id)
        ledger.move(session, [move], at=datetime(2026, 11, 23, tzinfo=UTC), operator_id=None, cause="test")

    database.transact(take)


class TestLocations:
    def test_are_shelves_in_a_section_unless_said(self, bring_in, dump):
        bring_in("locations", "code\nB-02-7\n")
        assert "B-02-7,B-02-7,shelf,B-02\n" in dump("locations")

    def test_that_goods_are_sent_to_keep_their_kind(self, bring_in):
        assert "expected dock: it is where such goods go" in problems(bring_in, "locations", "code,kind\nDOCK,shelf\n")[0]

    @pytest.mark.parametrize(("kind", "other"), sorted(permutations(["shelf", "damaged", "vendor", "scrap"], 2)))
    def test_that_had_goods_stay_of_one_account(self, catalog, kind, other):
        catalog("locations", f"code,kind\nX-1,{kind}\n")
        catalog("stock", "location,sku,units\nX-1,MUG-B,7\n")
        catalog("stock", "location,sku,units\nX-1,MUG-B,0\n")
        (problem,) = problems(catalog, "locations", f"code,kind\nX-1,{other}\n")
        expected = "shelf or another kind but damaged, vendor and scrap" if kind == "shelf" else kind
        assert f"expected {expected}, as goods were here: make a new place with a code of its own, got '{other}'" in problem

    def test_may_become_anything_before_there_were_goods(self, catalog, dump):
        catalog("locations", "code,kind\nA-01-1,damaged\n")
        assert "A-01-1,A-01-1,damaged," in dump("locations")

    def test_with_goods_may_become_another_of_the_inventory(self, catalog, dump):
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,7\n")
        catalog("locations", "code,kind\nA-01-1,bench\n")
        assert "A-01-1,A-01-1,bench," in dump("locations")

    @pytest.mark.parametrize("row", ["X,attic", "MUG-B,shelf", "CMD-UNDO,shelf"])
    def test_have_a_kind_and_a_code_of_their_own(self, catalog, row):
        assert problems(catalog, "locations", f"code,kind\n{row}\n")


class TestStock:
    def test_is_what_the_file_says(self, catalog, dump):
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,7\n")
        assert done(catalog("stock", "location,sku,units\nA-01-1,MUG-B,5\nA-01-2,LAMP,3\n")) == (2, 1, 1, 0)
        assert dump("stock") == "location,sku,units\nA-01-1,MUG-B,5\nA-01-2,LAMP,3\n"

    def test_changes_by_adjustments_in_the_ledger(self, catalog, rows):
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,7\n")
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,5\n")
        assert rows(select(Movement.units, Movement.cause).order_by(Movement.seq)) == [(7, "import"), (2, "import")]
        assert sum(units for _, _, units in rows(select(store.stock))) == 0

    @pytest.mark.parametrize(
        "row", ["A-01-1,MUG-B,-1", "A-01-1,MUG-B,", "A-01-1,NOTHING,1", "NOWHERE,MUG-B,1", "SUPPLIER,MUG-B,1", "A-01-1,GIFT,1"]
    )
    def test_is_refused_where_nothing_can_lie(self, catalog, row):
        catalog("kits", "kit_sku,sku\nGIFT,MUG-B\n")
        assert problems(catalog, "stock", f"location,sku,units\n{row}\n")

    def test_below_zero_is_taken_back_in_as_it_went_out(self, database, catalog, dump):
        catalog("stock", "location,sku,units\nA-01-2,LAMP,3\n")
        below_zero(database)
        out = dump("stock")
        assert "A-01-1,MUG-B,-2\n" in out
        assert done(catalog("stock", out))[1:3] == (0, 0)
        assert dump("stock") == out

    @pytest.mark.parametrize("units", ["-1", "-3", "-0", "--2", "-x", "-"])
    def test_below_zero_is_refused_where_the_record_says_otherwise(self, database, catalog, units):
        below_zero(database)
        (problem,) = problems(catalog, "stock", f"location,sku,units\nA-01-1,MUG-B,{units}\n")
        assert "a whole number from 0 to" in problem and units in problem

    def test_what_was_below_zero_is_counted(self, database, catalog, dump):
        below_zero(database)
        catalog("stock", "location,sku,units\nA-01-1,MUG-B,4\n")
        assert "A-01-1,MUG-B,4\n" in dump("stock")


class TestWalkingOrder:
    def test_is_a_column_of_locations_and_stays_until_said_otherwise(self, bring_in, dump):
        bring_in("locations", "code,position\nB-02-7,3\nB-02-8,1\n")
        bring_in("locations", "code,name\nB-02-7,Top shelf\n")
        assert "B-02-7,Top shelf,shelf,B-02,3\n" in dump("locations") and "B-02-8,B-02-8,shelf,B-02,1\n" in dump("locations")

    @pytest.mark.parametrize("position", ["-1", "x", "9" * 12])
    def test_is_a_whole_number(self, bring_in, position):
        assert problems(bring_in, "locations", f"code,position\nB-02-7,{position}\n")


class TestSections:
    def test_have_an_owner(self, catalog, dump):
        assert done(catalog("sections", "code,owner\nA-01,Olga\n")) == (1, 1, 0, 0)
        assert done(catalog("sections", "code,owner\nA-01,Sam\n")) == (1, 0, 1, 0)
        assert dump("sections") == "code,owner\nA-01,Sam\n"

    def test_the_same_file_twice_changes_nothing_more(self, catalog):
        catalog("sections", "code,owner\nA-01,Olga\n")
        assert done(catalog("sections", "code,owner\nA-01,Olga\n")) == (1, 0, 0, 1)

    def test_without_an_owner_nobody_but_a_supervisor_answers(self, catalog, dump):
        catalog("sections", "code,owner\nA-01,Olga\n")
        catalog("sections", "code,owner\nA-01,\n")
        assert dump("sections") == "code,owner\n"

    def test_that_no_location_is_in_are_refused(self, catalog):
        assert "expected the section that is here already" in problems(catalog, "sections", "code,owner\nZ-09,Olga\n")[0]

    def test_are_named_once(self, catalog):
        assert problems(catalog, "sections", "code,owner\nA-01,Olga\nA-01,Sam\n")
