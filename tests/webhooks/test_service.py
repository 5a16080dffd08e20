"""Other systems are told of grades: what is written, what is sent, and that it comes, whatever the receiver does meanwhile."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from scanner.errors import BadRequest, Conflict, NotFound
from scanner.returns.lines import events
from scanner.webhooks import sender as webhooks_sender
from scanner.webhooks import service as webhooks
from scanner.webhooks import store
from scanner.webhooks.post import MOST_RETRY_AFTER, PostResult, post, sign
from scanner.webhooks.sender import Patience, Sender
from scanner.webhooks.tables import Webhook
from tests.support import returned
from tests.support.receivers import Receiver, receiving, wait_for
from tests.support.warehouse import MUG, NOW, Warehouse

SOON = Patience(answer=5, look=0.02, first=0.05, longest=0.2, hold=0.2)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def bench(warehouse: Warehouse) -> Warehouse:
    """RMA-1: two mugs; both came."""
    returned.announce(warehouse, "RMA-1", [("MUG-B", 2)])
    return warehouse


@pytest.fixture
def sending(bench: Warehouse) -> Iterator[Sender]:
    sender = Sender(bench.database, SOON)
    sender.start()
    yield sender
    sender.stop()


def told(warehouse: Warehouse, url: str) -> webhooks.Added:
    return warehouse.database.transact(webhooks.add, url, warehouse.operators["Sam"], NOW)


def one_graded(warehouse: Warehouse, disposition: str = "restock", **more: object) -> int:
    arrival = returned.come(warehouse, "RMA-1", "MUG-B")
    return returned.grade(warehouse, "RMA-1", "MUG-B", disposition, arrival=arrival, **more)


def messages(warehouse: Warehouse) -> list[store.DeliveryRow]:
    with warehouse.database.read() as session:
        return webhooks.deliveries(session)


def states(warehouse: Warehouse) -> set[str]:
    return {message.state for message in messages(warehouse)}


class TestAMessage:
    def test_says_how_the_line_stands(self, bench: Warehouse) -> None:
        told(bench, "http://shop.example/hook")
        seq = one_graded(bench, "damaged", reason="BROKEN")
        (message,) = messages(bench)
        said = json.loads(message.payload)
        assert (said["type"], said["data"]["sequence"]) == ("return.graded", seq)
        line = said["data"]
        assert (line["return"], line["order"], line["sku"], line["expected"], line["arrived"]) == ("RMA-1", "SO-7", "MUG-B", 2, 1)
        assert (line["refund"], line["ungraded"]) == ("needs a decision", 0)
        (grade,) = line["grades"]
        assert (grade["units"], grade["disposition"], grade["reason"], grade["location"]) == (1, "damaged", "BROKEN", "DAMAGED")

    def test_of_a_second_grade_has_only_what_stands(self, bench: Warehouse) -> None:
        told(bench, "http://shop.example/hook")
        arrival = returned.come(bench, "RMA-1", "MUG-B")
        first = returned.grade(bench, "RMA-1", "MUG-B", "damaged", arrival=arrival)
        returned.grade(bench, "RMA-1", "MUG-B", "restock", arrival=arrival, replaces=first, at="damaged")
        line = json.loads(messages(bench)[0].payload)["data"]
        assert [grade["disposition"] for grade in line["grades"]] == ["restock"] and line["refund"] == "refund may go"

    def test_of_an_undone_second_grade_has_the_first_again(self, bench: Warehouse) -> None:
        told(bench, "http://shop.example/hook")
        arrival = returned.come(bench, "RMA-1", "MUG-B")
        first = returned.grade(bench, "RMA-1", "MUG-B", "damaged", arrival=arrival)
        second = returned.grade(bench, "RMA-1", "MUG-B", "restock", arrival=arrival, replaces=first, at="damaged")
        returned.undo(bench, "RMA-1", second, "MUG-B")
        line = json.loads(messages(bench)[0].payload)["data"]
        assert [grade["disposition"] for grade in line["grades"]] == ["damaged"]

    def test_is_not_written_where_nobody_is_told(self, bench: Warehouse) -> None:
        switched_off = told(bench, "http://shop.example/hook")
        bench.database.transact(webhooks.switch, switched_off.id, bench.operators["Sam"], active=False)
        one_graded(bench)
        assert messages(bench) == []

    def test_is_gone_with_a_grade_that_was_not_recorded(self, bench: Warehouse) -> None:
        told(bench, "http://shop.example/hook")
        seq = one_graded(bench)

        (before,) = messages(bench)

        def fails(session: Session) -> None:
            events.tell_of_line(session, json.loads(before.payload)["data"]["line"], seq, NOW)
            raise ValueError

        with pytest.raises(ValueError):
            bench.database.transact(fails)
        assert messages(bench) == [before]


class TestAReceiver:
    def test_gets_it_signed(self, bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
        secret = told(bench, receiver.url).secret
        one_graded(bench)
        wait_for(lambda: states(bench) == {"delivered"})
        (message,) = receiver.messages
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert message.headers["webhook-signature"] == f"v1,{expected}"
        assert message.id == messages(bench)[0].uuid and message.data["return"] == "RMA-1"

    def test_that_is_down_for_a_while_gets_it_later(self, bench: Warehouse, sending: Sender) -> None:
        with receiving() as gone:
            port = gone.port
        told(bench, f"http://127.0.0.1:{port}/returns")
        one_graded(bench)
        wait_for(lambda: messages(bench)[0].attempts >= 2)
        assert "refused" in messages(bench)[0].last_error
        with receiving(port) as back:
            wait_for(lambda: states(bench) == {"delivered"})
            assert len(back.messages) == 1

    def test_that_answers_500_gets_the_same_number_again(self, bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
        receiver.status = 500
        told(bench, receiver.url)
        one_graded(bench)
        wait_for(lambda: len(receiver.messages) >= 3)
        assert messages(bench)[0].last_status == 500
        receiver.status = 204
        wait_for(lambda: states(bench) == {"delivered"})
        assert len({message.id for message in receiver.messages}) == 1
        assert len({message.body for message in receiver.messages}) == 1
        came = len(receiver.messages)
        sending.stop()
        assert len(receiver.messages) == came == messages(bench)[0].attempts

    def test_that_answers_slowly_stops_nobody(self, bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
        receiver.gate.clear()
        told(bench, receiver.url)
        with receiving() as other:
            told(bench, other.url)
            one_graded(bench)
            wait_for(lambda: len(receiver.messages) == 1 and len(other.messages) == 1)
            assert bench.scan(MUG).units == 1  # the record is written to while the network is waited for
            one_graded(bench)
            wait_for(lambda: len(other.messages) == 2)
            assert len(receiver.messages) == 1
        receiver.gate.set()
        wait_for(lambda: states(bench) == {"delivered"})
        assert len(receiver.messages) == 2 == len({message.id for message in receiver.messages})

    def test_that_answers_too_slowly_gets_it_again(self, bench: Warehouse, receiver: Receiver) -> None:
        receiver.gate.clear()
        sender = Sender(bench.database, Patience(answer=0.2, look=0.02, first=0.05, longest=0.2, hold=0.2))
        sender.start()
        told(bench, receiver.url)
        one_graded(bench)
        wait_for(lambda: len(receiver.messages) >= 2)
        receiver.gate.set()
        wait_for(lambda: states(bench) == {"delivered"})
        sender.stop()
        assert len({message.id for message in receiver.messages}) == 1

    def test_that_points_elsewhere_is_not_followed(self, bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
        with receiving() as elsewhere:
            receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
            told(bench, receiver.url)
            one_graded(bench)
            wait_for(lambda: "redirects are not followed" in messages(bench)[0].last_error)
            assert elsewhere.messages == []

    def test_gets_what_waits_in_its_order(self, bench: Warehouse, receiver: Receiver) -> None:
        told(bench, receiver.url)
        for _ in range(5):
            one_graded(bench)
        sender = Sender(bench.database, SOON)
        sender.start()
        wait_for(lambda: states(bench) == {"delivered"})
        sender.stop()
        sequences = [message.data["sequence"] for message in receiver.messages]
        assert sequences == sorted(sequences) and len(sequences) == 5

    def test_gets_each_once_from_several_processes(self, bench: Warehouse, receiver: Receiver) -> None:
        told(bench, receiver.url)
        for _ in range(12):
            one_graded(bench)
        senders = [Sender(bench.database, SOON) for _ in range(3)]
        for sender in senders:
            sender.start()
        wait_for(lambda: states(bench) == {"delivered"})
        for sender in senders:
            sender.stop()
        assert len(receiver.messages) == 12 == len({message.id for message in receiver.messages})

    def test_that_is_switched_off_gets_it_when_it_is_on_again(self, bench: Warehouse, receiver: Receiver) -> None:
        address = told(bench, receiver.url)
        one_graded(bench)
        bench.database.transact(webhooks.switch, address.id, bench.operators["Sam"], active=False)
        sender = Sender(bench.database, SOON)
        with receiving() as other:
            told(bench, other.url)
            one_graded(bench)
            sender.start()
            wait_for(lambda: len(other.messages) == 1)
        assert receiver.messages == []
        bench.database.transact(webhooks.switch, address.id, bench.operators["Sam"], active=True)
        wait_for(lambda: states(bench) == {"delivered"})
        sender.stop()


class TestAnAddressThatIsRemoved:
    def test_is_told_nothing_more_and_what_waits_is_given_up(self, bench: Warehouse, receiver: Receiver) -> None:
        address = told(bench, receiver.url)
        one_graded(bench)
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        one_graded(bench)
        (message,) = messages(bench)
        assert (message.state, message.last_error) == ("given up", "the address was removed")
        with bench.database.read() as session:
            assert webhooks.webhooks(session) == [] and store.due(session, NOW, [], 9) == []

    def test_keeps_the_log_of_what_was_sent_there(self, bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
        address = told(bench, receiver.url)
        one_graded(bench)
        wait_for(lambda: states(bench) == {"delivered"})
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        (message,) = messages(bench)
        assert (message.state, message.url) == ("delivered", receiver.url)

    def test_forgets_its_secret(self, bench: Warehouse) -> None:
        address = told(bench, "http://shop.example/hook")
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        with bench.database.read() as session:
            assert session.exec(select(Webhook.secret)).one() == ""

    def test_can_be_added_again_with_another_secret(self, bench: Warehouse) -> None:
        first = told(bench, "http://shop.example/hook")
        bench.database.transact(webhooks.remove, first.id, bench.operators["Sam"], NOW)
        second = told(bench, "http://shop.example/hook")
        assert second.id != first.id and second.secret != first.secret

    @pytest.mark.parametrize("use_case", [webhooks.remove, webhooks.test])
    def test_is_not_there_any_more(self, bench: Warehouse, use_case: Callable[..., object]) -> None:
        address = told(bench, "http://shop.example/hook")
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        with pytest.raises(NotFound):
            bench.database.transact(use_case, address.id, bench.operators["Sam"], NOW)
        with pytest.raises(NotFound):
            bench.database.transact(webhooks.switch, address.id, bench.operators["Sam"], active=True)

    def test_gets_no_old_message_again(self, bench: Warehouse) -> None:
        address = told(bench, "http://shop.example/hook")
        one_graded(bench)
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        with pytest.raises(NotFound, match="still in the list"):
            bench.database.transact(webhooks.send_again, messages(bench)[0].id, bench.operators["Sam"], NOW)
        assert states(bench) == {"given up"}

    def test_is_not_waited_for_by_a_message_that_was_written_at_that_moment(self, bench: Warehouse) -> None:
        address = told(bench, "http://shop.example/hook")
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        late = {"event": "test", "payload": "{}", "at": NOW}
        bench.database.transact(store.add_deliveries, [address.id], **late)
        again = Sender(bench.database, SOON)
        again.start()
        try:
            wait_for(lambda: states(bench) == {"given up"})
        finally:
            again.stop()

    def test_while_a_message_is_on_its_way_may_still_take_that_one(self, bench: Warehouse) -> None:
        address = told(bench, "http://shop.example/hook")
        one_graded(bench)
        claimed = bench.database.transact(store.claim, messages(bench)[0].id, NOW, NOW + timedelta(minutes=1))
        bench.database.transact(webhooks.remove, address.id, bench.operators["Sam"], NOW)
        late = {"status": 500, "error": "late", "next_at": NOW, "give_up": False}
        bench.database.transact(store.failed, claimed.id, attempt=claimed.attempts, **late)
        assert states(bench) == {"given up"}
        bench.database.transact(store.delivered, claimed.id, 200, NOW)
        assert states(bench) == {"delivered"}


def test_what_a_dead_process_had_begun_is_sent_by_another(bench: Warehouse, receiver: Receiver) -> None:
    told(bench, receiver.url)
    one_graded(bench)
    begun = messages(bench)[0]
    long_ago = NOW + timedelta(seconds=1)
    assert bench.database.transact(store.claim, begun.id, long_ago, long_ago + Patience().claim)  # and it dies here
    sender = Sender(bench.database, SOON)
    sender.start()
    wait_for(lambda: states(bench) == {"delivered"})
    sender.stop()
    assert [message.id for message in receiver.messages] == [begun.uuid] and messages(bench)[0].attempts == 2


def test_what_was_written_while_the_clock_was_ahead_is_sent_at_once(bench: Warehouse) -> None:
    added = told(bench, "http://shop.example/hook")
    bench.database.transact(webhooks.test, added.id, bench.operators["Sam"], NOW + timedelta(days=30))
    (found,) = messages(bench)
    with bench.database.read() as session:
        assert store.due(session, NOW, (), 10) == [added.id]
        assert store.next_due(session, added.id, NOW) == found.id
    assert bench.database.transact(store.claim, found.id, NOW, NOW + Patience().claim)
    with bench.database.read() as session:
        assert store.next_due(session, added.id, NOW) is None


def test_no_pause_is_longer_than_what_shows_a_wrong_clock() -> None:
    most = PostResult(503, "", retry_after=MOST_RETRY_AFTER)
    assert all(timedelta(seconds=Patience().after(attempt, most)) < store.LONGEST_WAIT for attempt in range(1, 181))
    assert Patience().claim < store.LONGEST_WAIT


def test_what_nobody_takes_is_given_up_and_can_be_sent_again(bench: Warehouse, receiver: Receiver) -> None:
    receiver.status = 400
    told(bench, receiver.url)
    one_graded(bench)
    sender = Sender(bench.database, Patience(answer=5, look=0.02, first=0.01, longest=0.02, tries=3, hold=0.02))
    sender.start()
    wait_for(lambda: states(bench) == {"given up"})
    assert len(receiver.messages) == 3
    receiver.status = 200
    bench.database.transact(webhooks.send_again, messages(bench)[0].id, bench.operators["Sam"], NOW)
    wait_for(lambda: states(bench) == {"delivered"})
    sender.stop()
    assert len({message.id for message in receiver.messages}) == 1


def test_a_failure_that_is_told_late_changes_nothing(bench: Warehouse) -> None:
    told(bench, "http://shop.example/hook")
    one_graded(bench)
    found = messages(bench)[0].id
    claimed = bench.database.transact(store.claim, found, NOW, NOW + timedelta(minutes=1))
    bench.database.transact(store.delivered, found, 200, NOW)
    bench.database.transact(store.failed, found, attempt=claimed.attempts, status=500, error="late", next_at=NOW, give_up=False)
    assert messages(bench)[0].state == "delivered" and messages(bench)[0].last_error == ""


def test_pauses_grow_and_end_within_a_week_or_so() -> None:
    patience, no = Patience(), PostResult(500, "no")
    pauses = [patience.after(attempt, no) for attempt in range(1, patience.tries)]
    assert pauses[0] < 3 and max(pauses) < 1.3 * patience.longest and 5 < sum(pauses) / 86_400 < 9


def test_a_receiver_may_name_the_pause() -> None:
    assert Patience().after(1, PostResult(429, "no", retry_after=120)) == 120


def test_a_test_says_only_that_it_came(bench: Warehouse, sending: Sender, receiver: Receiver) -> None:
    address = told(bench, receiver.url)
    bench.database.transact(webhooks.test, address.id, bench.operators["Sam"], NOW)
    wait_for(lambda: states(bench) == {"delivered"})
    assert json.loads(receiver.messages[0].body)["type"] == "test"


@pytest.mark.parametrize(
    "url",
    ["", "shop.example", "ftp://shop.example", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://a:b@shop.example",
     "http://shop.example:99999", "http://shop.example/\nx", "http://[::1", "http://shop.example/#x",
     "http://shop.example/" + "x" * 1000],
)  # fmt: skip
def test_only_http_addresses_are_told(warehouse: Warehouse, url: str) -> None:
    with pytest.raises(BadRequest):
        told(warehouse, url)


def test_an_address_is_told_once(warehouse: Warehouse) -> None:
    told(warehouse, "https://shop.example/returns")
    with pytest.raises(Conflict):
        told(warehouse, " https://shop.example/returns ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://127.1/hook", "http://127.0.0.1/hook"),
        ("http://0x7f000001/hook", "http://127.0.0.1/hook"),
        ("http://[::ffff:127.0.0.1]/hook", "http://127.0.0.1/hook"),
        ("http://[2001:db8:0:0::1]/hook", "http://[2001:DB8::1]/hook"),
        ("http://erp/hook", "http://erp:80/hook"),
        ("https://erp/hook", "https://ERP.:443/hook"),
        ("https://erp", "https://erp/"),
        ("https://erp/a%2fb?c=%7e", "https://erp/a%2Fb?c=~"),
    ],
)
def test_an_address_is_told_once_however_it_is_spelled(warehouse: Warehouse, one: str, other: str) -> None:
    told(warehouse, one)
    with pytest.raises(Conflict):
        told(warehouse, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://erp/hook", "https://erp/hook"),
        ("http://erp:443/hook", "https://erp/hook"),
        ("https://erp/hook", "https://erp/Hook"),
        ("https://erp/a/b", "https://erp/a%2Fb"),
        ("https://erp/hook?a=1", "https://erp/hook?a=2"),
    ],
)
def test_other_addresses_are_told_as_well(warehouse: Warehouse, one: str, other: str) -> None:
    assert told(warehouse, one).id != told(warehouse, other).id


@pytest.mark.parametrize("use_case", [webhooks.test, webhooks.send_again])
def test_what_there_is_not_is_named(warehouse: Warehouse, use_case: object) -> None:
    with pytest.raises(NotFound):
        warehouse.database.transact(use_case, 99, warehouse.operators["Sam"], NOW)


def test_secrets_differ_and_are_long(warehouse: Warehouse) -> None:
    one, other = told(warehouse, "https://a.example").secret, told(warehouse, "https://b.example").secret
    assert one != other and len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_the_signature_is_the_one_of_the_standards_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", '{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_trickles_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def trickle() -> None:
            listening.settimeout(5)
            connection, _ = listening.accept()
            with connection:
                while not stop.wait(0.02):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        try:
            answer = post(url, secret="whsec_c2VjcmV0", uuid="x", timestamp=0, payload="{}", seconds=0.3)
        finally:
            stop.set()
            thread.join()
    assert answer == PostResult(None, "no answer within 0.3 seconds")


def test_what_was_delivered_long_ago_is_dropped_a_little_at_a_time(
    bench: Warehouse, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks_sender, "DROPPED_AT_ONCE", 2)
    address = told(bench, receiver.url)
    for _ in range(5):
        bench.database.transact(webhooks.test, address.id, bench.operators["Sam"], NOW)
    old = [message.id for message in messages(bench)]
    for number in old:
        bench.database.transact(store.delivered, number, 200, NOW - timedelta(days=91))
    bench.database.transact(webhooks.test, address.id, bench.operators["Sam"], NOW)
    young, waits = messages(bench)[0].id, old[0]
    bench.database.transact(store.delivered, young, 200, NOW - timedelta(days=89))
    bench.database.transact(webhooks.switch, address.id, bench.operators["Sam"], active=False)
    bench.database.transact(webhooks.send_again, waits, bench.operators["Sam"], NOW)
    sender = Sender(bench.database, SOON, lambda: NOW)
    sender.start()
    try:
        wait_for(lambda: len(messages(bench)) == 2)
    finally:
        sender.stop()
    assert {message.id for message in messages(bench)} == {young, waits}
