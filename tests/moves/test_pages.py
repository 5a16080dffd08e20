"""The pages of moves: what waits, the page to scan on, papers; as htmx, plain form and JSON."""

from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image

from scanner.data.imports import import_csv
from scanner.decoding import Shrunk
from scanner.moves.kept import known
from scanner.scans.evidence import service as evidence
from scanner.workflows import WORKFLOWS
from tests.people.test_pages import Device, token_of
from tests.support.as_read import as_read
from tests.support.program import Program
from tests.support.warehouse import LAMP, MUG, NOW, TEE

STOCK = b"location,sku,units\nDOCK,MUG-B,20\nA-01-1,MUG-B,5\nQUARANTINE,TEE-M,4\nVENDOR,LAMP,3\n"


@pytest.fixture(autouse=True)
def stocked(app):
    warehouse = app.extensions["warehouse"]
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    return warehouse


def signed_in(app, name):
    device = Device(app)
    device.post("/sign-in", badge=f"BADGE-{name.upper()}")
    return device


@pytest.fixture
def rosa(app):
    return signed_in(app, "Rosa")


@pytest.fixture
def carla(app):
    return signed_in(app, "Carla")


def scan(code, **more):
    frozen = {"id": str(uuid4()), "task": "MOVES", "code": code, "source": "typed", "scanned_at": "2026-11-23T09:30:00Z"}
    return frozen | more


def send(device, *codes, **more):
    token = token_of(device.get("/sign-in"))
    for code in codes:
        answer = device.client.post("/scans", json=scan(code, **more), headers={"X-CSRFToken": token})
    return answer.json


def swap(device, code, **more):
    headers = {"X-CSRFToken": token_of(device.get("/sign-in")), "HX-Request": "true"}
    return device.client.post("/scans", data=scan(code, **more), headers=headers).text


def cart(stocked, name="Rosa"):
    return f"CART-{stocked.operators[name].id}"


def keep_photo(warehouse, done):
    person, photo = warehouse.operators["Rosa"], Shrunk(b"photo", b"thumbnail")
    warehouse.database.transact(evidence.keep, uuid4(), UUID(done["id"]), photo, operator=person, now=NOW, workflows=WORKFLOWS)


class TestThePageToScanOn:
    def test_is_there_before_the_task(self, rosa):
        page = rosa.get("/moves/MOVES").text
        assert "Nothing in your hand" in page and "Scan what you take from the dock" in page

    @pytest.mark.parametrize("path", ["/moves/PO-1001", "/moves/moves", "/moves/papers/1", "/moves/%00"])
    def test_is_the_only_one(self, rosa, path):
        assert rosa.get(path).status_code == 404

    def test_a_form_leads_back_to_it_with_what_is_in_hand(self, rosa):
        answer = rosa.post("/scans", **scan(MUG, quantity="3"))
        assert (answer.status_code, answer.location) == (303, "/moves/MOVES")
        page = rosa.get("/moves/MOVES").text
        assert "<strong>3</strong> in your hand" in page and "its shelf is <strong>A-01-1</strong>" in page
        assert "17 still at the dock" in page

    def test_json_is_answered_with_what_came_of_it(self, rosa):
        said = send(rosa, MUG)
        assert (said["outcome"], said["reason"], said["location"], said["signal"]) == ("accepted", "taken", "DOCK", "counted")
        assert send(rosa, "A-01-1")["signal"] == "complete"

    def test_htmx_gets_the_panel_the_hand_and_what_is_offered(self, rosa):
        html = swap(rosa, MUG)
        assert all(f'id="{part}"' in html for part in ("result", "in-hand", "lines", "after", "photo-of", "waiting"))
        assert "<html" not in html and "in your hand" in html

    def test_a_put_shows_where_it_went(self, rosa):
        swap(rosa, MUG)
        html = swap(rosa, "A-01-2")
        assert 'data-signal="over"' in html and ">A-01-2</p>" in html and "Nothing in your hand" in html  # it lives at A-01-1

    def test_gives_the_device_names_of_what_may_be_in_hand_and_no_number(self, app, rosa, stocked):
        send(rosa, "QUARANTINE")
        with stocked.database.read() as session:
            told = known(session, stocked.operators["Rosa"], "QUARANTINE", frozenset())
            blind = known(session, stocked.operators["Carla"], "QUARANTINE", frozenset())
        assert {name: codes.get(sku) for _, name, _, _, codes in told["lines"] for sku in ("MUG-B", "TEE-M") if sku in codes} == {
            "Mug, blue": 1,
            "T-shirt M": 1,
        }
        assert [line[1] for line in blind["lines"]] == ["Mug, blue"] and told["hand"] and "A-01-1" in told["places"]

    def test_several_things_on_one_shelf_look_unlike_plain_success_and_each_is_named(self, rosa):
        swap(rosa, MUG)
        swap(rosa, LAMP)
        html = as_read(swap(rosa, "A-01-2"))
        assert 'data-signal="over"' in html and "elsewhere: Mug, blue A-01-1." in html and "result--wordy" in html

    def test_a_grade_that_asks_why_has_a_button_for_each_reason(self, rosa):
        send(rosa, MUG)
        html = swap(rosa, "CMD-DAMAGED")
        assert 'data-signal="held"' in html and 'value="CMD-REASON-DOA"' in html
        done = swap(rosa, "CMD-REASON-DOA")
        assert 'value="CMD-REASON-DOA"' not in done and ">DAMAGED</p>" in done

    def test_a_photo_is_kept_with_the_grade(self, rosa):
        send(rosa, MUG)
        swap(rosa, "CMD-DAMAGED-DOA")
        page = rosa.get("/moves/MOVES").text
        form = page.partition("data-evidence")[2].partition("</form>")[0]
        assert not form.startswith(" hidden") and 'name="scan" value=""' not in form

    def test_a_photo_is_asked_for_once_the_goods_went_so_that_it_is_beside_their_move(self, rosa):
        send(rosa, MUG)
        asked, went = swap(rosa, "CMD-DAMAGED"), swap(rosa, "CMD-REASON-DOA")
        assert "data-evidence hidden" in asked and "data-evidence hidden" not in went

    def test_who_links_no_codes_is_not_asked_to(self, app, rosa):
        send(rosa, "NO-SUCH-CODE")
        pia = signed_in(app, "PIA")
        assert "1 unknown code" in rosa.get("/moves/MOVES").text and "unknown code" not in pia.get("/moves/MOVES").text

    def test_a_photo_that_was_kept_is_confirmed(self, rosa, stocked):
        send(rosa, MUG)
        done = send(rosa, "CMD-DAMAGED-DOA")
        assert "kept with it" not in rosa.get("/moves/MOVES").text
        keep_photo(stocked, done)
        assert "1 photo kept with it" in rosa.get("/moves/MOVES").text

    def test_a_photo_is_found_beside_its_scan_by_who_may_see_it(self, app, rosa, stocked):
        send(rosa, MUG)
        done = send(rosa, "CMD-DAMAGED-DOA")
        keep_photo(stocked, done)
        for name in ("Rosa", "Sam"):
            assert signed_in(app, name).get("/tasks/MOVES/scans").text.count("/thumbnail") == 1, name
        with stocked.database.read() as session:  # who neither sees stock nor scans such tasks is shown none
            assert evidence.of_list(session, "PO-1001", [1, 2], stocked.operators["Carla"], WORKFLOWS) == {}
            assert evidence.of_list(session, "PO-1001", [1, 2], stocked.operators["Rosa"], WORKFLOWS)

    @pytest.mark.slow
    def test_a_photo_that_comes_late_is_not_shown_under_another_scan(self, app, rosa, stocked):
        send(rosa, MUG)
        done = send(rosa, "CMD-DAMAGED-DOA")
        keep_photo(stocked, done)
        assert "kept with it" in rosa.get("/moves/MOVES").text
        send(rosa, LAMP)
        headers = {"X-CSRFToken": token_of(rosa.get("/sign-in")), "HX-Request": "true"}
        picture = BytesIO()
        Image.new("RGB", (40, 40)).save(picture, "JPEG")
        fields = {"id": str(uuid4()), "scan": done["id"], "photo": (BytesIO(picture.getvalue()), "photo.jpg")}
        reply = rosa.client.post("/evidence", data=fields, headers=headers)
        assert reply.status_code == 200 and "kept with it" not in reply.text and "Photo of it" in reply.text

    def test_a_counter_is_told_nothing_of_the_record(self, carla):
        send(carla, MUG)
        page = carla.get("/moves/MOVES").text.split("data-known")[0]  # the device knows what is a place, and no more of it
        assert "still at the dock" not in page and "A-01-1" not in page and "no shelf yet" not in page
        assert "line__count" not in carla.get("/moves").text

    def test_goods_that_went_back_lead_to_their_paper(self, rosa):
        send(rosa, "VENDOR", LAMP)
        html = swap(rosa, "CMD-SENT")
        path = html.partition('href="/moves/papers/')[2].partition('"')[0]
        paper = rosa.get(f"/moves/papers/{path}").text
        assert "Desk lamp" in paper and "by Rosa" in paper and "Vendor not known" in paper and "data-print" in paper
        assert f"MOVES-{path}-1" in paper
        assert f"/moves/papers/{path}" in rosa.get("/moves/papers").text

    def test_what_goes_to_a_shelf_or_to_the_vendor_is_offered_where_it_may(self, rosa):
        said, sent = 'value="CMD-RESTOCK"', 'value="CMD-SENT"'
        html = swap(rosa, MUG)
        assert said not in html and sent not in html and 'value="CMD-SCRAP"' in html
        send(rosa, "DOCK")
        send(rosa, "QUARANTINE")
        html = swap(rosa, TEE)
        assert said in html and sent not in html
        send(rosa, "QUARANTINE", "VENDOR", LAMP)
        assert said in (page := rosa.get("/moves/MOVES").text) and sent in page


class TestWhatWaits:
    def test_is_listed_with_its_home(self, rosa):
        page = rosa.get("/moves").text
        assert "To put away" in page and "Mug, blue" in page and "its shelf is <strong>A-01-1</strong>" in page
        assert "To be looked at" in page and "To go back to the vendor" in page and "To be mended" not in page

    def test_is_counted_on_the_home_page_with_what_is_in_hand(self, rosa):
        assert "in your hand" not in rosa.get("/").text
        send(rosa, MUG)
        home = rosa.get("/").text
        assert "1 in your hand" in home and '<span class="card__number">1</span>' in home

    def test_nothing_waits_in_an_empty_house(self, rosa, stocked):
        send(rosa, MUG, quantity=20)
        send(rosa, "A-01-1")
        assert "Nothing waits to be put away" in rosa.get("/moves").text

    @pytest.mark.parametrize("how", ["form", "json", "htmx"])
    def test_what_another_has_in_hand_is_taken_over_by_one_button(self, app, rosa, stocked, how):
        send(rosa, MUG)
        theo = signed_in(app, "Theo")
        code = f"CMD-TAKE-{cart(stocked)}"
        assert f'value="{code}"' in theo.get("/moves").text
        if how == "form":
            assert theo.post("/scans", **scan(code)).location == "/moves/MOVES"
        else:
            assert swap(theo, code) if how == "htmx" else send(theo, code)["reason"] == "taken"
        assert stocked.stock()[(cart(stocked, "Theo"), "MUG-B")] == 1
        assert "In other hands" not in theo.get("/moves").text

    def test_the_label_of_moves_opens_the_page(self, rosa):
        assert rosa.post("/open", code="MOVES").location == "/moves/MOVES"
        assert "not the label of moves" in rosa.post("/open?kind=move", code="NOTHING").text


class TestWhoMayNot:
    @pytest.mark.parametrize("path", ["/moves", "/moves/MOVES", "/moves/papers", "/moves/papers/1"])
    def test_sees_no_page(self, app, path):
        assert signed_in(app, "Vera").get(path).status_code == 403

    def test_moves_nothing(self, app, stocked):
        vera = signed_in(app, "Vera")
        assert vera.post("/scans", **scan(MUG)).status_code == 403
        assert stocked.stock()[("DOCK", "MUG-B")] == 20


class TestAProgram:
    def body(self, **more):
        return {"task": "MOVES", "location": "DOCK", "to": "A-01-2", "quantity": 4} | more

    def test_moves_in_one_scan(self, app):
        answer = Program(app, "Rosa").scan(MUG, **self.body())
        assert (answer.status_code, answer.json["outcome"], answer.json["reason"]) == (200, "accepted", "moved")
        assert answer.json["units"] == 4

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            pytest.param({"to": "DOCK"}, 200, id="to where it is: recorded and refused"),
            pytest.param({"to": "NOWHERE"}, 200, id="to no place: recorded and refused"),
            pytest.param({"location": "NOWHERE"}, 400, id="from no place"),
            pytest.param({"disposition": "lost", "to": None}, 400, id="a disposition that is none"),
        ],
    )
    def test_is_told_what_is_wrong(self, app, more, status):
        answer = Program(app, "Rosa").scan(MUG, **self.body(**more))
        assert answer.status_code == status
        assert status == 400 or (answer.json["outcome"], answer.json["reason"]) == ("refused", "unexpected")

    def test_says_the_second_grade_with_the_place(self, app):
        program, body = Program(app, "Rosa"), self.body(location="QUARANTINE")
        assert program.scan(TEE, **body).json["outcome"] == "refused"
        assert program.scan(TEE, **body, disposition="restock").json["outcome"] == "accepted"
