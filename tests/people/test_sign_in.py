import runpy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from scanner.catalogue.tables import Barcode, Item
from scanner.errors import TooMany
from scanner.people import sign_in as service
from scanner.people.guesses.rules import ADDRESS, DEVICE, NEW_DEVICES, PIN
from scanner.people.rules import OperatorView
from scanner.people.sign_in import hash_pin, operator, operator_on_device, prove, sign_in
from scanner.people.tables import Operator
from scanner.scans.meanings import is_label
from scanner.scans.tables import Task

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HANDHELD, BENCH, HERE = "handheld-1", "bench-1", "10.0.0.7"
WRONG = "BADGE-NOBODY"


HASH = hash_pin("2468")


@pytest.fixture
def people(database):
    """Rosa has no PIN, Sam has one, Olga has left."""

    def hire(session):
        rosa = Operator(badge="BADGE-ROSA", name="Rosa", roles="receiver")
        sam = Operator(badge="BADGE-SAM", name="Sam", roles="supervisor;receiver", pin_hash=HASH)
        olga = Operator(badge="BADGE-OLGA", name="Olga", roles="receiver", active=False)
        session.add_all([rosa, sam, olga])
        session.flush()
        return {person.name: person.id for person in (rosa, sam, olga)}

    return database.transact(hire)


@pytest.fixture
def scan_badge(database, people):
    def scan_badge(badge, pin=None, device=HANDHELD, address=HERE, after=timedelta()):
        return database.transact(sign_in, badge, pin, device=device, address=address, now=NOON + after, is_label=is_label)

    return scan_badge


def test_a_badge_signs_its_owner_in(scan_badge):
    assert scan_badge("BADGE-ROSA").operator.name == "Rosa"


def test_white_space_from_the_scanner_does_not_matter(scan_badge):
    assert scan_badge(" BADGE-ROSA\r\n").operator.name == "Rosa"


@pytest.mark.parametrize("badge", ["badge-rosa", "Badge-Rosa"])
def test_caps_lock_on_the_scanner_does_not_matter(scan_badge, badge):
    assert scan_badge(badge).operator.name == "Rosa"


def test_badges_that_differ_by_capitals_alone_are_two(scan_badge, database):
    database.transact(lambda session: session.add(Operator(badge="Badge-Rosa", name="Ruth", roles="receiver")))
    assert [scan_badge(badge).operator for badge in ("badge-rosa", "BADGE-rosa")] == [None, None]
    assert [scan_badge(badge).operator.name for badge in ("BADGE-ROSA", "Badge-Rosa")] == ["Rosa", "Ruth"]


def test_who_has_left_does_not_come_back_by_small_letters(scan_badge):
    assert scan_badge("badge-olga").operator is None


@pytest.mark.parametrize("badge", [WRONG, "", "  ", "BADGE-ROS", "B" * 10_000, "BADGE-ROSA\x00", "' OR 1=1 --"])
def test_an_unknown_badge_gets_nothing(scan_badge, badge):
    result = scan_badge(badge)
    assert result.operator is None and not result.needs_pin and "not known" in result.message


def test_who_has_left_gets_nothing(scan_badge):
    assert scan_badge("BADGE-OLGA").operator is None


def test_a_badge_with_a_pin_asks_for_it(scan_badge):
    result = scan_badge("BADGE-SAM")
    assert result.operator is None and result.needs_pin


def test_the_right_pin_signs_in(scan_badge):
    sam = scan_badge("BADGE-SAM", "2468").operator
    assert sam.name == "Sam" and sam.roles == {"supervisor", "receiver"}


@pytest.mark.parametrize("pin", ["2469", "24680", "0" * 5_000, "٢٤٦٨", "\x00"])
def test_a_wrong_pin_does_not(scan_badge, pin):
    result = scan_badge("BADGE-SAM", pin)
    assert result.operator is None and result.needs_pin and "not the PIN" in result.message


def test_asking_for_the_pin_is_no_failure(scan_badge):
    for _ in range(3 * PIN.free):
        assert scan_badge("BADGE-SAM").needs_pin


def guess(scan_badge, tries, badge=lambda guess: f"BADGE-{guess}", **more):
    """So many tries, all of which are looked at: each comes after its wait. Gives the last wait."""
    waited = timedelta()
    for number in range(tries):
        while True:
            try:
                scan_badge(badge(number), after=waited, **{name: each(number) for name, each in more.items()})
                break
            except TooMany as refused:
                waited += timedelta(seconds=refused.retry_after)
    return waited


def test_a_device_that_guesses_badges_has_to_wait_longer_and_longer(scan_badge):
    scan_badge("BADGE-ROSA")
    waits = []
    waited = timedelta()
    for number in range(DEVICE.free + 8):
        try:
            scan_badge(f"BADGE-{number}", after=waited)
        except TooMany as refused:
            waits.append(refused.retry_after)
            waited += timedelta(seconds=refused.retry_after)
            scan_badge(f"BADGE-{number}", after=waited)
    assert waits == [1, 2, 4, 8, 16, 32, 60]


def test_the_wait_is_said_in_seconds(scan_badge):
    for number in range(DEVICE.free + 1):
        scan_badge(f"BADGE-{number}")
    with pytest.raises(TooMany, match="Wait 1 second, then try again"):
        scan_badge("BADGE-ROSA")


def test_a_try_within_a_wait_makes_it_no_longer(scan_badge):
    scan_badge("BADGE-ROSA")
    waited = guess(scan_badge, DEVICE.free + 4)
    for _ in range(20):
        with pytest.raises(TooMany) as refused:
            scan_badge("BADGE-ROSA", after=waited)
    assert refused.value.retry_after == 8
    assert scan_badge("BADGE-ROSA", after=waited + timedelta(seconds=8)).operator.name == "Rosa"


@pytest.mark.parametrize("label", ["9501101530003", "DOCK", "CMD-UNDO", "MUG-B", "PO-7"])
def test_a_label_of_the_house_scanned_on_its_device_is_no_guess(scan_badge, database, label):
    def known(session):
        session.add(Item(sku="MUG-B", name="Mug"))
        session.flush()
        session.add(Barcode(code="09501101530003", item_id=1, units=1))
        session.add(Task(reference="PO-7", kind="receiving", created_at=NOON))

    database.transact(known)
    scan_badge("BADGE-ROSA")
    for _ in range(3 * DEVICE.free):
        assert scan_badge(label).message == "This is not a badge. Scan your badge to go on."
    assert scan_badge("BADGE-ROSA").operator.name == "Rosa"


def test_strangers_are_not_told_which_labels_there_are(scan_badge):
    assert "not known here" in scan_badge("DOCK", device="new").message
    with pytest.raises(TooMany):
        for _ in range(3 * DEVICE.free):
            scan_badge("DOCK", device="new")


@pytest.mark.parametrize("label", ["9501101530{:03}", "(00)39501101530000{:04}", "40000{:03}"])
def test_codes_that_look_like_goods_are_guesses_like_all_others(scan_badge, label):
    scan_badge("BADGE-ROSA")
    tried = 0
    for number in range(200):
        try:
            scan_badge(label.format(number))
            tried += 1
        except TooMany:
            pass
    assert tried == DEVICE.free + 1


def test_a_few_product_labels_scanned_by_mistake_cost_no_wait(scan_badge):
    scan_badge("BADGE-ROSA")
    for number in range(DEVICE.free):
        scan_badge(f"950110153{number:04}")
    assert scan_badge("BADGE-ROSA").operator.name == "Rosa"


def test_guesses_at_the_same_time_are_counted_one_after_another(database, people):
    def guess(number):
        try:
            database.transact(
                sign_in, "BADGE-SAM", f"{number:04}", device=f"phone-{number}", address=f"10.0.0.{number}", now=NOON
            )
        except TooMany:
            return "refused"
        return "tried"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count("tried") == PIN.free + 1


def test_unknown_badges_at_the_same_time_are_counted_one_after_another(database, people):
    def guess(number):
        try:
            database.transact(sign_in, f"BADGE-{number}", None, device=f"phone-{number}", address=HERE, now=NOON)
        except TooMany:
            return "refused"
        return "tried"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count("tried") == ADDRESS.free + 1


@pytest.mark.slow
def test_wrong_pins_elsewhere_keep_nobody_from_a_device_of_their_own(scan_badge):
    scan_badge("BADGE-SAM", "2468", device=BENCH)
    waited = guess(scan_badge, 20, badge=lambda _: "BADGE-SAM", pin=lambda n: f"11{n:02}", device=lambda n: f"phone-{n}")
    with pytest.raises(TooMany):
        scan_badge("BADGE-SAM", "2468", device="phone-x", address="10.0.9.9", after=waited)
    assert scan_badge("BADGE-SAM", "2468", device=BENCH, after=waited).operator.name == "Sam"


def test_five_wrong_pins_by_anybody_make_the_owner_wait_nowhere(scan_badge):
    for number in range(5):
        scan_badge("BADGE-SAM", f"111{number}", device=f"phone-{number}", address=f"10.0.0.{number}")
    assert scan_badge("BADGE-SAM", "2468", device="phone-x", address="10.0.9.9").operator.name == "Sam"


def test_pin_guesses_at_one_person_are_limited_over_all_new_devices(scan_badge):
    for number in range(PIN.free + 1):
        scan_badge("BADGE-SAM", f"111{number}", device=f"phone-{number}", address=f"10.0.0.{number}")
    with pytest.raises(TooMany) as refused:
        scan_badge("BADGE-SAM", "2468", device=BENCH, address="10.0.9.9")
    assert refused.value.retry_after == 30


def test_ones_own_device_in_other_hands_has_its_limit_too(scan_badge):
    scan_badge("BADGE-SAM", "2468", device=BENCH)
    for number in range(PIN.free + 1):
        scan_badge("BADGE-SAM", f"111{number}", device=BENCH)
    with pytest.raises(TooMany):
        scan_badge("BADGE-SAM", "2468", device=BENCH)
    assert scan_badge("BADGE-ROSA", device=BENCH).operator.name == "Rosa"


def test_one_guessed_person_does_not_stop_the_others(scan_badge):
    for number in range(PIN.free + 1):
        scan_badge("BADGE-SAM", f"111{number}", device=f"phone-{number}")
    assert scan_badge("BADGE-ROSA", device=BENCH).operator.name == "Rosa"


def test_twenty_wrong_badges_behind_one_address_stop_no_new_device_there(scan_badge):
    for number in range(20):
        scan_badge(WRONG, device=f"new-{number}")
    assert scan_badge("BADGE-ROSA", device="new-again").operator.name == "Rosa"


def test_an_address_that_guesses_from_ever_new_devices_has_to_wait_a_minute_at_most(scan_badge):
    waited = guess(scan_badge, ADDRESS.free + 12, device=lambda number: f"new-{number}")
    with pytest.raises(TooMany) as refused:
        scan_badge("BADGE-ROSA", device="new-again", after=waited)
    assert refused.value.retry_after == 60
    assert scan_badge("BADGE-ROSA", device=BENCH, address="10.0.0.8", after=waited).operator.name == "Rosa"
    assert scan_badge("BADGE-ROSA", device="new-2", after=waited + timedelta(seconds=60)).operator.name == "Rosa"


def test_ever_new_devices_at_ever_new_addresses_have_to_wait_too(scan_badge):
    tried = 0
    for number in range(300):
        try:
            scan_badge(f"BADGE-{number}", device=f"new-{number}", address=f"10.0.{number % 250}.{number}")
            tried += 1
        except TooMany:
            pass
    assert tried == 61


def test_a_device_of_the_house_goes_on_where_others_at_its_address_guess(scan_badge):
    scan_badge("BADGE-ROSA", device=BENCH)
    waited = guess(scan_badge, 3 * ADDRESS.free, device=lambda number: f"new-{number}")
    assert scan_badge("BADGE-ROSA", device=BENCH, after=waited).operator.name == "Rosa"


@pytest.mark.slow
def test_one_person_cannot_make_any_number_of_devices_known_to_guess_from_them(scan_badge):
    tried = 0
    for number in range(NEW_DEVICES.free + 60):
        device = f"cookie-{number}"
        try:
            scan_badge("BADGE-ROSA", device=device)
            for again in range(DEVICE.free):
                scan_badge(f"{number}-{again}", device=device)
                tried += 1
        except TooMany:
            pass
    assert tried < (NEW_DEVICES.free + 2) * DEVICE.free + ADDRESS.free


def test_who_signs_in_on_many_devices_is_kept_from_none(scan_badge):
    for number in range(3 * NEW_DEVICES.free):
        assert scan_badge("BADGE-ROSA", device=f"handheld-{number}").operator.name == "Rosa"


def test_a_pin_given_again_is_limited_as_at_sign_in(database, people, scan_badge):
    sam = scan_badge("BADGE-SAM", "2468").operator

    def again(pin, after=0):
        return database.transact(prove, sam, pin, device=HANDHELD, address=HERE, now=NOON + timedelta(seconds=after))

    assert again("2468").operator is sam
    for number in range(PIN.free + 1):
        assert again(f"111{number}").message == "That is not the PIN of Sam."
    with pytest.raises(TooMany):
        again("2468")
    assert again("2468", after=30).operator is sam


def test_who_has_no_pin_shows_the_own_badge_again(database, people, scan_badge):
    rosa = scan_badge("BADGE-ROSA").operator
    for said, name in ((" BADGE-ROSA\r\n", "Rosa"), ("BADGE-SAM", None), ("", None), ("\x00", None)):
        proved = database.transact(prove, rosa, said, device=HANDHELD, address=HERE, now=NOON).operator
        assert (proved.name if proved else None) == name


def test_a_clock_that_is_set_back_ends_the_wait(scan_badge):
    scan_badge("BADGE-ROSA")
    waited = guess(scan_badge, DEVICE.free + 6)
    assert scan_badge("BADGE-ROSA", after=waited - timedelta(hours=2)).operator.name == "Rosa"


def test_a_device_speaks_for_those_who_signed_in_on_it(scan_badge, database, people):
    scan_badge("BADGE-ROSA")
    with database.read() as session:
        assert operator_on_device(session, HANDHELD, people["Rosa"])
        assert not operator_on_device(session, BENCH, people["Rosa"])
        assert not operator_on_device(session, HANDHELD, people["Sam"])


def test_an_operator_is_found_by_id_also_once_gone(database, people):
    """What they scanned before they left is still theirs."""
    with database.read() as session:
        assert operator(session, people["Rosa"]) == OperatorView(people["Rosa"], "Rosa", frozenset({"receiver"}))
        assert operator(session, people["Olga"]).name == "Olga"
        assert operator(session, 999) is None


def test_a_pin_is_hashed_at_full_cost_outside_of_tests():
    fresh = runpy.run_path(service.__file__)  # in this process tests make it cheap
    assert fresh["hash_pin"]("2468").startswith("scrypt:16384:8:1$")
    assert hash_pin("2468").startswith("scrypt:1024:8:1$")
