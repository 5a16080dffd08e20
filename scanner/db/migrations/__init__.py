"""The versions of the schema. The app brings a database to the newest one when it opens it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from scanner.db.engine import Database
from scanner.db.sql import connection_of

HERE = Path(__file__).parent


def migrate(database: Database, revision: str = "head", *more: Path) -> None:
    """Bring the database to `revision`, and make it where it is new. A migration happens whole or not at all.

    `more` are further folders with migrations.
    """
    config = _config(*more)
    scripts = ScriptDirectory.from_config(config)
    with database.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    if at != (scripts.get_current_head() if revision == "head" else revision):
        config.attributes["engine"] = database.engine
        command.upgrade(config, revision)


@cache
def newest_revision() -> str | None:
    """The revision that this code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revision_of(database: Database) -> str | None:
    """The revision that a database has; None where it has none yet."""
    with database.read() as session:
        return MigrationContext.configure(connection_of(session)).get_current_revision()


def _config(*more: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(str(folder) for folder in (HERE / "versions", *more)))
    return config
