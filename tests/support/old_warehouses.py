"""Warehouses as earlier versions of the app left them, each made by the code of its time.

python -m tests.support.old_warehouses     # makes them anew in tests/db/fixtures; needs the history of this repository

Of each schema the last commit is taken at which it was the newest. Its code fills its demo warehouse and works in it over its
own API: receipts, returns, counts and picks, with what is over, held, taken back, short and damaged.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "db" / "fixtures"
COMMITS = {
    "0001": "b5594fb",
    "0002": "19cdb20",
    "0003": "88ef498",
    "0004": "57896e3",
    "0005": "8796805",
    "0008": "b99b3da",
    "0009": "f2392d1",
    "0010": "9d0df41",
    "0011": "a22c4a8",
    "0012": "4802399",
    "0013": "4366121",
}
"""The last commit at which each schema was the newest."""
NEVER_THE_NEWEST: frozenset[str] = frozenset({"0006", "0007"})
"""Schemas that came together with a later one, so that nobody's warehouse was left at them."""
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def unpacked(revision: str, folder: Path) -> Path:
    """The warehouse of a schema, as a file of its own in the folder."""
    path = folder / f"{revision}.db"
    path.write_bytes(lzma.decompress((FIXTURES / f"{revision}.db.xz").read_bytes()))
    return path


def make_all() -> None:
    """Make every warehouse anew."""
    for revision, commit in COMMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
            file = Path(folder) / "warehouse.db"
            shutil.copy(__file__, Path(folder) / "fill_old.py")
            environment = os.environ | {"PYTHONPATH": folder, "PYTHONHASHSEED": "0"}
            subprocess.run([sys.executable, "fill_old.py", str(file)], cwd=folder, env=environment, check=True)
            with contextlib.closing(sqlite3.connect(file)) as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA journal_mode=DELETE")
            content = lzma.compress(file.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
            (FIXTURES / f"{revision}.db.xz").write_bytes(content)
            print(f"{revision} by {commit}: {len(content):,} bytes")


class Program:
    """A person's program, which speaks the API of the time; its scans have numbers in order."""

    sent = 0

    def __init__(self, app: Any, name: str) -> None:
        from scanner.people import tokens

        token = app.extensions["database"].transact(tokens.create_token, name, NOW)
        self._client, self._headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        """What is at an address; it must be there."""
        answer = self._client.get(f"/api/v1{path}", headers=self._headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json

    def post(self, path: str, body: dict[str, Any], *, takes: tuple[int, ...] = (200, 201)) -> Any:
        """Send a body; the answer must be one that is expected."""
        answer = self._client.post(f"/api/v1{path}", json=body, headers=self._headers)
        assert answer.status_code in takes, (path, body, answer.status_code, answer.text)
        return answer.json

    def scan(self, task: str, code: str, **more: Any) -> str:
        """Send one scan; gives its outcome."""
        Program.sent += 1
        body = {"id": str(UUID(int=Program.sent)), "task": task, "code": code, "source": "api", "scanned_at": NOW.isoformat()}
        return str(self.post("/scans", body | more)["outcome"])


def fill_by_the_code_of_the_time(file: Path) -> None:
    """Run in a folder with the code of a commit: make its demo warehouse, and work in it."""
    from scanner import demo
    from scanner.app import create_app
    from scanner.db.engine import Database
    from scanner.settings import Settings

    database = Database(f"sqlite:///{file}")
    app = create_app(Settings(f"sqlite:///{file}", secret_key="of no use", demo=True), database)
    database.transact(demo.fill, NOW)
    outcomes: list[str] = []
    rosa, theo, carla, sam = (Program(app, name) for name in ("Rosa", "Theo", "Carla", "Sam"))
    _receive(rosa, outcomes)
    _take_back(theo, outcomes)
    _count(carla, sam, outcomes)
    _pick(rosa, sam, outcomes)
    assert {"accepted", "held", "refused"} <= set(outcomes), outcomes
    app.extensions["decoder"].close()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()


def _receive(rosa: Program, outcomes: list[str]) -> None:
    receipts = [task["reference"] for task in rosa.get("/tasks?kind=receiving") if task["state"] == "open"]
    first, second = receipts[:2]
    for line in rosa.get(f"/tasks/{first}")["lines"]:
        outcomes.append(rosa.scan(first, line["sku"], quantity=max(1, line["expected"] - 1)))
    sku = rosa.get(f"/tasks/{first}")["lines"][0]["sku"]
    outcomes += [rosa.scan(first, sku, quantity=5, confirm=True), rosa.scan(first, "CMD-UNDO"), rosa.scan(first, "no such code")]
    rosa.post(f"/tasks/{first}/finish", {"confirm": True, "held": "take"}, takes=(200, 400, 409))
    rosa.post(f"/tasks/{first}/finish", {"confirm": True}, takes=(200, 409))
    line = rosa.get(f"/tasks/{second}")["lines"][0]
    outcomes.append(rosa.scan(second, line["sku"], quantity=line["expected"] + 3))


def _take_back(theo: Program, outcomes: list[str]) -> None:
    returns = [task["reference"] for task in theo.get("/tasks?kind=return") if task["state"] == "open"]
    first = returns[0]
    sku = theo.get(f"/tasks/{first}")["lines"][0]["sku"]
    outcomes += [
        theo.scan(first, sku, disposition="restock", confirm=True),
        theo.scan(first, sku, disposition="damaged", reason="DOA", confirm=True),
        theo.scan(first, sku, disposition="scrap", reason="DOA", confirm=True),
        theo.scan(first, "CMD-UNDO"),
    ]
    theo.post(f"/tasks/{first}/finish", {"confirm": True}, takes=(200, 409))


def _count(carla: Program, sam: Program, outcomes: list[str]) -> None:
    stock = [row for row in sam.get("/stock") if row["units"] > 0 and row["sellable"]]
    section = stock[0]["location"].rsplit("-", 1)[0]
    task = carla.post("/tasks", {"kind": "count", "section": section})["reference"]
    for row in [row for row in stock if row["location"].startswith(f"{section}-")][:3]:
        outcomes.append(carla.scan(task, row["sku"], location=row["location"], quantity=row["units"] + 1))
    carla.post(f"/tasks/{task}/finish", {"confirm": True})
    other = next(row for row in stock if not row["location"].startswith(f"{section}-"))
    begun = carla.post("/tasks", {"kind": "count", "section": other["location"].rsplit("-", 1)[0]})["reference"]
    outcomes.append(carla.scan(begun, other["sku"], location=other["location"]))


def _pick(rosa: Program, sam: Program, outcomes: list[str]) -> None:
    stock = [row for row in sam.get("/stock") if row["units"] > 2 and row["sellable"]]
    for row in stock[:3]:
        outcomes.append(rosa.scan("PICKS", row["sku"], location=row["location"], quantity=2))
    outcomes.append(rosa.scan("SHORT-PICKS", stock[3]["sku"], location=stock[3]["location"]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        fill_by_the_code_of_the_time(Path(sys.argv[1]))
    else:
        make_all()
