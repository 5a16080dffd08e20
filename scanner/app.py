"""Puts the parts together: what all kinds of tasks share, and the kinds that it is given."""

from __future__ import annotations

import functools
import hashlib
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_compress import Compress
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from scanner import demo
from scanner.api import views as api
from scanner.asking import views as asking
from scanner.beginning import views as beginning
from scanner.beginning.sample import views as sample
from scanner.codes.reading import as_printed
from scanner.codes.typed import shown
from scanner.data import views as data
from scanner.data.audit import views as audit
from scanner.data.backup import restoration_mark
from scanner.data.mapping import views as mapping
from scanner.data.nightly.folder import state_of
from scanner.data.records import views as records
from scanner.data.records.places import views as places
from scanner.db.engine import Database
from scanner.db.marks import leave_mark
from scanner.db.migrations import migrate
from scanner.decoding.workers import DecodeWorkers
from scanner.desk import service as desk
from scanner.discrepancies import views as discrepancies
from scanner.drift import views as drift
from scanner.drift.reorder import views as reorder
from scanner.drift.signals import views as signals
from scanner.errors import Overloaded
from scanner.house import views as house
from scanner.house.chosen import ChosenSettings
from scanner.items import views as item_changes
from scanner.labels import views as labels
from scanner.meters import Meters
from scanner.money import in_cents
from scanner.people import views as auth
from scanner.people.body_limits import body_limit
from scanner.people.devices import views as devices
from scanner.people.rules import Right
from scanner.people.session import bind_page
from scanner.scans import home as pages
from scanner.scans import signs
from scanner.scans import views as scans
from scanner.scans.evidence import views as evidence
from scanner.scans.history import views as items
from scanner.scans.linking import views as links
from scanner.scans.live import views as live
from scanner.scans.meanings import is_label
from scanner.scans.opening import views as opening
from scanner.scans.photos import views as photos
from scanner.scans.rooms import Entry
from scanner.scans.workflow import Workflows
from scanner.serving.environ import NO_ROOM
from scanner.settings import Settings
from scanner.staff import views as staff
from scanner.watch import views as watch
from scanner.watch.checks import checks_of
from scanner.watch.readiness import Readiness
from scanner.web import errors, health, requests
from scanner.web.context import csrf, htmx
from scanner.web.currency import currency
from scanner.web.cut import address, cut
from scanner.web.references import Reference, Whole
from scanner.web.unbroken import unbroken
from scanner.webhooks import views as webhooks
from scanner.words import day
from scanner.workflows import EXPORTS, IMPORTS, RECORDS, SETTLERS, WORKFLOWS, packing_elsewhere

ROOT = Path(__file__).resolve().parent.parent

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SHARED = (
    health,
    watch,
    auth,
    devices,
    pages,
    signs,
    opening,
    asking,
    links,
    scans,
    live,
    photos,
    items,
    item_changes,
    evidence,
    discrepancies,
    signals,
    webhooks,
    reorder,
    data,
    mapping,
    places,
    records,
    audit,
    labels,
    house,
    beginning,
    sample,
    staff,
    drift,
    api,
)
"""The modules with pages that every kind of task shares."""
ENTRIES = (
    discrepancies.ENTRY,
    drift.ENTRY,
    signals.ENTRY,
    items.ENTRY,
    reorder.ENTRY,
    labels.ENTRY,
    Entry(
        endpoint="records.index",
        title="Records",
        words="Items, barcodes, kits, places, suppliers: add one, or put one right",
        right=Right.IMPORT,
        also=("places",),
    ),
    data.ENTRY,
    Entry(
        endpoint="mapping.choose",
        title="A file of any shape",
        words="A shop's export or a list of your own, column by column",
        right=Right.IMPORT,
    ),
    Entry(
        endpoint="devices.index",
        title="People",
        words="Who works here, where they are signed in, and tokens of programs",
        right=Right.END_SESSIONS,
        also=("staff",),
    ),
    house.ENTRY,
    webhooks.ENTRY,
    audit.ENTRY,
    beginning.ENTRY,
    signs.ENTRY,
    labels.SET_UP_ENTRY,
)
"""The ways to the rooms that every kind of task shares, in the order in which they are shown. A new one is a line here."""
compress = Compress()
_log = logging.getLogger(__name__)
DOCUMENT_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings, database: Database | None = None, workflows: Workflows = WORKFLOWS) -> Flask:
    """Make the WSGI application for these kinds of tasks. Its database is brought to the newest schema first."""
    app = _App(
        "scanner", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"),
        static_url_path=f"/static/{_fingerprint(ROOT / 'static')}",
    )  # fmt: skip
    app.config.update(_configuration(settings))
    app.url_map.converters["ref"] = Reference
    app.url_map.converters["whole"] = Whole
    app.url_map.merge_slashes = False  # `SO//1` is not `SO/1`
    app.session_interface = CookieSessions()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(shown=shown, day=day, as_printed=as_printed, unbroken=unbroken, e4=in_cents)
    app.jinja_env.globals.update(cut=cut, cut_address=address, currency=currency)
    _hold(app, settings, database or Database(settings.database_url), workflows)
    requests.register(app)
    app.before_request(_demand_room)
    app.before_request(_limit_body)
    app.before_request(_bind_page)
    csrf.init_app(app)
    htmx.init_app(app)
    compress.init_app(app)
    app.after_request(_secure)
    errors.register(app)
    for module in SHARED:
        app.register_blueprint(module.blueprint)
    for workflow in workflows.values():
        for blueprint in workflow.blueprints:
            app.register_blueprint(blueprint)
    csrf.exempt(api.blueprint)
    if settings.proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _bind_page() -> None:
    """Before the token of a form is checked. Pages that are only read are cached as ever."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        bind_page()


def _configuration(settings: Settings) -> dict[str, Any]:
    """What Flask and its extensions are told."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "page",  # the token of forms, and messages of one page to the next; nobody is signed in by it
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": settings.body_bytes,
        "WTF_CSRF_TIME_LIMIT": None,  # a phone may be offline for a day and then send its scans
        "WTF_CSRF_SSL_STRICT": False,
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/json",
            "image/svg+xml",
            "application/wasm",
        ],
        "COMPRESS_REGISTER": False,
        "COMPRESS_MIN_SIZE": 1000,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_GZIP_LEVEL": 4,
    }


@functools.cache
def _fingerprint(folder: Path) -> str:
    """A hash of all files below. It is part of their address, so that a device never mixes two versions."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:12]


def _hold(app: Flask, settings: Settings, database: Database, workflows: Workflows) -> None:
    migrate(database)
    leave_mark(database.url, in_data_folder=True)
    with database.read() as reading:
        app.extensions["restored"] = restoration_mark(reading)
    app.extensions["database"] = database
    app.extensions["chosen"] = chosen = ChosenSettings(database, settings)
    app.extensions["workflows"] = _kinds(workflows, chosen)
    app.extensions["entries"] = lambda: _entries(app.extensions["workflows"]())
    app.extensions["home"] = desk.home
    app.extensions["backups"] = lambda: state_of(database.engine.url, chosen.now())
    app.extensions["settlers"] = SETTLERS
    app.extensions["imports"] = IMPORTS
    app.extensions["exports"] = EXPORTS
    app.extensions["records"] = RECORDS
    app.extensions["is_label"] = is_label
    app.extensions["sample"] = demo.SAMPLE
    app.extensions["decoder"] = DecodeWorkers(processes=settings.decode_processes)
    app.extensions["readiness"] = Readiness(checks_of(app))
    _count(app, settings)


def _kinds(workflows: Workflows, chosen: ChosenSettings) -> Callable[[], Workflows]:
    """What gives the kinds of tasks as they are now, by whether the shop packs."""
    elsewhere = functools.cache(lambda: packing_elsewhere(workflows))
    return lambda: workflows if chosen.now().packing else elsewhere()


def _entries(workflows: Workflows) -> list[Entry]:
    """The ways to all rooms: where the kinds of tasks are scanned, what all share, and what else a kind has."""
    return [
        *(each.entry for each in workflows.values()),
        *ENTRIES,
        *(entry for each in workflows.values() for entry in each.entries),
    ]


def _count(app: Flask, settings: Settings) -> None:
    """Have the parts count what they do, where that is asked for."""
    app.extensions["meters"], app.extensions["metrics"] = Meters(), None
    if settings.metrics:
        from scanner.watch.metrics import Metrics  # only here: its library takes a while to import

        metrics = app.extensions["meters"] = app.extensions["metrics"] = Metrics(app)
        app.extensions["database"].meters = app.extensions["decoder"].meters = metrics


def _demand_room() -> None:
    """Refuse a request whose body did not come in, for want of room."""
    if NO_ROOM in request.environ:
        raise Overloaded(errors.WITHOUT_ROOM)


def _limit_body() -> None:
    """Set how large a body the view takes, before anything reads it."""
    request.max_content_length = body_limit()


def _secure(response: Response) -> Response:
    headers, path = response.headers, request.path
    headers["X-Content-Type-Options"] = "nosniff"
    if restored := current_app.extensions["restored"]:
        headers["Scanner-Restored"] = restored  # a device that sees a new value sends again what it has
    is_small = False
    if path.startswith("/static/") and response.status_code == 200:
        is_small = _make_small(response, path)
        headers["Cache-Control"] = "public, max-age=31536000, immutable"  # its address names its version
    else:
        headers.setdefault("Cache-Control", "no-store")
    if path.startswith("/api/"):
        return response  # the headers below are for pages
    if is_small:  # no document: nothing in it goes by a policy of its own, and a page has dozens of them
        return response
    headers.extend(DOCUMENT_HEADERS)
    compress.after_request(response)
    return response


def _make_small(response: Response, path: str) -> bool:
    """Send a script or a style sheet compressed as far as possible. That is done once, since it never changes.

    A page has dozens of them, so headers that say nothing of them are left out. Gives whether it is one.
    """
    is_text = response.mimetype in ("text/javascript", "application/javascript", "text/css")
    if not is_text or request.method != "GET" or not request.accept_encodings.quality("br"):
        return False
    response.direct_passthrough = False
    response.set_data(_smallest(path, response.get_data()))
    for name in ("Content-Disposition", "Date", "Last-Modified", "Accept-Ranges"):
        response.headers.pop(name, None)
    response.headers["Content-Encoding"] = "br"
    response.vary.add("Accept-Encoding")
    return True


_small: dict[str, bytes] = {}
_COMMENT_LINE = re.compile(rb"^[ \t]*(?:/\*\*(?:(?!\*/).)*(?:\*/[ \t]*)?|\*.*|//.*)$", re.MULTILINE)


def _smallest(path: str, content: bytes) -> bytes:
    if path not in _small:
        ours = path.endswith(".js") and "/vendor/" not in path
        _small[path] = brotli.compress(without_comments(content) if ours else content, quality=11)
    return _small[path]


def without_comments(script: bytes) -> bytes:
    """A script of ours without its lines of comment, which are a third of it. The numbers of the other lines stay."""
    return _COMMENT_LINE.sub(b"", script)


class _App(Flask):
    """Flask without its check for async views, six times a request: there are none. Its log does not name paths."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Say that a request failed by a bug. Flask's own line has the path in it, and so maybe a badge."""
        _log.error("A fault of the program", exc_info=exc_info)


class CookieSessions(SecureCookieSessionInterface):
    """Signed cookies of Flask, with a signer that is made once and not at every request. Programs send no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a browser; an empty one, never kept, for a program."""
        return self.make_null_session(app) if request.path.startswith("/api/") else super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie travels over TLS only: where the settings say so, or it was asked for over TLS."""
        return super().get_cookie_secure(app) or request.is_secure

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the session cookies."""
        if "signer" not in app.extensions:
            app.extensions["signer"] = super().get_signing_serializer(app)
        signer: URLSafeTimedSerializer | None = app.extensions["signer"]
        return signer
