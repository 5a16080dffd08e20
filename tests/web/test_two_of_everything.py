"""Every page and every read of the API over a warehouse with two of everything: none fails, and both databases say the same."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from scanner.app import create_app
from scanner.catalogue.tables import Item, Location, Supplier
from scanner.data.tables import FileImport
from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import Operator
from scanner.reasons.tables import ReturnReason
from scanner.scans.tables import Scan, Task
from scanner.settings import Settings
from scanner.web import context
from tests.conftest import new_database
from tests.support.doubled import ROLES, Doubled
from tests.support.postgres import drop_database

MOST, MOST_FOLLOWED = 8, 25
"""Addresses of one rule that are asked for, the first and the last ones; and links to it that are followed."""
CHANGES_BY_ITSELF = re.compile(
    r'name=\\?"csrf[^>]*>|name=\\?"id\\?" value=\\?"[^"]*"|content="[^"]{40,}"|/sessions/[0-9a-f]{64}|<time[^>]*>[^<]*</time>'
)
OF_ITSELF = {"/readyz", "/metrics", "/audit", "/audit.csv", "/data/audit.csv", "/api/v1/audit"}
"""Addresses that tell of this very machine, or of tokens, which are random."""
LINK = re.compile(r'(?:href|hx-get|src|data-url)="(/[^"#]*)"')


MONTHS = ["2026-09", "2026-10", f"{datetime.now(UTC):%Y-%m}"]


def known(database: Database) -> dict[str, list[str]]:
    """What can stand in an address, by the name that the rules give it."""
    wanted = {
        "reference": Task.__table__.c.reference, "sku": Item.__table__.c.sku, "seq": Scan.__table__.c.seq,
        "discrepancy_id": Discrepancy.__table__.c.id, "code": Location.__table__.c.section,
        "operator_id": Operator.__table__.c.id, "number": FileImport.__table__.c.id,
    }  # fmt: skip
    with database.read() as session:
        found = {name: [str(each) for each in run(session, select(column)).scalars()] for name, column in wanted.items()}
        found["code"] += list(run(session, select(ReturnReason.__table__.c.code)).scalars())
        found["name"] = [*run(session, select(Supplier.__table__.c.name)).scalars(), "Acme"]
    found |= {"signal_id": ["1"], "key": ["a-key"], "kit_sku": found["sku"], "badge": ["BADGE-NOBODY"], "month": MONTHS}
    return {name: sorted(set(values) - {""}) or ["1"] for name, values in found.items()}


def addresses(app: Flask, names: dict[str, list[str]]) -> list[str]:
    """Every address that answers a GET, with all that it can be about."""
    found: list[str] = []
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            found += _filled(rule, names)
    return found


def _filled(rule: Rule, names: dict[str, list[str]]) -> Iterator[str]:
    if not rule.arguments:
        return iter([rule.rule])
    given = zip(*(_some(names[name]) for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)), strict=False)
    return (_with(rule.rule, values) for values in given)


def _some(values: list[str]) -> list[str]:
    return values if len(values) <= MOST else values[: MOST // 2] + values[-MOST // 2 :]


def _with(address: str, values: Iterable[str]) -> str:
    left = iter(values)
    return re.sub(r"<[^>]*>", lambda _: quote(next(left), safe=""), address)


def same_for_all(body: bytes) -> str:
    """An answer without what is made anew each time."""
    text = body.decode("utf-8", "replace")
    return CHANGES_BY_ITSELF.sub("", text.replace('\\"', '"'))  # a page may be a text within JSON


class Walk:
    """What one database answers."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.doubled = Doubled(database, now)
        self.app = create_app(Settings(str(database.url), secret_key="for tests"), database)
        self.names = known(database) | {
            "kind": [*self.app.extensions["exports"]],
            "photo_id": self.doubled.photos,
            "channel": ["web"],
        }

    def pages(self, role: str, *, follow: bool) -> dict[str, tuple[int, str]]:
        """What a person of that role sees at every address, and behind every link there."""
        client = self.app.test_client()
        page = client.get("/sign-in").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        client.post("/sign-in", data={"badge": self.doubled.badge(role), "csrf_token": token[1]})
        asked = {"Authorization": f"Bearer {self.doubled.tokens[role]}"}
        wanted, seen, followed = addresses(self.app, self.names), dict[str, tuple[int, str]](), Counter[str]()
        while wanted:
            path = wanted.pop()
            if path in seen:
                continue
            with client.get(path, headers=asked if path.startswith("/api/") else {}) as answer:
                answer.get_data()
            binary = answer.mimetype not in ("text/html", "application/json", "text/csv", "text/plain")
            seen[path] = answer.status_code, answer.mimetype if binary else same_for_all(answer.data)
            if follow and answer.mimetype == "text/html":
                wanted += self._new(answer.text, followed)
        return seen

    def _new(self, page: str, followed: Counter[str]) -> list[str]:
        """The links of a page, of each kind of page only some."""
        links = {link.replace("&amp;", "&") for link in LINK.findall(page) if not link.startswith("/static/")}
        chosen = []
        for link in sorted(links):
            endpoint, _ = self.app.url_map.bind("localhost").match(link.partition("?")[0], method="GET")
            followed[endpoint] += 1
            if followed[endpoint] <= MOST_FOLLOWED:
                chosen.append(link)
        return chosen


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Walk]]:
    now = datetime.now(UTC).replace(microsecond=0)
    made = {each: Walk(new_database(each, tmp_path_factory.mktemp(each)), now) for each in ("sqlite", "postgresql")}
    with pytest.MonkeyPatch.context() as patch:
        clock = context.now
        for module in list(sys.modules.values()):
            if getattr(module, "now", None) is clock:
                patch.setattr(module, "now", lambda: now)  # so that no page depends on when it was asked for
        yield made
    for walk in made.values():
        walk.app.extensions["decoder"].close()
        walk.app.extensions["database"].dispose()
        drop_database(walk.app.extensions["database"].url)


@pytest.mark.postgres
@pytest.mark.parametrize("role", ROLES)
def test_no_page_fails_and_both_databases_say_the_same(walks, role):
    seen = {backend: walk.pages(role, follow=role == "supervisor") for backend, walk in walks.items()}
    failed = [(backend, path) for backend, pages in seen.items() for path, (status, _) in pages.items() if status >= 500]
    assert not failed
    lite, post = seen.values()
    assert sorted(lite) == sorted(post)
    differ = [path for path in lite if lite[path] != post[path] and path.partition("?")[0] not in OF_ITSELF]
    assert not differ, "\n".join(difference(lite[path], post[path], path) for path in islice(differ, 5))


def difference(one: tuple[int, str], other: tuple[int, str], path: str) -> str:
    """The first lines that differ."""
    pairs = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    lines = next(((a.strip(), b.strip()) for a, b in pairs if a != b), ("", ""))
    return f"{path}: {one[0]} and {other[0]}: {lines[0][:300]!r} against {lines[1][:300]!r}"
