"""The commands: `python3 -m scanner COMMAND …`. Each does one thing and says what it did."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from scanner import demo, server
from scanner.data import backup, exports, imports, moving
from scanner.db.engine import DRIVER_ERRORS, Database
from scanner.db.migrations import migrate
from scanner.errors import DomainError
from scanner.https import certificates
from scanner.people import tokens
from scanner.scans import verify
from scanner.settings import Settings, data_folder, load_settings

DATABASE_HELP = "sqlite:///FILE or postgresql+psycopg://…; else SCANNER_DATABASE, else a file in your data folder"


def main(argv: Sequence[str]) -> int:
    """Run one command. 0: done; 1: it could not be done, and stderr says why; 2: it was not understood."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except imports.ImportRefused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        print(refused.message, file=sys.stderr)
    except DomainError as error:
        print(error.message, file=sys.stderr)
    except FileNotFoundError as error:
        print(f"There is no file {error.filename}.", file=sys.stderr)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, SQLAlchemyError, *DRIVER_ERRORS) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m scanner", description="Warehouse scanning against what was expected.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.add_argument("--database", metavar="URL", help=DATABASE_HELP)
        made.set_defaults(run=run)
        return made

    serve = command("serve", _serve, "serve the pages and the API")
    trial = command("demo", _demo, "serve a demo warehouse (the default); its data stays from start to start")
    for made in (serve, trial):
        made.add_argument("--host", default="0.0.0.0", help="address to listen on (default: every one of this machine)")
        made.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    command("import", _import, "bring in a CSV file, whole or not at all").add_argument("kind", choices=imports.KINDS)
    commands.choices["import"].add_argument("file", type=Path, metavar="FILE.csv")
    command("export", _export, "print a CSV file").add_argument("kind", choices=exports.KINDS)
    token = command("token", _token, "make an API token for an operator and print it, this once")
    token.add_argument("--operator", required=True, metavar="NAME", help="name or badge of the person it stands for")
    token.add_argument("--revoke", action="store_true", help="instead, make all tokens of this person void")
    command("verify", _verify, "fold the whole ledger and compare every counter; exit 0 when they agree")
    command("backup", _backup, "copy a consistent database while scanning goes on").add_argument("file", type=Path)
    restore = command("restore", _restore, "put a backup in place of the database (stop the server first), and verify it")
    restore.add_argument("file", type=Path)
    command("resend", _resend, "have devices send again their last 24 hours, after a restore by other means (pg_restore)")
    moving = command("move", _move, "copy the whole warehouse into another, empty database, and verify it there")
    moving.add_argument("target", metavar="URL", help="where to: postgresql+psycopg://… or sqlite:///FILE")
    cert = command("cert", _cert, "make an authority and a certificate for this machine: serve then speaks HTTPS")
    cert.add_argument("--name", action="append", default=[], help="a further host name or address (may be repeated)")
    commands.add_parser("test", help="set up what the tests need and run them all", add_help=False)
    return parser


def _settings(arguments: argparse.Namespace, **given: object) -> Settings:
    return load_settings(database_url=arguments.database, **given)


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[Database]:
    """The database that a command works on, made and migrated if need be, and closed again after it."""
    database = Database(_settings(arguments, secret_key="").database_url)
    try:
        migrate(database)
        yield database
    finally:
        database.dispose()


def _serve(arguments: argparse.Namespace) -> int:
    return server.serve(_settings(arguments), arguments.host, arguments.port)


def _demo(arguments: argparse.Namespace) -> int:
    settings = load_settings(database_url=arguments.database or server.demo_database(), demo=True)
    database = Database(settings.database_url)
    migrate(database)
    database.transact(demo.fill_if_empty, datetime.now(UTC))
    badge = f"Sign in with a badge: {demo.BADGE_TO_SHOW}"
    return server.serve(settings, arguments.host, arguments.port, database, [badge, demo.PIN_TO_SHOW])


def _import(arguments: argparse.Namespace) -> int:
    with open(arguments.file, "rb") as stream, _database(arguments) as database:
        report = database.transact(imports.import_csv, arguments.kind, stream, None, datetime.now(UTC))
    print(f"{report.kind}: {report.rows} rows, {report.added} added, {report.changed} changed, {report.unchanged} as they were")
    if report.ignored:
        print(f"Left alone, as no columns of this kind: {', '.join(report.ignored)}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    with _database(arguments) as database, database.read() as session:
        for chunk in exports.export_csv(session, arguments.kind):
            sys.stdout.write(chunk)
    return 0


def _token(arguments: argparse.Namespace) -> int:
    with _database(arguments) as database:
        if arguments.revoke:
            print(database.transact(tokens.revoke_tokens, arguments.operator, datetime.now(UTC)), "tokens are void")
        else:
            print(database.transact(tokens.create_token, arguments.operator, datetime.now(UTC)))
    return 0


def _move(arguments: argparse.Namespace) -> int:
    target = Database(arguments.target)
    try:
        with _database(arguments) as source:
            rows = moving.move(source, target)
    finally:
        target.dispose()
    print(f"Moved {sum(rows.values()):,} rows ({rows['scan']:,} scans). The counters and the ledger agree there.")
    print(f"Serve it: python3 -m scanner serve --database {target.url.render_as_string()}")
    return 0


def _cert(arguments: argparse.Namespace) -> int:
    names = [*server.own_names(), *arguments.name]
    made = certificates.make_certificates(data_folder(), names, datetime.now(UTC))
    print(f"Authority for the phones: {made.authority}")
    print(f"Certificate for {', '.join(names)}: {made.certificate}")
    print("Start the server anew: it speaks HTTPS from now on, and tells phones how to install the authority.")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    with _database(arguments) as database, database.read() as session:
        wrong = verify.verify(session)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    words = f"{len(wrong)} counters disagree with the ledger" if wrong else "The counters and the ledger agree"
    print(f"{words} ({database.url.render_as_string()}).")
    return 1 if wrong else 0


def _backup(arguments: argparse.Namespace) -> int:
    with _database(arguments) as database:
        backup.backup(database, arguments.file)
    print(f"Backed up to {arguments.file}.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    backup.restore(_settings(arguments, secret_key="").database_url, arguments.file)
    with _database(arguments) as database:
        database.transact(backup.mark_restored, datetime.now(UTC))
    print(f"Restored from {arguments.file}. Start the server: devices send again what they had acknowledged since yesterday.")
    return _verify(arguments)


def _resend(arguments: argparse.Namespace) -> int:
    with _database(arguments) as database:
        database.transact(backup.mark_restored, datetime.now(UTC))
    print("Start the server anew: devices then send again what they had acknowledged in the last 24 hours.")
    return 0
