"""The versions of the schema. The app brings a database to the newest one when it opens it."""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from scanner.db.engine import Database

HERE = Path(__file__).parent


def migrate(database: Database, revision: str = "head", *more: Path) -> None:
    """Bring the database to `revision`, and make it where it is new. A migration happens whole or not at all.

    `more` are further folders with migrations.
    """
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(str(folder) for folder in (HERE / "versions", *more)))
    scripts = ScriptDirectory.from_config(config)
    with database.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    if at != (scripts.get_current_head() if revision == "head" else revision):
        config.attributes["engine"] = database.engine
        command.upgrade(config, revision)
