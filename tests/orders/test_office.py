"""Orders at the desk: what is due first, what is late, what cannot be filled and why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue.locations import LocationKind
from scanner.errors import Conflict, NotAllowed, NotFound
from scanner.orders.office import rules, service
from scanner.orders.office.rules import At, Coming, Lack, Show
from scanner.orders.planning import rules as plans
from scanner.orders.planning import store as planning
from scanner.orders.scanned import Choice
from scanner.orders.shipments.service import SentLine
from scanner.workflows import WORKFLOWS
from tests.people.test_pages import Device
from tests.support.shop import Shop, line, order
from tests.support.warehouse import NOW

LACKS = [
    ("nothing is known of more", {}, "3 Mug, blue short: no more in the house"),
    ("some is at the dock", {"at": (At("dock", "DOCK", 12),)}, "3 Mug, blue short: 12 are at DOCK, to be put away"),
    ("one is at the dock", {"at": (At("dock", "DOCK", 1),)}, "3 Mug, blue short: 1 is at DOCK, to be put away"),
    ("some is put aside", {"at": (At("quarantine", "QUARANTINE", 2),)}, "3 Mug, blue short: 2 are in QUARANTINE"),
    ("some is mended", {"at": (At("refurbish", "REFURBISH", 1),)}, "3 Mug, blue short: 1 is in REFURBISH"),
    ("some came back", {"at": (At("bench", "RETURNS", 2),)}, "3 Mug, blue short: 2 are at RETURNS, to be graded"),
    ("two have some", {"at": (At("cart", "CART-1", 1), At("cart", "CART-2", 1))}, "3 Mug, blue short: 2 are in somebody's hands"),
    ("scrap fills nothing", {"at": (At("scrap", "SCRAP", 9),)}, "3 Mug, blue short: no more in the house"),
    ("a receipt brings more", {"coming": (Coming("PO-1", date(2026, 11, 30), 24),)},
     "3 Mug, blue short: PO-1 brings 24, due 30 Nov 2026"),
    ("nobody knows when", {"coming": (Coming("PO-1", None, 24),)}, "3 Mug, blue short: PO-1 brings 24"),
    ("a picker missed some", {"missed": 2}, "3 Mug, blue short: 2 on record were not found on the shelf, to be counted"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "words"), [row[1:] for row in LACKS], ids=[row[0] for row in LACKS])
def test_what_is_short_is_said_in_a_sentence(known, words):
    assert rules.why(Lack(name="Mug, blue", units=3, **known)) == words


def test_every_kind_of_place_has_words():
    for kind in LocationKind:
        assert rules.why(Lack(name="Mug", units=1, at=(At(kind, "X", 2),)))


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "less than a minute"), (0.5, "30 minutes"), (1, "1 hour"), (26, "1 day 2 hours"), (48, "2 days"), (-1, "")],
)
def test_how_long_an_order_took_is_said_in_words(hours, words):
    assert rules.lasted(NOW, NOW + timedelta(hours=hours)) == words


@pytest.mark.parametrize(
    ("due", "shipped", "late"), [(None, None, False), (-1, None, True), (1, None, False), (1, 2, True), (2, 1, False)]
)
def test_an_order_is_late_that_goes_after_it_was_due(due, shipped, late):
    moment = {name: None if hours is None else NOW + timedelta(hours=hours) for name, hours in (("due", due), ("gone", shipped))}
    assert rules.is_late(moment["due"], moment["gone"], NOW) is late


@pytest.fixture
def shop(warehouse):
    return Shop(warehouse)


def shown(shop, show=Show.TO_DO, by="Sam", **more):
    with shop.database.read() as session:
        return service.orders(session, shop.warehouse.operators[by], WORKFLOWS, NOW, show=show, **more)[0]


def names(rows):
    return [row.order.reference for row in rows]


def at(hours):
    return NOW + timedelta(hours=hours)


def test_what_is_due_comes_first(shop):
    shop.put(order(line("1", "LAMP", 1), reference="SO-1"))
    shop.put(order(line("1", "LAMP", 1), reference="SO-2", due_at=at(5)))
    shop.put(order(line("1", "LAMP", 1), reference="SO-3", due_at=at(2)))
    assert names(shown(shop)) == ["SO-3", "SO-2", "SO-1"]


@pytest.fixture
def several(shop):
    """One of each: SO-1 late and short, SO-2 to pick, SO-3 begun, SO-4 packed, SO-5 shipped, SO-6 cancelled, SO-7 unknown."""
    shop.stock("TEE-M", "A-01-1", 20)
    shop.put(order(line("1", "LAMP", 3), reference="SO-1", due_at=at(-1)))
    for number in (2, 3, 4, 5):
        shop.put(order(line("1", "TEE-M", 1), reference=f"SO-{number}", due_at=at(number)))
    for number in (3, 4):
        shop.pick("TEE-M", 1, task=f"SO-{number}")
    shop.pack("TEE-M", 1, task="SO-4")
    shop.ship(service_line("TEE-M"), reference="SO-5")
    shop.put(order(line("1", "TEE-M", 1), reference="SO-6", cancelled=True))
    shop.put(order(line("1", "X-1", 1), reference="SO-7"))
    return shop


def service_line(sku):
    return SentLine(1, sku=sku)


@pytest.mark.parametrize(
    ("show", "wanted"),
    [
        (Show.TO_DO, ["SO-1", "SO-2", "SO-3", "SO-4", "SO-7"]),
        (Show.LATE, ["SO-1"]),
        (Show.LACKING, ["SO-1", "SO-7"]),
        (Show.OPEN, ["SO-1", "SO-2", "SO-7"]),
        (Show.PICKING, ["SO-3"]),
        (Show.PACKED, ["SO-4"]),
        (Show.SHIPPED, ["SO-5"]),
        (Show.CANCELLED, ["SO-6"]),
        (Show.ALL, ["SO-7", "SO-6", "SO-5", "SO-4", "SO-3", "SO-2", "SO-1"]),
    ],
)
def test_each_filter_shows_its_orders(several, show, wanted):
    assert names(shown(several, show)) == wanted


def test_what_cannot_be_filled_says_why(several):
    several.stock("LAMP", "DOCK", 2)
    reasons = {row.order.reference: row.reasons for row in shown(several)}
    assert reasons["SO-1"] == ("3 Desk lamp short: 2 are at DOCK, to be put away; PO-1001 brings 6",)
    assert reasons["SO-7"] == ("SKU X-1 is unknown",)
    assert reasons["SO-2"] == ()


def test_goods_that_stand_picked_for_others_fill_nothing(shop):
    shop.stock("LAMP", "A-01-1", 2)
    shop.put(order(line("1", "LAMP", 2), reference="SO-1"))
    shop.pick("LAMP", 2, task="SO-1")
    shop.put(order(line("1", "LAMP", 1), reference="SO-2"))
    assert [row.reasons for row in shown(shop)] == [(), ("1 Desk lamp short: PO-1001 brings 6",)]


def test_who_counts_is_told_of_unknown_skus_alone(several):
    several.stock("LAMP", "DOCK", 2)
    rows = shown(several, by="Carla")
    assert {row.order.reference: row.reasons for row in rows if row.reasons} == {"SO-7": ("SKU X-1 is unknown",)}
    assert names(shown(several, Show.LACKING, by="Carla")) == ["SO-7"]


def test_orders_come_in_pages(several):
    assert names(shown(several, page=2, size=2)) == ["SO-3", "SO-4"]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=12),
    st.dictionaries(st.integers(1, 3), st.integers(0, 9)),
)
def test_the_rule_never_gives_more_than_there_is(needs, on_shelves):
    wanted = [plans.Need(n, n, item, units) for n, (item, units) in enumerate(needs)]
    short = plans.lacking(wanted, on_shelves)
    for item in (1, 2, 3):
        filled = sum(each.units - short.get(each.line_id, 0) for each in wanted if each.item_id == item)
        assert filled == min(on_shelves.get(item, 0), sum(each.units for each in wanted if each.item_id == item))


def test_the_database_finds_short_what_the_rule_finds_short(shop):
    shop.stock("LAMP", "A-01-1", 4)
    shop.stock("MUG-B", "A-01-2", 3)
    for number, (sku, units, due) in enumerate(
        [("LAMP", 3, 5), ("SET", 2, 1), ("MUG-B", 1, 3), ("LAMP", 2, None), ("SET", 1, None), ("TEE-M", 1, 2)]
    ):
        shop.put(order(line("1", sku, units), reference=f"SO-{number}", due_at=at(due) if due else None))
    with shop.database.read() as session:
        needs = planning.needs(session)
        there: dict[int, int] = {}
        for shelf in planning.shelves(session, {need.item_id for need in needs}):
            there[shelf.item_id] = there.get(shelf.item_id, 0) + shelf.units
        by_rule = plans.lacking(needs, there)
        found = planning.lacking(session)
        assert {need.line_id: need.units for need in found} == by_rule != {}
        one = found[0].task_id
        assert planning.lacking(session, [one]) == [need for need in found if need.task_id == one]


def decide(shop, choice, by="Sam"):
    shop.database.transact(service.choose, "SO-1", choice, shop.warehouse.operators[by], NOW)


def test_a_supervisor_decides_what_becomes_of_a_short_order(shop):
    shop.put(order(line("1", "LAMP", 3)))
    decide(shop, Choice.SPLIT)
    assert shop.order().choice == "split"


def test_of_a_cancelled_order_there_is_nothing_to_decide(shop):
    shop.put(order(line("1", "LAMP", 3), cancelled=True))
    with pytest.raises(Conflict, match="SO-1 is cancelled"):
        decide(shop, Choice.WAIT)


def test_nobody_else_decides(shop):
    shop.put(order(line("1", "LAMP", 3)))
    with pytest.raises(NotAllowed, match="Vera may not decide what becomes of short orders"):
        decide(shop, Choice.WAIT, by="Vera")


def test_a_receipt_is_no_order(shop):
    with shop.database.read() as session, pytest.raises(NotFound):
        service.order(session, "PO-1001", shop.warehouse.operators["Sam"], WORKFLOWS, NOW)


@pytest.fixture
def web(app):
    app.extensions["workflows"] = lambda: WORKFLOWS
    return Shop(app.extensions["warehouse"])


def device(app, badge="BADGE-SAM"):
    made = Device(app)
    made.post("/sign-in", badge=badge)
    return made


def test_the_list_leads_to_each_order(app, web):
    web.put(order(line("1", "LAMP", 3), due_at=datetime(2026, 11, 1, tzinfo=UTC)))
    desk = device(app)
    page = desk.get("/orders/office").text
    assert "Late" in page and "3 Desk lamp short" in page and 'href="/orders/office/SO-1"' in page
    assert "Split: ship what is there" in desk.get("/orders/office/SO-1").text


def test_an_empty_list_says_so(app, web):
    assert "No order is late" in device(app).get("/orders/office?show=late").text
    assert "Nothing to do" in device(app).get("/orders/office?show=what&page=x").text


def test_the_home_page_leads_to_the_orders(app):
    assert 'href="/orders/office"' in device(app, "BADGE-ROSA").get("/").text


def test_service_sees_orders_and_decides_nothing(app, web):
    web.put(order(line("1", "LAMP", 3)))
    page = device(app, "BADGE-VERA").get("/orders/office/SO-1").text
    assert "What cannot be filled" in page and "Split" not in page


@pytest.mark.parametrize("choice", ["split", "wait"])
def test_the_choice_is_posted_from_the_page(app, web, choice):
    web.put(order(line("1", "LAMP", 3)))
    assert device(app).post("/orders/office/SO-1/choice", choice=choice).status_code == 303
    assert web.order().choice == choice


@pytest.mark.parametrize(("choice", "words"), [("split", "The supervisor splits it"), ("wait", "The supervisor wants it whole")])
def test_the_choice_is_told_at_the_desk_with_who_made_it_and_to_who_picks_and_packs(app, web, choice, words):
    web.put(order(line("1", "LAMP", 3)))
    web.stock("LAMP", "A-01-1", 3)
    web.warehouse.scan("LAMP", task="SO-1", by="Pia", location="A-01-1")
    sam, pia = device(app), device(app, "BADGE-PIA")
    assert "chose so" not in sam.get("/orders/office/SO-1").text and "The supervisor" not in pia.get("/orders/SO-1").text
    sam.post("/orders/office/SO-1/choice", choice=choice)
    assert "Sam chose so, " in sam.get("/orders/office/SO-1").text
    assert all(words in pia.get(path).text for path in ("/orders/SO-1", "/orders/SO-1/pack"))


def test_a_choice_that_is_none_is_refused(app, web):
    web.put(order(line("1", "LAMP", 3)))
    assert device(app).post("/orders/office/SO-1/choice", choice="burn").status_code == 400


def test_the_list_is_a_file_as_well(app, web):
    web.put(order(line("1", "LAMP", 3), customer="=cmd"))
    text = device(app).get("/orders/office/orders.csv").text
    assert text.splitlines()[0].startswith("channel,reference,task,customer,state,")
    assert "web,SO-1,SO-1,'=cmd,open," in text and "3 Desk lamp short" in text


def test_a_shipped_order_says_how_long_it_took(app, web):
    web.stock("LAMP", "A-01-1", 3)
    web.put(order(line("1", "LAMP", 3)))
    web.ship(service_line("LAMP"), shipped_at=NOW)
    web.ship(SentLine(2, sku="LAMP"), shipped_at=NOW, name="2nd")
    page = device(app).get("/orders/office/SO-1").text
    assert "1 day 1 hour" in page and "Assumed" in page


def test_there_is_no_page_of_an_order_that_nobody_sent(app, web):
    assert device(app).get("/orders/office/SO-9").status_code == 404
