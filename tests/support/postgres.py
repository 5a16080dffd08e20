"""A PostgreSQL server of the tests' own: Debian's programs, a cluster in a temporary folder, a Unix socket, no port.

The system's cluster is not touched. The server ends with the tests, and also when they are killed. It does not wait
for the disk, so it is quick, but a commit survives the server's own crash: only a crash of the machine would lose it.
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

OWNER = "scanner"
FOLDERS = "scanner-postgres-"
START_WITHIN_SECONDS = 30
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 1 << 30
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "listen_addresses=",
    "max_connections=100",
    "log_min_messages=fatal",
)
ADVICE = "PostgreSQL is not here. Debian and Ubuntu: sudo apt-get install postgresql"


class Cluster:
    """One running server; its address stays the same through restarts."""

    def __init__(self, programs: Path):
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDERS}{os.getpid()}-", dir=_parent()))
        self.data = self.folder / "data"
        # PostgreSQL refuses to run as root, so root's tests run it as the user that Debian's package makes.
        self.run_as = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if self.run_as:
            shutil.chown(self.folder, "postgres", "postgres")
        new = ["--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", f"--username={OWNER}"]
        self._run([programs / "initdb", *new, f"--pgdata={self.data}"])
        self.start()

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of one database."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [option for setting in SETTINGS for option in ("-c", setting)]
        server = [self.programs / "postgres", "-D", self.data, "-k", self.folder, *settings]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [*_ending_with_its_parent(), *server], cwd=self.folder, stdout=log, stderr=log, **self.run_as
            )
        self._wait_until_it_answers()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT cuts its clients off in good order, SIGQUIT is a crash."""
        self.server.send_signal(how)
        self.server.wait()

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop and start again, with the same data at the same address."""
        self.stop(how)
        self.start()

    def fresh_database(self, like: str | None = None) -> str:
        """Make a database and return its address: an empty one, or a copy of the one at the address `like`.

        Nobody may be connected to the one that is copied.
        """
        name = f"test_{uuid4().hex}"
        template = make_url(like).database if like else "template0"
        with self._connect() as connection:
            # In memory, copying the files takes 20 ms where the way since version 15, through the log, takes 50.
            copying = "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {copying}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete the database at `url`: each is 9 MB of memory."""
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def remove(self) -> None:
        """Stop the server and leave nothing behind."""
        if self.server.poll() is None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True)

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + START_WITHIN_SECONDS
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                if self.server.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def _run(self, command: list) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **self.run_as)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr}")


def programs() -> Path | None:
    """The folder of Debian's newest PostgreSQL; None where there is none.

    In CI (`CI` set) that is an error: there, nothing may go untested in silence.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    if not found and os.environ.get("CI"):
        raise RuntimeError(ADVICE)
    return found[-1] if found else None


@cache
def cluster() -> Cluster | None:
    """The tests' server, started on first use; None where there is no PostgreSQL."""
    folder = programs()
    if folder is None:
        return None
    remove_what_killed_tests_left()
    started = Cluster(folder)
    atexit.register(started.remove)
    return started


def postgres_url() -> str | None:
    """The address of a fresh, empty database on the tests' server; None where there is no PostgreSQL."""
    server = cluster()
    return server.fresh_database() if server else None


def drop_database(url: str) -> None:
    """Delete a test's database, if it is one of the tests' server."""
    if make_url(url).drivername.startswith("postgresql") and (server := cluster()):
        server.drop(url)


def _parent() -> Path:
    """Where the cluster lives: in memory where there is enough, since copying databases on a disk is what tests wait for."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    return MEMORY if roomy else Path(tempfile.gettempdir())


def _ending_with_its_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "QUIT"] if setpriv else []


def remove_what_killed_tests_left() -> None:
    """Delete the folders of test runs that are over and could not clean up."""
    parents = {MEMORY, Path(tempfile.gettempdir())}
    for folder in (folder for parent in parents for folder in parent.glob(f"{FOLDERS}*")):
        owner = int(folder.name.removeprefix(FOLDERS).split("-")[0])
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:  # another user's, and running
            continue
