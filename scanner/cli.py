"""The commands: `python3 -m scanner COMMAND …`. Each does one thing and prints what it did.

A command imports what it needs when it runs, so that the others and the help start fast. Commands ask for no right: whoever can
run them owns the machine and its database.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from scanner.audit.rules import Action
    from scanner.db.engine import Database
    from scanner.settings import Settings

Run = Callable[[argparse.Namespace], int]
AddArguments = Callable[[argparse.ArgumentParser], None]

JOURNAL = "journal"
"""A file that is exported by month, and never brought in."""
DATABASE_HELP = "sqlite:///FILE or postgresql+psycopg://…; else SCANNER_DATABASE, else a file in your data folder"
CHECK_HELP = "run what is quick: style, types, who imports whom, and the quick tests"
TEST_HELP = """set up what the tests need, then run the checks and every test; with arguments only pytest, with these,
as in `test tests/test_cli.py -k token`"""

NEW_TOKENS = (
    "All API tokens are void: give each program a new one (python3 -m scanner token --operator NAME). "
    "Everybody scans their badge once more."
)


def main(argv: Sequence[str]) -> int:
    """Run one command. 0: done. 1: it failed, and stderr says why. 2: it was not understood."""
    arguments = _parser(chosen=argv[0] if argv else "").parse_args(argv)
    run: Run = arguments.run
    try:
        return run(arguments)
    except BrokenPipeError:  # the reader of the output has stopped
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        print(*_error_lines(error), sep="\n", file=sys.stderr)
    return 1


def _error_lines(error: Exception) -> list[str]:
    """The lines to print for an error. Raises it again where it is a bug."""
    from sqlalchemy.exc import SQLAlchemyError

    from scanner.data.imports import ImportRefused
    from scanner.db.engine import DRIVER_ERRORS
    from scanner.db.trouble import in_words
    from scanner.errors import DomainError

    if isinstance(error, ImportRefused):
        return [*map(str, error.problems), error.message]
    if isinstance(error, DomainError):
        return [error.message]
    if isinstance(error, (OSError, SQLAlchemyError, *DRIVER_ERRORS)):
        return [in_words(error)]
    if isinstance(error, ValueError):
        return [str(error)]
    raise error


class _Parser(argparse.ArgumentParser):
    """A parser that repeats no address."""

    def error(self, message: str) -> NoReturn:
        """Say what was not understood; an address of a database may have a password in it, and is not repeated."""
        from scanner.db.trouble import without_addresses

        super().error(without_addresses(message))


def _parser(chosen: str) -> argparse.ArgumentParser:
    """The parser of all commands; only the chosen one has its arguments."""
    parser = _Parser(prog="python3 -m scanner", description="Warehouse scanning against what was expected.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (run, words, add_arguments) in COMMANDS.items():
        shown: dict[str, Any] = {} if name in HIDDEN else {"help": words}
        command = commands.add_parser(name, description=words, **shown)
        command.set_defaults(run=run)
        if name == chosen:
            add_arguments(command)
    commands.add_parser("check", help=CHECK_HELP, description=CHECK_HELP)
    commands.add_parser("test", help=TEST_HELP, description=TEST_HELP, usage="%(prog)s [ARGUMENT OF PYTEST …]")
    return parser


def _add_database(command: argparse.ArgumentParser) -> None:
    command.add_argument("--database", metavar="URL", help=DATABASE_HELP)


def _add_address(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("--host", default="0.0.0.0", help="address to listen on (default: every one of this machine)")
    command.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")


def _add_import_arguments(command: argparse.ArgumentParser) -> None:
    from scanner.data.imports import all_kinds
    from scanner.workflows import IMPORTS

    _add_database(command)
    command.add_argument("kind", choices=tuple(all_kinds(IMPORTS)))
    command.add_argument("file", type=Path, metavar="FILE.csv")


def _add_bring_in_arguments(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("--job", type=int, help="number of the import; the file is read from standard input")
    command.add_argument("--waiting", action="store_true", help="also see to those that still wait for their process")


def _add_export_arguments(command: argparse.ArgumentParser) -> None:
    from scanner.data.exports import KINDS
    from scanner.drift.journal.dialects import Dialect
    from scanner.workflows import EXPORTS

    _add_database(command)
    command.add_argument("kind", choices=(*KINDS, *EXPORTS, JOURNAL))
    command.add_argument("--period", metavar="MONTH", help="of a journal: a month such as 2026-11; else the one that goes on")
    command.add_argument(
        "--dialect", choices=[each.value for each in Dialect], help="of a journal: whose columns it has; else plain"
    )


def _add_operator(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("--operator", required=True, metavar="NAME", help="name or badge of the person it stands for")
    command.add_argument("--revoke", action="store_true", help="instead, make all tokens of this person void")


def _add_backup(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("file", type=Path)


def _add_backups(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    when = command.add_mutually_exclusive_group()
    when.add_argument("--now", action="store_true", help="make one now, and verify it")
    when.add_argument("--if-due", action="store_true", help="make one if none was made since the last planned time")


def _add_target(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("target", metavar="URL", help="where to: postgresql+psycopg://… or sqlite:///FILE")


def _add_host_names(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("--name", action="append", default=[], help="a further host name or address (may be repeated)")


def _settings(arguments: argparse.Namespace, **given: Any) -> Settings:
    from scanner.settings import load_settings

    _say_unknown_settings()
    return load_settings(database_url=arguments.database, **given)


def _say_unknown_settings() -> None:
    from scanner.settings import unknown_settings

    for sentence in unknown_settings():
        print(sentence, file=sys.stderr)


@contextmanager
def _database(
    arguments: argparse.Namespace, *, see_to_imports: bool = True, first: Callable[[Database], object] | None = None
) -> Iterator[Database]:
    """The database of a command: made and migrated if need be, closed afterwards.

    `first` is done before anything is written. One that was seen damaged is opened for it, and for it alone.
    """
    from scanner.db.engine import Database
    from scanner.db.migrations import migrate

    database = Database(_settings(arguments, secret_key="").database_url, though_damaged=first is not None)
    try:
        if first:
            first(database)
        migrate(database)
        if see_to_imports:
            _see_to_imports(database)
        yield database
    finally:
        database.dispose()


def _see_to_imports(database: Database) -> None:
    """Finish or give up the imports whose process died, so that a command sees all of a file or nothing."""
    from scanner.data.imports import all_kinds
    from scanner.data.imports.recovery import left_over, see_to

    if left_over(database):
        from scanner.workflows import IMPORTS

        for job in see_to(database, all_kinds(IMPORTS)):
            print(f"Finished bringing in {job.name} ({job.kind}), which was stopped in the middle.", file=sys.stderr)


def _serve(arguments: argparse.Namespace) -> int:
    from scanner import server

    return server.serve(_settings(arguments), arguments.host, arguments.port)


def _demo(arguments: argparse.Namespace) -> int:
    from scanner import demo, server
    from scanner.db.engine import Database
    from scanner.db.migrations import migrate
    from scanner.drift import daily
    from scanner.settings import load_settings

    server.demand_port(arguments.port)
    _say_unknown_settings()
    settings = load_settings(database_url=arguments.database or server.demo_database(), demo=True)
    database = Database(settings.database_url)
    migrate(database)
    now = datetime.now(UTC)
    if database.transact(demo.fill_if_empty, now):
        daily.do_all(database, settings, now)
    badge = f"Sign in with a badge: {demo.BADGE_TO_SHOW}"
    return server.serve(settings, arguments.host, arguments.port, database, [badge, demo.PIN_TO_SHOW])


def _import(arguments: argparse.Namespace) -> int:
    from scanner.data.imports import all_kinds, terminal
    from scanner.data.imports.given import opened
    from scanner.data.imports.small import Upload
    from scanner.workflows import IMPORTS

    with opened(arguments.file) as stream, _database(arguments) as database:
        upload = Upload(kind=arguments.kind, stream=stream, name=arguments.file.name, operator_id=None)
        report = terminal.bring_in(database, upload, all_kinds(IMPORTS))
    print(f"{report.kind}: {report.rows} rows, {report.added} added, {report.changed} changed, {report.unchanged} as they were")
    if report.ignored:
        print(f"Left alone, as no columns of this kind: {', '.join(report.ignored)}")
    for note in report.notes:
        print(f"Look at {note}")
    return 0


def _bring_in(arguments: argparse.Namespace) -> int:
    from scanner.data.imports import all_kinds, service
    from scanner.data.imports.recovery import see_to
    from scanner.db.engine import Database
    from scanner.workflows import IMPORTS

    database = Database(_settings(arguments, secret_key="").database_url)
    try:
        if arguments.job:
            service.work_on(database, arguments.job, sys.stdin.buffer, all_kinds(IMPORTS))
        else:
            see_to(database, all_kinds(IMPORTS), waiting=arguments.waiting)
    finally:
        database.dispose()
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from scanner.audit.rules import Action
    from scanner.data.exports import export_csv
    from scanner.errors import BadRequest
    from scanner.workflows import EXPORTS

    if arguments.kind == JOURNAL:
        return _export_journal(arguments)
    if arguments.period or arguments.dialect:
        raise BadRequest(f"--period and --dialect are for {JOURNAL} alone: leave them out.")
    with _database(arguments) as database:
        _note(database, "export", Action.FILE_OUT, "file", arguments.kind)
        with database.read() as session:
            for chunk in export_csv(session, arguments.kind, EXPORTS):
                sys.stdout.write(chunk)
    return 0


def _export_journal(arguments: argparse.Namespace) -> int:
    from scanner.audit.rules import Action
    from scanner.drift import exports
    from scanner.drift.journal.dialects import Dialect

    now = datetime.now(UTC)
    with _database(arguments) as database:
        period, dialect = arguments.period or f"{now.astimezone():%Y-%m}", Dialect(arguments.dialect or Dialect.PLAIN)
        lines = exports.journal_lines(database, period, dialect, now)
        _note(database, "export", Action.FILE_OUT, "file", JOURNAL, {"period": period, "dialect": dialect.value})
        for line in lines:
            sys.stdout.write(line)
    return 0


def _note(database: Database, command: str, action: Action, kind: str, subject: str, after: Any = None) -> None:
    """Write down what a command does for whoever runs it."""
    from scanner.audit import service as audit

    database.transact(audit.note, audit.machine(command), action, kind, subject, after=after)


def _token(arguments: argparse.Namespace) -> int:
    from scanner.people import tokens

    with _database(arguments) as database:
        if arguments.revoke:
            print(database.transact(tokens.revoke_tokens, arguments.operator, datetime.now(UTC)), "tokens are void")
        else:
            print(database.transact(tokens.create_token, arguments.operator, datetime.now(UTC)))
    return 0


def _move(arguments: argparse.Namespace) -> int:
    import scanner.tables  # noqa: F401 - what is copied is every table
    from scanner.audit.rules import Action
    from scanner.data import moving
    from scanner.db.engine import Database
    from scanner.db.trouble import address_of, argument_of

    target = Database(arguments.target)
    try:
        with _database(arguments) as source:
            rows = moving.move(source, target)
            _note(target, "move", Action.MOVED_HERE, "database", address_of(source.url))
    finally:
        target.dispose()
    print(f"Moved {sum(rows.values()):,} rows ({rows['scan']:,} scans). The counters and the ledger agree there.")
    print(f"Serve it: python3 -m scanner serve --database {argument_of(target.url)}")
    return 0


def _cert(arguments: argparse.Namespace) -> int:
    from scanner import server
    from scanner.https import certificates
    from scanner.settings import data_folder

    names = [*server.own_names(), *arguments.name]
    made = certificates.make_certificates(data_folder(), names, datetime.now(UTC))
    print(f"Authority for the phones: {made.authority}")
    print(f"Certificate for {', '.join(names)}: {made.certificate}")
    print("Restart the server: it speaks HTTPS from now on, and tells phones how to install the authority.")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from scanner.audit.service import broken
    from scanner.db.trouble import address_of
    from scanner.scans.verify import verify

    with _database(arguments) as database:
        if not database.is_whole():
            print(
                f"Pages of {database.url.database} are damaged: restore a backup (python3 -m scanner restore BACKUP).",
                file=sys.stderr,
            )
            return 1
        with database.read() as session:
            wrong, holes = verify(session), broken(session)
    for sentence in (*wrong, *holes):
        print(sentence, file=sys.stderr)
    words = f"{len(wrong)} numbers disagree with the ledger" if wrong else "The counters and the ledger agree"
    print(f"{words} ({address_of(database.url)}).")
    return 1 if wrong or holes else 0


@contextmanager
def _ended_in_good_order() -> Iterator[None]:
    """Have a stop by SIGTERM clear up what is half done, as Ctrl-C does."""
    import logging
    import signal

    def interrupt(*_: object) -> NoReturn:
        logging.disable()  # a library that is interrupted would tell that as a failure
        raise KeyboardInterrupt  # psycopg ends its query for this one

    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    for each, handler in before.items():
        if handler is not signal.SIG_IGN:  # as of what a script runs in the background
            signal.signal(each, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("Stopped. Nothing half done is left.")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        logging.disable(logging.NOTSET)


def _backup(arguments: argparse.Namespace) -> int:
    from scanner.audit.rules import Action
    from scanner.data.backup import backup

    with _ended_in_good_order(), _database(arguments) as database:
        backup(database, arguments.file)
        _note(database, "backup", Action.BACKUP_TAKEN, "backup", str(arguments.file))
    print(f"Backed up to {arguments.file}.")
    return 0


def _backups(arguments: argparse.Namespace) -> int:
    from scanner.data.nightly import folder
    from scanner.data.room import in_megabytes
    from scanner.db.engine import Database

    settings, now = _settings(arguments, secret_key=""), datetime.now(UTC)
    url = Database(settings.database_url).engine.url
    if arguments.now or arguments.if_due:  # a list is wanted most where the database itself is lost or damaged
        _make_backup(arguments, settings, url, now)
    state = folder.state_of(url, settings, thorough=not arguments.if_due)
    for kept in state.listed():
        found = f"damaged: {kept.damage}" if kept.damage else "" if kept.checked else "not checked"
        print(f"{kept.at.astimezone():%Y-%m-%d %H:%M}  {in_megabytes(kept.size):>12}  {kept.file}  {found}".rstrip())
    print(state.words(now))
    return 1 if state.warns(now) and not arguments.if_due else 0


def _make_backup(arguments: argparse.Namespace, settings: Settings, url: URL, now: datetime) -> None:
    from scanner.audit.rules import Action
    from scanner.data.nightly import folder, service

    # The nightly one runs with little of the processor.
    with _ended_in_good_order(), _database(arguments, see_to_imports=False) as database:
        try:
            before = folder.folder_of(url, settings).kept()
            made = service.make_backup(database, settings, now, only_if_due=arguments.if_due)
            if made and arguments.now:  # the nightly one is nobody's doing
                left = folder.folder_of(url, settings).kept()
                gone = [Path(old.file).name for old in before if old not in left]
                _note(database, "backups", Action.BACKUP_TAKEN, "backup", made.file, {"deleted": gone} if gone else None)
        except service.AnotherIsAtIt:
            if arguments.now:
                raise


def _daily(arguments: argparse.Namespace) -> int:
    from scanner.drift import daily
    from scanner.house.chosen import ChosenSettings
    from scanner.settings import load_settings

    with _database(arguments) as database:
        settings = ChosenSettings(database, load_settings(database_url=database.url)).now()
        daily.do_all(database, settings, datetime.now(UTC))
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from scanner.audit.rules import Action
    from scanner.data import backup
    from scanner.data.reopened import UNCOMPARED, compared

    url = _settings(arguments, secret_key="").database_url
    damaged = _damage_of(url)
    with _ended_in_good_order():
        aside = backup.restore(url, arguments.file)
    with _database(arguments) as database:
        found = compared(aside, Path(str(database.url.database)))
        facts = {"tokens revoked": "all"} | damaged | (found.facts() if found else {})
        _note(database, "restore", Action.BACKUP_RESTORED, "backup", str(arguments.file), facts)
    print(f"Restored from {arguments.file}. Start the server: devices send again what they had acknowledged since yesterday.")
    if aside:
        print(f"What was there before is {aside}.")
    print(NEW_TOKENS, *(found.sentences() if found else [UNCOMPARED]), sep="\n")
    return _verify(arguments)


def _damage_of(url: str) -> dict[str, str]:
    """What the audit says of the damage that was seen of a SQLite database; nothing where there is none."""
    from scanner.db import damage
    from scanner.db.engine import parsed

    place = parsed(url)
    seen = damage.found(Path(str(place.database))) if place.get_backend_name() == "sqlite" else None
    return {"damage": seen.words()} if seen else {}


def _new(arguments: argparse.Namespace) -> int:
    from scanner.db import damage, marks
    from scanner.db.engine import Database
    from scanner.db.migrations import migrate, revision_of
    from scanner.db.trouble import place_of, told_plainly
    from scanner.db.watch import Damaged

    database = Database(_settings(arguments, secret_key="").database_url)
    file = Path(str(database.url.database)) if database.is_sqlite else None
    try:
        with told_plainly(database.url):
            if file and not (file.is_file() and file.stat().st_size):
                damage.forget(file)
            elif file and (seen := damage.found(file)):
                raise Damaged(damage.refusal(file, seen))
            marks.take_marks_away(database.url)
            is_there = revision_of(database) is not None
        migrate(database)
    finally:
        database.dispose()
    print(f"{'There is a warehouse already' if is_there else 'An empty warehouse is made'} in {place_of(database.url)}.")
    return 1 if is_there else 0


def _resend(arguments: argparse.Namespace) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from scanner.audit.rules import Action
    from scanner.data import backup
    from scanner.data.reopened import UNCOMPARED
    from scanner.db import damage

    damaged: dict[str, str] = {}

    def look(database: Database) -> None:
        if database.is_sqlite and Path(str(database.url.database)).exists():
            with suppress(SQLAlchemyError):
                database.answers()  # damage may be seen when it is opened
        damaged.update(_damage_of(_settings(arguments, secret_key="").database_url))
        if damaged:
            backup.check_what_is_left(database)

    with _database(arguments, first=look, see_to_imports=False) as database:
        database.transact(backup.mark_restored, datetime.now(UTC))
        _note(database, "resend", Action.RESEND_ASKED, "devices", "all", {"tokens revoked": "all"} | damaged)
        if damaged:
            damage.forget(Path(str(database.url.database)))
        _see_to_imports(database)
    if damaged:
        print(f"{damaged['damage']}: the server goes on with what is left, which is whole, and the ledger agrees.")
    print(NEW_TOKENS, UNCOMPARED, sep="\n")
    print("Restart the server: devices then send again what they had acknowledged in the last 24 hours.")
    return 0


HIDDEN = frozenset({"bring-in"})
"""Commands that only the scanner itself calls."""
COMMANDS: dict[str, tuple[Run, str, AddArguments]] = {
    "serve": (_serve, "serve the pages and the API", _add_address),
    "demo": (_demo, "serve a demo warehouse (the default); its data stays from start to start", _add_address),
    "import": (_import, "bring in a CSV file, whole or not at all", _add_import_arguments),
    "bring-in": (_bring_in, "bring in a file for a page, or see to files whose process died", _add_bring_in_arguments),
    "export": (_export, "print a CSV file", _add_export_arguments),
    "token": (_token, "make an API token for an operator and print it, this once", _add_operator),
    "verify": (
        _verify,
        "fold the whole ledger, compare every counter and what the inventory is worth; exit 0 when they agree",
        _add_database,
    ),
    "backup": (_backup, "copy a consistent database while scanning goes on", _add_backup),
    "backups": (
        _backups,
        "list the backups that a server makes by itself; exit 1 if the last is old or failed",
        _add_backups,
    ),
    "daily": (
        _daily,
        "do the day's work on drift, which a server does by itself: sums, what to order, signals, the digest",
        _add_database,
    ),
    "restore": (_restore, "put a backup in place of the database (stop the server first), and verify it", _add_backup),
    "resend": (
        _resend,
        "have devices send again their last 24 hours: after a restore by other means, or to go on with a damaged database",
        _add_database,
    ),
    "move": (_move, "copy the whole warehouse into another, empty database, and verify it there", _add_target),
    "new": (_new, "make an empty warehouse where one was lost; one that is there stays as it is", _add_database),
    "cert": (_cert, "make an authority and a certificate for this machine: serve then speaks HTTPS", _add_host_names),
}
