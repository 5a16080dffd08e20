"""A walker that has the run of the app: signed in in each role and with tokens, it sends real things, mutated, to every route."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from scanner.codes.commands import Command
from tests.support.doubled import ROLES, SECOND, Doubled

NASTY = (
    "", " ", "\x00", "\x1d", "\x1b[A", "'", '"', "<b>&", "%00", "..", "../../etc/passwd", "{{7*7}}", "1 OR 1=1", "\ud83d",
    "\u202e",
    "e\u0301", "\u0130", "0", "-1", "1e9", "9" * 30, "NaN", "true", "null", "[]", "{}", "x" * 70, "x" * 600, "2026-02-30", "()",
    "]C1", "(01)09501101530003(10)A\x1d(17)991332", "01095011015300031099\x1d", "CMD-", "CMD-QTY-9999999999", "\r\n",
)  # fmt: skip
"""Values that have broken something somewhere."""
NOT_FUZZED = {"auth.sign_out", "auth.lock", "static", "auth.sign_in_by_badge"}
"""What ends the session of who sends it: a stranger sends to these."""
AS_OF_API = {"scans.record": "api.scan", "scans.record_batch": "api.scan_batch"}
UPLOADS = {
    "data.bring_in": "file", "service.announce_by_file": "file", "photos.read_labels": "photo", "photos.photo": "photo",
    "evidence.add": "photo",
}  # fmt: skip
CODES = (
    "TWIN-A", "TWIN-B", "twin-c", "TWIN-CASE", "TWIN-CASE-2", "NOBODY-1", "BOX", "PALLET", "T-01-1", "DOCK-2",
    "395011015300000011",
)  # fmt: skip
FIELDS = (
    "code", "task", "reference", "sku", "quantity", "units", "owner", "cause", "note", "section", "location", "next", "confirm",
)  # fmt: skip
QUERIES = (
    "q", "limit", "after", "before", "offset", "state", "kind", "sku", "code", "days", "seq", "location", "rows", "page",
    "by", "key",
)  # fmt: skip
FORM = re.compile(r"<form[^>]*>.*?</form>", re.S)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
FIELD = re.compile(r"<(?:input|button|select|textarea|option)\b[^>]*>")
UNREACHED = frozenset({401, 403, 404})


class Walker:
    """Sends requests to an app, the same ones for the same seed."""

    def __init__(self, app: Flask, doubled: Doubled, names: dict[str, list[str]], seed: int) -> None:
        self.app, self.doubled, self.names = app, doubled, names
        self.random = random.Random(seed)
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_FUZZED]
        self.round: list[Rule] = []  # the routes that are still to come before any comes again
        self.people = {role: self._sign_in(role) for role in ROLES}
        self.forms: dict[tuple[str, str], MultiDict[str, str]] = {}  # (role, address) -> fields, as a page had them
        self.sent: list[str] = []  # ids of scans
        self.answers: Counter[int] = Counter()
        self.broken: list[tuple[str, str, int]] = []
        commands = [each.value for each in Command]
        self.words = sorted({*names["reference"], *names["sku"], *names["code"], *commands, *SECOND.values(), *CODES})
        picture = BytesIO()
        Image.new("RGB", (40, 30), "white").save(picture, "PNG")
        self.picture = picture.getvalue()

    def run(self, requests: int) -> None:
        """Send so many requests."""
        for _ in range(requests):
            self.step()

    def step(self) -> None:
        """Send one request, and learn from the answer."""
        role = self.random.choice(("supervisor", "supervisor", "supervisor", *ROLES))  # more than half of the pages are theirs
        rule = self._next_rule()
        method = self.random.choice(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = self._path(rule)
        with self._send(role, rule, method, path) as answer:
            self.answers[answer.status_code] += 1
            if answer.status_code >= 500:
                self.broken.append((method, path, answer.status_code))
            if method == "GET" and answer.mimetype == "text/html":
                self._learn(role, path, answer.get_data(as_text=True))
            answer.get_data()

    def _next_rule(self) -> Rule:
        """A route at random, each once before any comes again: a route is not missed by chance, however many there are."""
        if not self.round:
            self.round = self.random.sample(self.rules, len(self.rules))
        return self.round.pop()

    @property
    def reached(self) -> float:
        """The share of answers that are not 401, 403, 404, nor 429."""
        total = sum(self.answers.values())
        missed = sum(number for status, number in self.answers.items() if status in UNREACHED | {429})
        return (total - missed) / max(total, 1)

    def _send(self, role: str, rule: Rule, method: str, path: str) -> Any:
        if rule.rule.startswith("/api/"):
            asked = {"Authorization": f"Bearer {self.doubled.tokens[role]}"}
            if method == "GET":
                return self.app.test_client().get(path, query_string=self._query(), headers=asked)
            if rule.endpoint == "api.decode":
                return self.app.test_client().post(path, data=self._upload("photo"), headers=asked)
            return self.app.test_client().open(path, method=method, json=self._body(rule.endpoint), headers=asked)
        client, token = self.people[role]
        if method == "GET":
            return client.get(path, query_string=self._query())
        asked = {"X-CSRFToken": token} | self.random.choice(({}, {"HX-Request": "true"}, {"Accept": "application/json"}))
        if rule.endpoint in ("scans.record", "scans.record_batch") and self.random.random() < 0.7:
            return client.post(
                path, json=self._body(f"api.{'scan' if rule.endpoint == 'scans.record' else 'scan_batch'}"), headers=asked
            )
        fields = self._form(role, path)
        if rule.endpoint in UPLOADS:
            return client.post(path, data={**_all_plain(fields).to_dict(), **self._upload(UPLOADS[rule.endpoint])}, headers=asked)
        if self.random.random() < 0.2:
            return client.post(path, json=fields.to_dict(), headers=asked)
        return client.post(path, data=_all_plain(fields), headers=asked)

    def _sign_in(self, role: str) -> tuple[FlaskClient, str]:
        client = self.app.test_client()
        token = _token(client.get("/sign-in").text)
        client.post("/sign-in", data={"badge": self.doubled.badge(role), "csrf_token": token})
        return client, _token(client.get("/").text)

    def _path(self, rule: Rule) -> str:
        def fill(part: re.Match[str]) -> str:
            name = part[1]
            if name.endswith("_id") or name == "seq":
                values = self.names.get(name) or [str(self.random.randint(1, 9))]
                return self.random.choice(values)
            value = self._real(self.names.get(name) or self.words)
            return re.sub(r"[\ud800-\udfff]", "?", value).replace("?", "%3F").replace("#", "%23") or "x"

        return re.sub(r"<(?:\w+:)?(\w+)>", fill, rule.rule)

    def _query(self) -> dict[str, str]:
        return {name: _plain(self._value(name)) for name in self.random.sample(QUERIES, self.random.choice((0, 0, 1, 2)))}

    def _form(self, role: str, path: str) -> MultiDict[str, str]:
        """The fields of a form that a page had for this address, or of any other; some of them changed."""
        forms = [fields for (whose, action), fields in self.forms.items() if whose == role and action == path]
        known = self.random.choice(forms or [*self.forms.values()] or [MultiDict()])
        kept = [(name, value) for name, value in known.items(multi=True) if self.random.random() < 0.95]
        fields = MultiDict([(name, self._value(name, value)) for name, value in kept])
        if self.random.random() < 0.2:
            fields.add(self.random.choice(FIELDS), self._value(self.random.choice(FIELDS)))
        return fields

    def _body(self, endpoint: str) -> Any:
        """A body for an address of the API."""
        if self.random.random() < 0.03:
            return self.random.choice(([], None, "x", 1, {"scans": 1}, {}))
        if endpoint == "api.scan":
            return self._scan()
        if endpoint == "api.scan_batch":
            return {"scans": [self._scan() for _ in range(self.random.choice((1, 2, 5)))], "page": self._value("task")}
        reference = self.random.choice(("", "RMA-F", "RMA-T1"))
        bodies: dict[str, dict[str, Any]] = {
            "api.start_task": {
                "kind": self.random.choice(("count", "return")), "section": self._real(self.names["code"]), "customer": "Jo",
                "order": self._value("order"), "reference": reference,
                "lines": [{"sku": self._real(self.names["sku"]), "expected": self._number()}],
            },
            "api.finish_task": {"confirm": self.random.random() < 0.3, "held": self.random.choice(("take", "leave", "x"))},
            "api.rename_item": {"sku": self._value("sku"), "name": self._value("name")},
            "api.merge_item": {"into": self._real(self.names["sku"])},
            "api.retire_item": {"back": self.random.random() < 0.7},
            "api.put_items": {"name": self._value("name"), "unit_cost": "1.50", "reorder_point": self._number()},
            "api.put_barcodes": {"sku": self._real(self.names["sku"]), "units": self._number()},
            "api.put_kits": {"units": self._number()},
            "api.put_locations": {"name": self._value("name"), "position": self._number()},
            "api.put_sections": {"owner": self._value("owner")},
            "api.put_suppliers": {"note": self._value("note")},
            "api.put_receipts": {"expected": self._number(), "supplier": "Acme"},
            "api.put_operators": {"name": "Jo", "roles": self.random.choice(("picker", "x")), "pin": "4711"},
        }  # fmt: skip
        body = bodies.get(endpoint, {})
        return {name: self._value(name) if self.random.random() < 0.08 else value for name, value in body.items()}

    def _scan(self) -> dict[str, Any]:
        scan_id = str(UUID(int=self.random.getrandbits(128)))
        if self.sent and self.random.random() < 0.1:
            scan_id = self.random.choice(self.sent)
        self.sent.append(scan_id)
        scan: dict[str, Any] = {
            "id": scan_id, "task": self._real(self.names["reference"]), "code": self._real(self.words), "source": "wedge",
            "scanned_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        for name, value in (
            ("quantity", self._number()), ("location", self._real(list(SECOND.values()))), ("confirm", True),
            ("disposition", self.random.choice(("restock", "damaged", "scrap", "x"))), ("reason", "DOA"),
            ("sent_at", self.random.choice((datetime.now(UTC).isoformat(), "2099-01-01", "x"))), ("short", True),
        ):  # fmt: skip
            if self.random.random() < 0.15:
                scan[name] = value
        if self.random.random() < 0.05:
            scan[self.random.choice(sorted(scan))] = self.random.choice((None, [], {}, 1.5, *NASTY))
        return scan

    def _upload(self, name: str) -> dict[str, Any]:
        content = self.random.choice((self.picture, self.picture[:50], b"", b"\x00" * 30, b"sku,name\nF-1,F\n", b"\xff\xfes\x00",
                                      f"sku,name\n{self._value('sku')},x\n".encode("utf-8", "replace")))  # fmt: skip
        return {
            name: (BytesIO(content), "file"),
            "scan": self.random.choice(self.sent or ["x"]),
            "id": str(UUID(int=self.random.getrandbits(128))),
        }

    def _learn(self, role: str, path: str, page: str) -> None:
        for form in FORM.findall(page):
            about = dict(ATTRIBUTE.findall(form.partition(">")[0]))
            if about.get("method", "get").lower() == "post":
                fields = [dict(ATTRIBUTE.findall(field)) for field in FIELD.findall(form)]
                named = [
                    (field["name"], unescape(field.get("value", "")))
                    for field in fields
                    if field.get("name", "csrf_token") != "csrf_token"
                ]
                self.forms[role, unescape(about.get("action", path)).partition("?")[0]] = MultiDict(named)

    def _value(self, name: str, value: str = "") -> str:
        """Most often what was there, or something real; now and then something nasty."""
        chance = self.random.random()
        if value and chance < 0.75:
            return value
        if name in ("limit", "after", "before", "offset", "days", "units", "quantity", "rows", "page"):
            return str(self._number())
        return self._real(self.words) if chance < 0.92 else self.random.choice(NASTY)

    def _number(self) -> int:
        return self.random.choice((1, 1, 1, 2, 3, 12, 0, -1, 99_999, 2**31, 2**63, 10**30))

    def _real(self, values: list[str]) -> str:
        """Something of the warehouse, one time in ten mutated."""
        value = self.random.choice(values)
        if self.random.random() > 0.1:
            return value
        place = self.random.randrange(len(value) + 1)
        head, tail = value[:place], value[place:]
        return self.random.choice((head + self.random.choice(NASTY) + tail, head + tail[1:], value.swapcase(), value * 3))


def _plain(text: str) -> str:
    """The text as a form or an address can carry it; half a surrogate pair fits only into JSON."""
    return text.encode("utf-8", "replace").decode()


def _all_plain(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    return MultiDict([(name, _plain(value)) for name, value in fields.items(multi=True)])


def _token(page: str) -> str:
    found = re.search(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"', page)
    assert found, page[:500]
    return found[1]
