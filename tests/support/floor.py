"""A floor under fire: server processes that get killed, and devices that keep every scan until it is acknowledged."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.support.ports import free_ports, wait_until_it_listens

ROOT = Path(__file__).resolve().parent.parent.parent
CUT = 0.05
"""Share of requests whose reply is cut off: the device cannot know whether it was recorded, and sends it again."""


class ServerProcess:
    """One app process on a port of its own, which stays the same through kills."""

    def __init__(self, url: str, mode: str = "sound") -> None:
        self.url, self.mode, self.port = url, mode, free_ports()
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "tests.support.fault_server", self.mode, self.url, str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_it_listens(self.port, self.process)

    def kill(self) -> None:
        """kill -9, in the middle of whatever it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in good order."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        if self.process.poll() is None:
            self.kill()


@dataclass
class Device:
    """A device that scans one code again and again; it keeps each scan until a server has acknowledged it."""

    ports: list[int]
    token: str
    task: str
    code: str
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def answered(self) -> int:
        """How many of its scans have had their answer."""
        return len(self.acknowledged) + len(self.refused)

    def run(self, pause: float = 0.0) -> None:
        """Scan until stopped; the last scan is seen through."""
        while not self.stopping.is_set():
            self.send_until_recorded(str(uuid4()))
            time.sleep(pause)

    def send_until_recorded(self, scan_id: str) -> None:
        """One scan: sent again and again with the same id, until it is acknowledged or can never be."""
        body = json.dumps(
            {"id": scan_id, "task": self.task, "code": self.code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00+00:00"}
        )
        for _ in range(2000):
            status = self._post(body)
            if status == 200:
                self.acknowledged.append(scan_id)
                return
            if status is not None and 400 <= status < 500:
                self.refused.append((status, scan_id))
                return
            time.sleep(0.02)
        raise RuntimeError("no server took the scan within 2,000 tries")

    def _post(self, body: str) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", random.choice(self.ports), timeout=15)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            connection.request("POST", "/api/v1/scans", body, headers)
            if random.random() < CUT:
                time.sleep(random.uniform(0, 0.02))
                return None
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class Floor:
    """Some devices at work on a set of server processes."""

    def __init__(self, ports: list[int], token: str, task: str, code: str, devices: int = 8) -> None:
        self.devices = [Device(ports, token, task, code) for _ in range(devices)]
        self.threads = [threading.Thread(target=device.run) for device in self.devices]

    def __enter__(self) -> Floor:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for device in self.devices:
            device.stopping.set()
        for thread in self.threads:
            thread.join(90)

    @property
    def acknowledged(self) -> list[str]:
        """Ids that a server said were recorded."""
        return [scan_id for device in self.devices for scan_id in device.acknowledged]

    @property
    def refused(self) -> list[tuple[int, str]]:
        """What was answered with 4xx."""
        return [each for device in self.devices for each in device.refused]


def kill_again_and_again(
    servers: list[ServerProcess], devices: Sequence[Device], times: int, between: tuple[float, float]
) -> None:
    """Kill one of the servers so many times, each time so many seconds after all devices were well at work.

    A slow machine takes longer to begin: time alone would kill a server that nobody had scanned at yet.
    """
    for _ in range(times):
        wait_until_at_work(devices)
        time.sleep(random.uniform(*between))
        victim = random.choice(servers)
        victim.kill()
        victim.start()
    wait_until_at_work(devices)


def wait_until_at_work(devices: Sequence[Device], scans: int = 3, seconds: float = 60.0) -> None:
    """Wait until each device has had so many answers more; RuntimeError where one has none in that time."""
    enough, give_up = [device.answered + scans for device in devices], time.monotonic() + seconds
    while any(device.answered < wanted for device, wanted in zip(devices, enough, strict=True)):
        if time.monotonic() > give_up:
            raise RuntimeError(f"a device had no {scans} answers within {seconds:.0f} s")
        time.sleep(0.01)


def kills(short: int, long: int) -> int:
    """How many kills: the short form, or the long one when SCANNER_LONG is set."""
    return long if os.environ.get("SCANNER_LONG") else short
