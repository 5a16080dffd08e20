"""The image is really built, on a base made on the spot, and really run: on a read-only file system, without root or rights.

Takes minutes and needs root, buildah and debootstrap: `python3 -m scanner test -m long tests/packaging`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_ports
from tests.support.serving import PATIENCE, ROOT

NEEDED = ("buildah", "debootstrap", "unshare", "setpriv")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can build an image here"),
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="Debian: apt-get install buildah debootstrap"),
]
# As `podman run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -v DATA:/var/lib/scanner` does it.
RUN = """
mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"
mount -t tmpfs tmpfs "$0/tmp" && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"
mount --bind "$DATA" "$0/var/lib/scanner"
exec chroot "$0" env -i PATH=/opt/scanner/.venv/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    SCANNER_DATA=/var/lib/scanner SCANNER_LOG=json \
    setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    sh -c 'cd /opt/scanner; exec "$@"' x "$@"
"""
PHOTO = """
import io, segno
from scanner.decoding.workers import DecodeWorkers
if __name__ == "__main__":
    picture = io.BytesIO()
    segno.make("HELLO-7").save(picture, kind="png", scale=8)
    workers = DecodeWorkers()
    print(workers.read(picture.getvalue())[0].text)
    workers.close()
"""


class Image:
    """The built image as a folder, and a folder for its data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        os.chown(self.data, 10001, 10001)
        self.root = Path()

    def build(self) -> None:
        """Make a base by debootstrap, build the Containerfile on it, and lay the result out as a folder."""
        base = self._folder / "base"
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", base],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        container = self._buildah("from", "scratch")
        self._buildah("add", "-q", container, str(base), "/")
        self._buildah("commit", "-q", container, "localhost/debian-base")
        # The certificates of this machine, since its package index may be behind an authority of its own.
        self._buildah(
            "build", "-q", "--format", "docker", "--pull-never", "--build-arg", "BASE=localhost/debian-base",
            "-v", "/etc/ssl/certs:/etc/ssl/certs:ro", "-t", "scanner", "-f", "packaging/Containerfile", ".",
        )  # fmt: skip
        self.root = Path(self._buildah("mount", self._buildah("from", "--pull-never", "localhost/scanner")))

    def config(self) -> dict:
        """What the image says of itself."""
        return json.loads(self._buildah("inspect", "--type", "image", "localhost/scanner"))["Docker"]["config"]

    def command(self, *command: str) -> list[str]:
        """A command line that runs inside the image, without rights, on a file system that cannot be written."""
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", RUN, str(self.root), *command]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(self.command(*command), env=self.environment, capture_output=True, text=True, timeout=PATIENCE)

    @property
    def environment(self) -> dict[str, str]:
        """With where the data lies."""
        return os.environ | {"DATA": str(self.data)}

    def _buildah(self, *arguments: str) -> str:
        store = ["buildah", "--root", str(self._folder / "root"), "--runroot", str(self._folder / "run")]
        environment = os.environ | {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
        done = subprocess.run([*store, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def remove(self) -> None:
        """Leave nothing mounted."""
        self._buildah("umount", "--all")


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Iterator[Image]:
    folder = tmp_path_factory.mktemp("image")
    made = Image(folder)
    made.build()
    yield made
    made.remove()
    shutil.rmtree(folder, ignore_errors=True)


def ask(url: str) -> tuple[int, dict]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status, json.load(answer)


def test_it_serves_and_is_ready_and_ends_when_it_is_told_to(image):
    port = free_ports()
    command = image.command("python", "-m", "scanner", "serve", "--host", "127.0.0.1", "--port", str(port))
    with subprocess.Popen(command, env=image.environment, stderr=subprocess.PIPE, text=True) as process:
        give_up = time.monotonic() + PATIENCE
        ready = {}
        while time.monotonic() < give_up and not ready:
            with contextlib.suppress(urllib.error.URLError, OSError):
                ready = ask(f"http://127.0.0.1:{port}/readyz")[1]
            time.sleep(0.1)
        (server,) = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        status = Path(f"/proc/{server}/status").read_text()
        os.kill(int(server), signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE)[1]
    assert ready["status"] == "ready"
    assert "Uid:\t10001\t10001\t10001\t10001" in status and "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status and "CapBnd:\t0000000000000000" in status
    assert process.returncode == 0 and said == ""
    assert {"warehouse.db", "secret_key"} <= {path.name for path in image.data.iterdir()}


def test_photos_are_decoded_in_it(image):
    done = image.run("sh", "-c", f"cat > /tmp/photo.py << 'END'\n{PHOTO}\nEND\nPYTHONPATH=. python /tmp/photo.py")
    assert done.stdout == "HELLO-7\n", done.stderr


def test_it_may_write_to_its_data_and_nothing_else(image):
    done = image.run("sh", "-c", "touch /opt/scanner/x /etc/x /var/lib/x; touch /var/lib/scanner/fine && echo fine")
    assert done.stdout == "fine\n" and done.stderr.count("Read-only file system") == 3


def test_it_has_no_compiler_and_no_installer(image):
    done = image.run("sh", "-c", "for each in gcc cc g++ ld make pip pip3 git; do command -v $each; done; true")
    assert done.stdout == ""


def test_it_says_how_it_is_run(image):
    config = image.config()
    assert config["User"] == "10001:10001" and "/healthz" in config["Healthcheck"]["Test"][-1]
    assert config["Volumes"] == {"/var/lib/scanner": {}} and config["ExposedPorts"] == {"8000/tcp": {}}
