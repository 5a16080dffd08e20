"""The versions of the schema. The app brings a database to the newest one when it opens it."""

from __future__ import annotations

import glob
import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from scanner.db.engine import Database
from scanner.db.marks import is_marked, leave_mark, refuse_what_was_lost
from scanner.db.snapshot import copy_as_it_is
from scanner.db.sql import connection_of
from scanner.db.trouble import CannotOpen, place_of, told_plainly
from scanner.files import give_free_name, half_done, sync

HERE = Path(__file__).parent
BEFORE_UPGRADE = ".before-upgrade-from-"
"""How the name of the copy goes on that is made of a SQLite database before it is changed; then comes its version."""


def migrate(database: Database, revision: str = "head", *more: Path) -> None:
    """Bring the database to `revision`, and make it where it is new. A migration happens whole or not at all.

    Of a SQLite database a copy is kept first. `more` are further folders with migrations. Raises CannotOpen where it cannot be
    opened or is too new, NothingLeft where a warehouse was and is no more.
    """
    with told_plainly(database.url):
        was_here = is_marked(database.url)  # before the database is asked: another process may just be making it
        at = revision_of(database)
        if at is None and was_here:
            refuse_what_was_lost(database.url)
        bring(database, revision, *more, keep=True)
    leave_mark(database.url)


def bring(database: Database, revision: str = "head", *more: Path, keep: bool = False) -> None:
    """Bring the database to `revision`. `keep`: a copy of what it was, where it is a file that changes. Raises CannotOpen."""
    config = _config(more)
    scripts = ScriptDirectory.from_config(config)
    at = revision_of(database)
    if at == (scripts.get_current_head() if revision == "head" else revision):
        return
    if at is not None and at not in {script.revision for script in scripts.walk_revisions()}:
        raise CannotOpen(_too_new(database, at, str(scripts.get_current_head())))
    if keep and at is not None and database.is_sqlite:
        _keep_copy(_file_of(database), at)
    config.attributes["engine"] = database.engine
    command.upgrade(config, revision)


def revision_of(database: Database) -> str | None:
    """The version of a database's schema, None where it is empty. Raises CannotOpen where another program made it."""
    with database.read() as session:
        connection = connection_of(session)
        at = MigrationContext.configure(connection).get_current_revision()
        if at is None and database.is_sqlite and inspect(connection).get_table_names():
            raise CannotOpen(f"{place_of(database.url)} holds the tables of another program: name another file.")
    return at


@cache
def newest_revision() -> str | None:
    """The revision that this code was written for."""
    return ScriptDirectory.from_config(_config(())).get_current_head()


def _config(more: tuple[Path, ...]) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option(
        "version_locations", os.pathsep.join(str(folder) for folder in (HERE / "versions", *more)).replace("%", "%%")
    )
    return config


def _keep_copy(path: Path, at: str) -> None:
    with half_done(path) as copy:
        copy_as_it_is(path, copy, rest=0)
        give_free_name(copy, path.with_name(f"{path.name}{BEFORE_UPGRADE}{at}"))
    sync(path.parent)


def _too_new(database: Database, at: str, head: str) -> str:
    made_before = (
        sorted(_file_of(database).parent.glob(f"{glob.escape(_file_of(database).name)}{BEFORE_UPGRADE}*"))
        if database.is_sqlite
        else []
    )
    copy = str(made_before[-1]) if made_before else "the backup from before that update"
    return (
        f"{place_of(database.url)} was last opened by a newer version of this app (schema {at}; this one knows up to {head}). "
        f"Nothing was changed: update the app, or restore {copy}."
    )


def _file_of(database: Database) -> Path:
    return Path(str(database.url.database))
