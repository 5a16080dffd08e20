"""Three server processes share a PostgreSQL behind a proxy without stickiness: nothing depends on which of them answers."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from scanner.db.engine import Database
from scanner.discrepancies.service import discrepancies
from scanner.people import tokens
from scanner.people.guesses.rules import ADDRESS, DEVICE
from scanner.scans.verify import verify
from scanner.webhooks import store as webhooks
from tests.support.photos import photo
from tests.support.postgres import drop_database, postgres_url
from tests.support.receivers import Receiver
from tests.support.round_robin import Machines, Phone, Reply, machines
from tests.support.serving import Server
from tests.support.warehouse import LAMP, MUG, Warehouse, fill

pytestmark = pytest.mark.postgres
PROCESSES = 3
PATIENCE = 30
addresses = (f"192.0.2.{number}" for number in itertools.count(10))


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[Machines, Warehouse]]:
    """Three processes that started at once on a database with nothing in it, and the warehouse in it."""
    url = postgres_url()
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    with machines(PROCESSES, url, tmp_path_factory.mktemp("machines")) as made:
        database = Database(url)
        yield made, fill(database)
        database.dispose()
    drop_database(database.url)


@pytest.fixture
def warehouse(running) -> Warehouse:
    return running[1]


@pytest.fixture
def phone(running) -> Callable[[], Phone]:
    """Makes phones, each with an address of its own."""
    return lambda: Phone(running[0].port, next(addresses))


@pytest.fixture
def rosa(phone) -> Phone:
    return signed_in(phone(), "BADGE-ROSA")


def signed_in(phone: Phone, badge: str) -> Phone:
    assert phone.post("/sign-in", badge=badge).status == 303
    return phone


def asked_of_each(ask: Callable[[], Reply]) -> list[Reply]:
    """The answers of all processes to one question."""
    replies: dict[int, Reply] = {}
    for _ in range(PROCESSES * 4):
        reply = ask()
        replies.setdefault(reply.by, reply)
    assert len(replies) == PROCESSES
    return list(replies.values())


def a_scan(code: str = MUG, **more: str) -> dict[str, str]:
    at = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "wedge", "scanned_at": at} | more


def test_all_are_ready_and_say_the_same(phone):
    replies = asked_of_each(lambda: phone().get("/readyz"))
    assert [reply.status for reply in replies] == [200] * PROCESSES


def test_who_signs_in_at_one_is_signed_in_at_all(rosa):
    pages = asked_of_each(lambda: rosa.get("/receiving/PO-1001"))
    assert all(page.status == 200 and "Rosa" in page.text for page in pages)
    session_cookies = [cookie for cookie in rosa.set_cookies if cookie.startswith("scanner=")]
    assert session_cookies and all("Secure" in cookie for cookie in session_cookies)


def test_a_process_with_a_secret_of_its_own_takes_nothing_from_a_page_of_another(running, rosa, tmp_path):
    """Why SCANNER_SECRET_KEY must be the same everywhere: it signs the tokens of forms. Sessions are in the database."""
    warehouse = running[1]
    other = Server(warehouse.database.url.render_as_string(), tmp_path, environment=os.environ | {"SCANNER_DATA": str(tmp_path)})
    other.start()
    try:
        token = rosa.token()
        rosa.port, before = other.port, rosa.port
        assert rosa.get("/receiving/PO-1001").status == 200
        assert rosa.send("/scans", a_scan(), token=token).status == 401
    finally:
        rosa.port = before
        other.stop()


def test_a_page_of_one_finds_its_scripts_at_all(rosa):
    script = re.search(r'src="(/static/[^"]+\.js)"', rosa.get("/receiving/PO-1001").text)
    assert [reply.status for reply in asked_of_each(lambda: rosa.get(script[1]))] == [200] * PROCESSES


def test_who_signs_out_at_one_is_signed_out_at_all(rosa):
    rosa.post("/sign-out")
    assert {reply.status for reply in asked_of_each(lambda: rosa.get("/receiving/PO-1001"))} == {302}


def test_each_scan_counts_once_though_every_process_gets_it(warehouse, phone):
    """Eight phones scan onto one line. Each scan goes to three processes at the same moment, as retries do at worst."""
    warehouse.add_receipt("PO-ONCE", [("MUG-B", 10_000)])
    phones = [signed_in(phone(), "BADGE-ROSA") for _ in range(8)]

    def burst(each: Phone) -> list[int]:
        statuses = []
        token = each.token()  # of the page that is open: three that are opened at once would each make the others' void
        for _ in range(10):
            scan = a_scan(task="PO-ONCE")
            with ThreadPoolExecutor(PROCESSES) as pool:
                replies = list(pool.map(lambda _: each.send("/scans", scan, token), range(PROCESSES)))  # noqa: B023 - used at once
            statuses += [reply.status for reply in replies]
            assert [reply.json["replayed"] for reply in replies if "replayed" in reply.json].count(False) <= 1
        return statuses

    with ThreadPoolExecutor(len(phones)) as pool:
        statuses = Counter(itertools.chain(*pool.map(burst, phones)))
    assert statuses == {200: 8 * 10 * PROCESSES}
    assert warehouse.lines("PO-ONCE") == [("MUG-B", 80)]
    with warehouse.database.read() as session:
        assert verify(session) == []


def test_scans_of_one_phone_keep_their_order_whichever_process_takes_them(warehouse, rosa):
    warehouse.add_receipt("PO-ORDER", [("MUG-B", 100), ("LAMP", 100)])
    for _ in range(4):
        for code in ("CMD-QTY-5", MUG, "CMD-UNDO", LAMP):  # each means something by what came before
            assert rosa.send("/scans", a_scan(code, task="PO-ORDER")).status == 200
    assert warehouse.lines("PO-ORDER") == [("MUG-B", 0), ("LAMP", 4)]


def guess_until_it_waits(guesser: Callable[[], Phone]) -> list[Reply]:
    """Send wrong badges until one more has to wait so long that a slow machine has the time to see it; the answers."""
    replies: list[Reply] = []
    for number in range(ADDRESS.free + 10):
        replies.append(guesser().post("/sign-in", badge=f"BADGE-GUESS-{uuid4().hex[:6]}-{number}"))
        if replies[-1].status == 429:
            wait = int(replies[-1].headers["Retry-After"])
            if wait >= 8:
                return replies
            time.sleep(wait)
    raise AssertionError("nobody was made to wait")


def test_wrong_badges_are_counted_for_all_processes_together(phone):
    guesser = phone()
    tries = guess_until_it_waits(lambda: guesser)
    assert len({reply.by for reply in tries}) == PROCESSES
    assert [reply.status for reply in tries].index(429) == DEVICE.free + 1
    refused = asked_of_each(lambda: guesser.post("/sign-in", badge="BADGE-ROSA"))
    assert {reply.status for reply in refused} == {429} and all(int(reply.headers["Retry-After"]) > 0 for reply in refused)


def test_guesses_are_counted_by_the_address_that_the_proxy_saw_not_by_what_the_phone_says(running):
    """Each guess comes from a device of its own and claims another address."""
    port = running[0].port
    claimed = itertools.count()
    guess_until_it_waits(lambda: Phone(port, "192.0.2.5", **{"X-Forwarded-For": f"10.1.1.{next(claimed)}"}))
    assert Phone(port, "192.0.2.5").post("/sign-in", badge="BADGE-ROSA").status == 429
    assert Phone(port, "192.0.2.6").post("/sign-in", badge="BADGE-ROSA").status == 303


def test_a_photo_that_one_takes_all_show(warehouse, phone):
    warehouse.add_return("RMA-P", [("MUG-B", 2)])
    theo = signed_in(phone(), "BADGE-THEO")
    scan, picture = a_scan(task="RMA-P"), str(uuid4())
    assert theo.send("/scans", scan).status == 200
    kept = theo.upload("/evidence", "photo", photo((300, 200)), id=picture, scan=scan["id"])
    assert kept.status in (201, 303)
    shown = asked_of_each(lambda: theo.get(f"/evidence/{picture}"))
    assert {reply.status for reply in shown} == {200} and len({reply.content for reply in shown}) == 1


def test_any_process_reads_photos(phone, warehouse):
    token = warehouse.database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    program = phone()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=edge"}
    head = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="x.jpg"\r\n\r\n'
    body = head + photo((300, 200)) + b"\r\n--edge--\r\n"
    replies = asked_of_each(lambda: program._ask("POST", "/api/v1/decode", body, headers))
    assert [reply.json for reply in replies] == [{"readings": []}] * PROCESSES


def test_each_message_is_sent_once_though_all_processes_send(warehouse):
    receivers = [Receiver() for _ in range(2)]

    def write(session: Any) -> None:
        at = datetime.now(UTC)
        ids = [
            webhooks.add_webhook(session, receiver.url, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at) for receiver in receivers
        ]
        for number in range(30):
            webhooks.add_deliveries(session, ids, event="return.graded", payload=json.dumps({"data": {"number": number}}), at=at)

    warehouse.database.transact(write)
    give_up = time.monotonic() + PATIENCE
    while standing(warehouse)["waiting"] and time.monotonic() < give_up:
        time.sleep(0.05)
    assert standing(warehouse) == {"waiting": 0, "given_up": 0}
    for receiver in receivers:
        assert sorted(message.data["number"] for message in receiver.messages) == list(range(30))


def standing(warehouse: Warehouse) -> dict[str, int]:
    with warehouse.database.read() as session:
        return webhooks.standing(session)


def test_what_one_imports_all_show(warehouse, phone):
    sam = signed_in(phone(), "BADGE-SAM")
    file = b"sku,name\n" + b"".join(b"NEW-%d,Thing %d\n" % (number, number) for number in range(50))
    assert sam.upload("/data/items", "file", file).status in (200, 303)
    pages = asked_of_each(lambda: sam.get("/items/NEW-49"))
    assert all(page.status == 200 and "Thing 49" in page.text for page in pages)


def test_a_task_is_finished_once(warehouse, phone):
    warehouse.add_receipt("PO-DONE", [("MUG-B", 3)])
    phones = [signed_in(phone(), "BADGE-ROSA") for _ in range(PROCESSES * 2)]
    barrier = threading.Barrier(len(phones))

    def finish(each: Phone) -> int:
        barrier.wait()
        return each.post("/receiving/PO-DONE/finish", confirm="1").status

    with ThreadPoolExecutor(len(phones)) as pool:
        statuses = list(pool.map(finish, phones))
    assert all(status < 500 for status in statuses), statuses
    with warehouse.database.read() as session:
        assert [each.units for each in discrepancies(session) if each.task == "PO-DONE"] == [3]


def test_a_process_that_is_killed_takes_nothing_with_it(running, warehouse, rosa):
    """The phones send again what got no answer. Last: afterwards one process has been started anew."""
    made, _ = running
    warehouse.add_receipt("PO-KILL", [("MUG-B", 10_000)])
    scans, token = [a_scan(task="PO-KILL") for _ in range(60)], rosa.token()
    threading.Timer(0.1, lambda: made.servers[1].process.send_signal(signal.SIGKILL)).start()
    for scan in scans:
        give_up = time.monotonic() + PATIENCE
        while rosa.send("/scans", scan, token).status != 200:
            assert time.monotonic() < give_up
    made.servers[1].process.wait()
    assert warehouse.lines("PO-KILL") == [("MUG-B", 60)]
    made.restart(1)
    assert {reply.status for reply in asked_of_each(lambda: rosa.get("/receiving/PO-KILL"))} == {200}
