"""From Enter on a scanner to its result painted, on a receipt of many lines in a real browser.

    python -m benchmarks.painted [--lines 400] [--scans 100] [--rounds 3] [--postgresql]

A round scans so many items one by one, each once its predecessor is painted, with the scanner's keys as fast as they go.
Beside them, in the same page, the floor: an empty request to the same server, one word changed, and painted. Prints the 50th
and 95th percentile of both in milliseconds, over all rounds, and how many times the floor a scan takes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scanner.db.engine import Database
from scanner.db.migrations import migrate
from tests.support.handheld import Handheld
from tests.support.postgres import postgres_url
from tests.support.serving import CHROMIUM, Server
from tests.support.warehouse import LAMP, MUG, fill

PRESSED = """window.addEventListener("keydown", ({ key }) => {
  if (key === "Enter") window.pressed = performance.now();
}, true);"""
"""Before the page's own scripts, which keep the keys of a scanner to themselves."""
WATCH = """() => {
  window.painted = [];
  const soon = (work) => requestAnimationFrame(() => {
    const after = new MessageChannel();  // the frame's own work comes first: the message is read once it is painted
    after.port1.onmessage = work;
    after.port2.postMessage(0);
  });
  let shown = document.getElementById("result").dataset.seq;
  new MutationObserver(() => {
    const { seq } = document.getElementById("result").dataset;
    if (!seq || seq === shown) return;
    shown = seq;
    soon(() => window.painted.push(performance.now() - window.pressed));
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  window.floor = async () => {
    const begun = performance.now();
    await fetch("/healthz", { cache: "no-store" });
    document.querySelector("#progress span").title = String(begun);
    return new Promise((resolve) => soon(() => resolve(performance.now() - begun)));
  };
}"""


def main() -> None:
    """Measure, and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--scans", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = postgres_url() if arguments.postgresql else f"sqlite:///{folder}/warehouse.db"
        if url is None:
            raise SystemExit("There is no PostgreSQL on this machine.")
        scans, floors = measure(url, Path(folder), arguments.lines, arguments.scans, arguments.rounds)
    print(f"floor   {_told(floors)}")
    print(f"scan    {_told(scans)}   {statistics.median(scans) / statistics.median(floors):.1f} times the floor")


def measure(url: str, folder: Path, lines: int, scans: int, rounds: int) -> tuple[list[float], list[float]]:
    """The milliseconds of each scan, and of each floor."""
    database = Database(url)
    migrate(database)
    warehouse = fill(database)
    for number in range(rounds):
        warehouse.add_receipt(f"PO-B-{number}", [("MUG-B" if line % 2 else "LAMP", line + scans) for line in range(lines)])
    database.dispose()
    server = Server(url, folder)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            rosa = Handheld(browser, server.url)
            rosa.page.add_init_script(PRESSED)
            rosa.sign_in("BADGE-ROSA")
            found: tuple[list[float], list[float]] = ([], [])
            for number in range(rounds):
                rosa.open(f"/receiving/PO-B-{number}")
                _round(rosa, scans, *found)
            browser.close()
    finally:
        server.stop()
    return found


def _round(rosa: Handheld, scans: int, painted: list[float], floors: list[float]) -> None:
    rosa.page.evaluate(WATCH)
    for number in range(scans):
        rosa.scan(MUG if number % 2 else LAMP)
        rosa.page.wait_for_function("(number) => window.painted.length > number", arg=number)
        floors.append(float(rosa.page.evaluate("window.floor()")))
    painted.extend(rosa.page.evaluate("window.painted"))


def _told(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"p50 {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms   ({len(times)})"


if __name__ == "__main__":
    main()
