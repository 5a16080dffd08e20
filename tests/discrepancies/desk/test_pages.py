"""The pages of discrepancies: the list, its file, settling one and many, in each dress."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from flask import Flask

from tests.support.differing import differ
from tests.support.warehouse import NOW, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


@pytest.fixture
def ids(app: Flask) -> list[int]:
    goods: Warehouse = app.extensions["warehouse"]
    return differ(
        goods,
        {"kind": "short", "value_e4": 50_000, "place": "A-01-1"},
        {"kind": "over", "sku": "LAMP", "value_e4": 9_000_000, "owner": "supervisor"},
        {"kind": "missing", "sku": "TEE-M", "value_e4": 20_000, "owner": "customer service"},
    )


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<td class="nowrap" data-label="What"><a href="/discrepancies/(\d+)', page)]


def token(person: Person) -> dict[str, str]:
    return {"X-CSRFToken": person._token()}


class TestTheList:
    def test_sorts_and_filters_by_its_address(self, sam, ids):
        assert listed(sam.get("/discrepancies").text) == ids
        assert listed(sam.get("/discrepancies?sort=value").text) == [ids[1], ids[0], ids[2]]
        assert listed(sam.get("/discrepancies?mine=1").text) == [ids[1]]
        assert listed(sam.get("/discrepancies?least=3&section=A-01").text) == [ids[0]]
        assert "None is like that" in sam.get("/discrepancies?kind=expired").text

    def test_says_what_it_comes_to(self, sam, ids):
        page = sam.get("/discrepancies").text
        assert "<strong>3</strong> worth <strong>907.00</strong>" in page and "<strong>893.00</strong> net, where" in page

    @pytest.mark.parametrize(
        "odd", ["sort=size", "state=lost", "kind=%00", "owner=%00", "least=much", "least=-1", "cause=x", "section='"]
    )
    def test_opens_whatever_its_address_says(self, sam, ids, odd):
        assert sam.get(f"/discrepancies?{odd}").status_code == 200

    def test_says_that_a_least_value_is_no_amount(self, sam, ids):
        page = sam.get("/discrepancies?least=abc").text
        assert "“Worth at least” is left aside: expected an amount such as 12.50" in page and listed(page) == ids
        assert "left aside" not in sam.get("/discrepancies?least=1.000,50").text

    def test_comes_as_a_file_with_the_same_filter(self, sam, ids):
        answer = sam.get("/discrepancies/discrepancies.csv?sort=value&least=3")
        rows = list(csv.DictReader(StringIO(answer.text)))
        assert answer.mimetype == "text/csv" and [row["id"] for row in rows] == [str(ids[1]), str(ids[0])]
        assert (rows[1]["sku"], rows[1]["value"], rows[1]["location"]) == ("MUG-B", "5.00", "A-01-1")

    def test_a_receiver_sees_it_and_can_settle_nothing(self, app, ids):
        rosa = Person(app, "Rosa")
        page = rosa.get("/discrepancies").text
        assert listed(page) == ids and 'name="chosen"' not in page
        assert rosa.get("/discrepancies/discrepancies.csv").status_code == 200
        assert rosa.get(f"/discrepancies/settle?chosen={ids[0]}").status_code == 403

    def test_a_counter_does_not_see_it(self, app, ids):
        carla = Person(app, "Carla")
        assert {carla.get(path).status_code for path in ("/discrepancies", "/discrepancies/discrepancies.csv")} == {403}


class TestSettlingOne:
    def test_leads_on_to_the_next_of_the_same_list(self, sam, ids):
        page = sam.get(f"/discrepancies/{ids[0]}?state=open&sort=age").text
        assert f"/discrepancies/{ids[0]}/settle?state=open&amp;sort=age" in page
        answer = sam.post(f"/discrepancies/{ids[0]}/settle?state=open&sort=age", cause="theft", note="Seen.")
        assert (answer.status_code, answer.location) == (303, f"/discrepancies/{ids[1]}?state=open&sort=age")
        assert sam.get(f"/discrepancies/{ids[1]}/next?state=open&sort=age").location.startswith(f"/discrepancies/{ids[2]}?")

    def test_leads_back_to_the_list_after_the_last_one(self, sam, ids):
        answer = sam.post(f"/discrepancies/{ids[0]}/settle?kind=short&state=open", cause="theft", note="Seen.")
        assert answer.location.startswith("/discrepancies?") and "kind=short" in answer.location

    def test_stays_where_it_came_from_no_list(self, sam, ids):
        assert sam.post(f"/discrepancies/{ids[0]}/settle", cause="theft").location == f"/discrepancies/{ids[0]}"

    def test_a_yes_is_to_the_amount_that_was_asked_about(self, sam, ids):
        said = {"chosen": ids, "cause": "theft", "note": "All gone.", "sure": "1"}
        asked = sam.post("/discrepancies/settle", **said, value="906.99")
        assert asked.status_code == 409 and 'name="value" value="907.00' in asked.text, "it is worth more than was said yes to"
        for odd in ("x", "NaN", "Infinity", "1e999", "-5", "907,00", "907.00 EUR"):
            refused = sam.post("/discrepancies/settle", **said, value=odd)
            assert refused.status_code == 400 and "Expected the amount that you were asked about" in refused.text
        assert sam.post("/discrepancies/settle", **said, value="907.00").status_code == 303

    def test_is_answered_as_htmx_and_in_json(self, sam, ids):
        answer = sam.client.post(
            f"/discrepancies/{ids[0]}/settle", data={"cause": "theft"}, headers=token(sam) | {"HX-Request": "true"}
        )
        assert answer.headers["HX-Redirect"] == f"/discrepancies/{ids[0]}"
        assert sam.post_json(f"/discrepancies/{ids[2]}/settle", {"cause": "theft"}).json == {"message": "Settled.", "id": ids[2]}

    def test_a_large_amount_is_asked_once_more_and_nothing_typed_is_lost(self, sam, ids):
        path = f"/discrepancies/{ids[1]}/settle?state=open&sort=age"
        asked = sam.post(path, cause="theft", note="The cage was open.")
        assert asked.status_code == 409 and "This settles 900.00. Settle that much?" in asked.text
        assert asked.text.count("The cage was open.") == 3  # as read, to send again, to change
        assert sam.post(path, cause="theft", note="The cage was open.", sure="1").status_code == 303
        assert ids[1] not in listed(sam.get("/discrepancies").text)

    def test_a_program_says_it_is_sure(self, sam, ids):
        refused = sam.post_json(f"/discrepancies/{ids[1]}/settle", {"cause": "theft"})
        assert refused.status_code == 409 and refused.json["error"]["field"] == "sure"
        assert sam.post_json(f"/discrepancies/{ids[1]}/settle", {"cause": "theft", "sure": True}).status_code == 200

    def test_a_setting_says_what_is_large(self, app, sam, ids):
        sam.post("/settings/ask_again_above", value="1000")
        assert sam.post(f"/discrepancies/{ids[1]}/settle", cause="theft").status_code == 303

    def test_what_was_typed_comes_back_with_a_wrong_cause_or_after_another_settled_it(self, sam, ids):
        wrong = sam.post(f"/discrepancies/{ids[0]}/settle", cause="", note="Half a page of words.")
        assert wrong.status_code == 400 and "Half a page of words." in wrong.text
        sam.post(f"/discrepancies/{ids[0]}/settle", cause="theft")
        late = sam.post(f"/discrepancies/{ids[0]}/settle", cause="unknown", note="Words.")
        assert late.status_code == 409 and "settled already" in late.text

    def test_the_cause_of_earlier_ones_is_proposed_with_how_sure_it_is(self, app, sam, ids):
        past = {"kind": "over", "state": "settled", "cause": "supplier shipped otherwise", "sku": "TEE-M", "settled_at": NOW}
        differ(app.extensions["warehouse"], *[past] * 4)
        page = sam.get(f"/discrepancies/{ids[1]}").text
        assert "Very likely: 4 of the last 4 of this kind here were: supplier shipped otherwise." in page


class TestSettlingMany:
    def test_a_page_says_first_what_is_settled_and_what_it_is_worth(self, sam, ids):
        page = sam.get(f"/discrepancies/settle?chosen={ids[0]}&chosen={ids[2]}&state=open&sort=value").text
        assert "2 discrepancies" in page and "7.00" in page and page.count('name="chosen"') == 2
        assert "/discrepancies/settle?state=open&amp;sort=value" in page

    def test_nothing_ticked_leads_back(self, sam, ids):
        answer = sam.get("/discrepancies/settle?state=open&sort=value")
        assert answer.status_code == 303 and "Tick what you want" in sam.get(answer.location).text

    def test_settles_them_and_leads_back_to_the_list(self, sam, ids):
        answer = sam.post("/discrepancies/settle?kind=short&state=open", chosen=[ids[0], ids[2]], cause="theft", note="Both.")
        assert answer.status_code == 303 and "kind=short" in answer.location
        assert "2 settled." in sam.get(answer.location).text and listed(sam.get("/discrepancies").text) == [ids[1]]

    def test_names_what_was_not_settled(self, sam, ids):
        sam.post(f"/discrepancies/{ids[0]}/settle", cause="theft")
        sam.post("/discrepancies/settle", chosen=[ids[0], ids[2]], cause="theft")
        page = sam.get("/discrepancies").text
        assert "1 settled." in page and f"#{ids[0]} is not settled. It is not open any more." in page

    def test_asks_once_more_and_keeps_what_was_typed(self, sam, ids):
        asked = sam.post("/discrepancies/settle", chosen=ids, cause="theft", note="All gone.")
        assert asked.status_code == 409 and "Yes, settle 907.00" in asked.text and asked.text.count("All gone.") == 3
        assert sam.post("/discrepancies/settle", chosen=ids, cause="theft", note="All gone.", sure="1").status_code == 303
        assert listed(sam.get("/discrepancies").text) == []

    def test_is_answered_as_htmx_and_in_json(self, sam, ids):
        answer = sam.client.post(
            "/discrepancies/settle", data={"chosen": [ids[0]], "cause": "theft"}, headers=token(sam) | {"HX-Request": "true"}
        )
        assert answer.headers["HX-Redirect"] == "/discrepancies"
        told = sam.post_json("/discrepancies/settle", {"chosen": [ids[0], ids[2]], "cause": "theft"}).json
        assert told["settled"] == [ids[2]] and told["failed"] == [{"id": ids[0], "message": "It is not open any more."}]
        assert sam.post_json("/discrepancies/settle", {"chosen": [], "cause": "theft"}).status_code == 400


def test_handing_on_is_answered_as_form_htmx_and_json(sam, ids):
    path = f"/discrepancies/{ids[0]}/assign"
    assert sam.post(path, owner="Vera").location == f"/discrepancies/{ids[0]}"
    answer = sam.client.post(path, data={"owner": "supervisor"}, headers=token(sam) | {"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/discrepancies/{ids[0]}"
    assert sam.post_json(path, {"owner": "Vera"}).json == {"message": "Handed to Vera."}
