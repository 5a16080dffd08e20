"""The counters of this process, for Prometheus. Imported only where metrics are asked for.

A label has a value out of a closed list, or eight hex digits that stand for a device. No item, code, person, order or address is
ever a label.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator

from flask import Flask
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scanner.meters import Meters
from scanner.watch.gauges import Asked, asked_gauges

disable_created_metrics()  # type: ignore[no-untyped-call]
QUICK = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.25, 2.5, 5, 10)
"""Seconds of a request, a commit or a picture."""
WAITS = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
"""Seconds that a scan waited on its device."""
GROUPS = (1, 2, 4, 8, 16, 32, 64)
DEVICES_KEPT = 500
DEVICES_TOLD = 20
DEVICE_SECONDS = 3600.0
"""A device that sent nothing for so long is not told of."""


class Metrics(Meters):
    """What this process counted since it started."""

    counts = True
    content_type = CONTENT_TYPE_LATEST

    def __init__(self, app: Flask) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Histogram(
            "scanner_request_seconds", "From when the app gets a request to the end of its answer.",
            ("route", "method", "status"), buckets=QUICK, registry=registry,
        )  # fmt: skip
        self._at_work = Gauge("scanner_requests_at_work", "Requests that are being answered.", registry=registry)
        self._scans = Counter(
            "scanner_scans", "Scans that were recorded.", ("kind", "outcome", "reason", "source"), registry=registry
        )
        self._replayed = Counter("scanner_scans_replayed", "Scans that were recorded before.", ("kind",), registry=registry)
        self._refused = Counter("scanner_refusals", "Requests and scans answered by an error.", ("code",), registry=registry)
        self._waits = Histogram(
            "scanner_scan_waited_seconds", "How long a scan waited on its device to be sent.", buckets=WAITS, registry=registry
        )
        self._devices = _Devices()
        registry.register(self._devices)
        self._photos = Histogram(
            "scanner_photo_seconds", "A picture's time with a decode worker and waiting for one.",
            ("outcome",), buckets=QUICK, registry=registry,
        )  # fmt: skip
        self._decoding = Gauge("scanner_photos_at_work", "Pictures with a decode worker or waiting for one.", registry=registry)
        self._replaced = Counter("scanner_decode_workers_replaced", "Decode workers that a picture ended.", registry=registry)
        self._commits = Histogram("scanner_commit_seconds", "A commit to the disk.", buckets=QUICK, registry=registry)
        self._group = Histogram("scanner_commit_writes", "Writes in one commit.", buckets=GROUPS, registry=registry)
        self._again = Counter("scanner_busy_retries", "Writes begun anew, since the database was busy.", registry=registry)
        registry.register(_Gauges(asked_gauges(app)))
        ProcessCollector(registry=registry)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(route, method, status).observe(seconds)

    def at_work(self, change: int) -> None:
        """One request more, or one fewer, is being answered."""
        self._at_work.inc(change)

    def scan(self, *, kind: str, outcome: str, reason: str, source: str, replayed: bool, device: str, waited: float) -> None:
        """A scan was recorded, now or before."""
        if replayed:
            self._replayed.labels(kind).inc()
            return
        self._scans.labels(kind, outcome, reason, source).inc()
        self._waits.observe(waited)
        self._devices.note(device, waited)

    def refused(self, code: str) -> None:
        """A request or a scan was answered by an error."""
        self._refused.labels(code).inc()

    def photo(self, outcome: str, seconds: float) -> None:
        """A decode worker is done with a picture."""
        self._photos.labels(outcome).observe(seconds)
        if outcome in ("slow", "broken"):
            self._replaced.inc()

    def decoding(self, change: int) -> None:
        """One picture more, or one fewer, is with the decode workers."""
        self._decoding.inc(change)

    def commit(self, seconds: float, writes: int) -> None:
        """So many writes were committed as one."""
        self._commits.observe(seconds)
        self._group.observe(writes)

    def tried_again(self) -> None:
        """A write begins anew."""
        self._again.inc()


class _Devices(Collector):
    """How long the last scan of each device had waited; told of those that waited longest, under a number that is no name."""

    def __init__(self) -> None:
        self._state = threading.Lock()
        self._last: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def note(self, device: str, waited: float) -> None:
        """A scan of the device came after so many seconds."""
        with self._state:
            self._last[device] = time.monotonic(), waited
            self._last.move_to_end(device)
            if len(self._last) > DEVICES_KEPT:
                self._last.popitem(last=False)

    def collect(self) -> Iterator[Metric]:
        """The devices of the last hour that waited longest."""
        since = time.monotonic() - DEVICE_SECONDS
        with self._state:
            recent = [(waited, device) for device, (at, waited) in self._last.items() if at > since]
        words = f"How long the last scan of a device had waited, of the {DEVICES_TOLD} that waited longest in the last hour."
        family = GaugeMetricFamily("scanner_device_waited_seconds", words, labels=("device",))
        for waited, device in sorted(recent, reverse=True)[:DEVICES_TOLD]:
            family.add_metric([hashlib.sha256(device.encode()).hexdigest()[:8]], waited)
        yield family


class _Gauges(Collector):
    """What is asked for when somebody reads."""

    def __init__(self, gauges: list[Asked]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Each gauge with its values, and whether it could be asked."""
        answered = GaugeMetricFamily("scanner_gauge_answered", "1 where a gauge could be read.", labels=("gauge",))
        for asked in self._gauges:
            values = asked.values()
            answered.add_metric([asked.gauge.name], values is not None)
            family = GaugeMetricFamily(asked.gauge.name, asked.gauge.words, labels=asked.gauge.labels)
            for labels, value in values or ():
                family.add_metric(labels, value)
            yield family
        yield answered
