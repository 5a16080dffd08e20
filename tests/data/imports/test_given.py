"""What may be named to `import`: a file or a pipe. All else is a sentence that names it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.data.imports import given

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SMALL = "sku\nPEN\nINK\n"
LARGE = "sku\n" + "".join(f"S{at}\n" for at in range(900))


def bring_in(path: Path | str, data: Path, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanner", "import", "items", str(path)], cwd=ROOT, env=os.environ | {"SCANNER_DATA": str(data)},
        capture_output=True, text=True, timeout=120, check=False, **more,
    )  # fmt: skip


@pytest.mark.parametrize(("content", "rows"), [(SMALL, 2), (LARGE, 900)], ids=["small", "large"])
def test_a_pipe_is_taken(content, rows, tmp_path):
    done = bring_in("/dev/stdin", tmp_path / "data", input=content)
    assert (done.returncode, done.stdout) == (0, f"items: {rows} rows, {rows} added, 0 changed, 0 as they were\n")


def test_a_named_pipe_is_taken(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(SMALL,), daemon=True)
    writer.start()
    with given.opened(path) as stream:
        assert stream.read().decode() == SMALL
        stream.seek(0)
        assert stream.readline() == b"sku\n"
    writer.join(10)


def empty(folder: Path) -> Path:
    (folder / "none.csv").touch()
    return folder / "none.csv"


def a_socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "s"))
    return folder / "s"


def below_a_file(folder: Path) -> Path:
    return empty(folder) / "x.csv"


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (lambda folder: folder, "is a folder"),
    "nothing of that name": (lambda folder: folder / "absent.csv", "no such file"),
    "below a file": (below_a_file, "not a directory"),
    "an empty file": (empty, "is empty"),
    "a device without an end": (lambda _: Path("/dev/zero"), "more than 5,000,000 bytes"),
    "a device with nothing in it": (lambda _: Path("/dev/null"), "is empty"),
    "a socket": (a_socket, "is a device"),
    "a file that the system does not let anybody read so": (lambda _: Path("/proc/self/mem"), "cannot be read"),
    "a name that is too long": (lambda folder: folder / ("x" * 300), "name too long"),
}


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD)
def test_what_is_no_file_is_a_sentence(make, words, tmp_path, monkeypatch):
    monkeypatch.setattr(given, "MOST_BYTES", 5_000_000)
    path = make(tmp_path)
    with pytest.raises(ValueError, match=words) as refused, given.opened(path):
        pass
    assert str(refused.value).startswith(str(path)) and str(refused.value).endswith(".")


def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text(SMALL)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ValueError, match=r"x.csv cannot be read: permission denied\. Name"), given.opened(path):
        pass


def test_a_command_ends_with_the_sentence(tmp_path):
    done = bring_in(tmp_path, tmp_path / "data")
    assert (done.returncode, done.stderr) == (1, f"{tmp_path} is a folder. Name a CSV file.\n")
