from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from scanner.catalogue.tables import Item
from scanner.errors import TooMany
from scanner.people.rules import OperatorView
from scanner.people.sign_in import ADDRESS_LIMIT, LIMIT, hash_pin, operator, operator_on_device, sign_in
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


@pytest.mark.parametrize("badge", [WRONG, "", "  ", "BADGE-ROS", "badge-rosa", "B" * 10_000, "BADGE-ROSA\x00", "' OR 1=1 --"])
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
    for _ in range(3 * LIMIT):
        assert scan_badge("BADGE-SAM").needs_pin


def test_a_device_that_guesses_badges_has_to_wait(scan_badge):
    for guess in range(LIMIT):
        scan_badge(f"BADGE-{guess}")
    with pytest.raises(TooMany) as refused:
        scan_badge("BADGE-ROSA")
    assert refused.value.retry_after == 15 * 60


@pytest.mark.parametrize("label", ["9501101530003", "(00)395011015300000011", "DOCK", "CMD-UNDO", "MUG-B", "PO-7"])
def test_who_scans_on_at_a_locked_device_is_not_guessing(scan_badge, database, label):
    database.transact(lambda session: session.add(Item(sku="MUG-B", name="Mug")))
    database.transact(lambda session: session.add(Task(reference="PO-7", kind="receiving", created_at=NOON)))
    for _ in range(2 * LIMIT):
        assert scan_badge(label).message == "This is no badge. Scan your badge to go on."
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
    assert answers.count("tried") == LIMIT


def test_after_the_wait_the_device_may_try_again(scan_badge):
    for guess in range(LIMIT):
        scan_badge(f"BADGE-{guess}", after=timedelta(seconds=guess))
    assert scan_badge("BADGE-ROSA", after=timedelta(minutes=15)).operator.name == "Rosa"


def test_pin_guesses_at_one_person_are_limited_over_all_devices(scan_badge):
    for guess in range(LIMIT):
        scan_badge("BADGE-SAM", f"111{guess}", device=f"phone-{guess}", address=f"10.0.0.{guess}")
    with pytest.raises(TooMany):
        scan_badge("BADGE-SAM", "2468", device=BENCH, address="10.0.9.9")


def test_one_guessed_person_does_not_stop_the_others(scan_badge):
    for guess in range(LIMIT):
        scan_badge("BADGE-SAM", f"111{guess}", device=f"phone-{guess}")
    assert scan_badge("BADGE-ROSA", device=BENCH).operator.name == "Rosa"


def test_an_address_that_guesses_from_ever_new_devices_has_to_wait(scan_badge):
    for guess in range(ADDRESS_LIMIT):
        scan_badge(WRONG, device=f"new-{guess}")
    with pytest.raises(TooMany):
        scan_badge("BADGE-ROSA", device="new-again")
    assert scan_badge("BADGE-ROSA", device=BENCH, address="10.0.0.8").operator.name == "Rosa"


def test_a_device_of_the_house_goes_on_where_others_at_its_address_guess(scan_badge):
    scan_badge("BADGE-ROSA", device=BENCH)
    for guess in range(ADDRESS_LIMIT):
        scan_badge(WRONG, device=f"new-{guess}")
    assert scan_badge("BADGE-ROSA", device=BENCH).operator.name == "Rosa"


def test_a_device_of_the_house_that_guesses_has_to_wait_all_the_same(scan_badge):
    scan_badge("BADGE-ROSA")
    for guess in range(LIMIT):
        scan_badge(f"BADGE-{guess}")
    with pytest.raises(TooMany):
        scan_badge("BADGE-ROSA")


def test_a_device_speaks_for_those_who_signed_in_on_it(scan_badge, database, people):
    scan_badge("BADGE-ROSA")
    with database.read() as session:
        assert operator_on_device(session, HANDHELD, people["Rosa"])
        assert not operator_on_device(session, BENCH, people["Rosa"])
        assert not operator_on_device(session, HANDHELD, people["Sam"])


def test_an_operator_is_found_by_id_unless_gone(database, people):
    with database.read() as session:
        assert operator(session, people["Rosa"]) == OperatorView(people["Rosa"], "Rosa", frozenset({"receiver"}))
        assert operator(session, people["Olga"]) is None
        assert operator(session, 999) is None
