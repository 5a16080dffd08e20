"""Who is signed in on a device, and whether the device is locked. Both are in the database; the cookie holds a random id.

The cookie is written only at sign-in and sign-out. Otherwise a slow answer could bring back the person before; that one's
session would be over, but the device would be signed out.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Response, after_this_request, current_app, g, make_response, redirect, request, session, url_for
from flask.sessions import NullSession
from werkzeug.wrappers import Response as AnyResponse

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.errors import ConfirmFirst, NotAllowed, NotSignedIn, TooMany
from scanner.people import sign_in as signin
from scanner.people.rules import OperatorView, Right
from scanner.people.sessions import rules
from scanner.people.sessions import service as sessions
from scanner.people.sessions.rules import LiveSession
from scanner.people.sessions.service import NewSession
from scanner.web.context import htmx, now, read, see_other, settings, transact, wants_json
from scanner.web.device import address, device_id, note_sign_in, remembers

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "scanner"
_NOT_NOTED_SECONDS = 60
"""So long nothing is noted of activity where the database did not take it: a page that only reads must not wait for it."""


def new_session() -> NewSession:
    """A session for this device. It counts once a sign-in has begun it."""
    return NewSession(
        secret=sessions.new_secret(), replaces=request.cookies.get(COOKIE, ""), device=device_id(), address=address(),
        browser=request.user_agent.string,
    )  # fmt: skip


def begin(operator: OperatorView, new: NewSession) -> None:
    """Hand the device its new session. Nothing of what the cookies before said is kept."""
    _new_page(new.secret)
    g.live = None
    note_sign_in(operator.id)
    _give(new.secret)


def bind_page() -> None:
    """Have the token of forms hold for this session alone: a page cookie of another one, planted here, counts as none.

    Call it before the token of a form is checked, and before one is made.
    """
    if isinstance(session, NullSession):  # the API has no pages, whatever cookies come with a token
        return
    secret = request.cookies.get(COOKIE, "")
    if "page_of" not in g and session.get("of", "") != _mark(secret):
        _new_page(secret)


def _new_page(secret: str) -> None:
    """Begin what the page cookie says anew, for the session with this secret."""
    session.clear()
    g.pop("csrf_token", None)  # where this request made one already
    g.page_of = secret
    if secret:
        session.permanent = True
        session["of"] = _mark(secret)


def _mark(secret: str) -> str:
    """What the page cookie says of a session: enough to tell it from others, and not what it is found by."""
    return hashlib.sha256(f"page {secret}".encode()).hexdigest()[:32] if secret else ""


def end() -> None:
    """Nobody is signed in any more, with this cookie or a copy of it."""
    if live := current_session():
        transact(sessions.end, live.digest)
    _new_page("")
    g.live = None
    _give("")


def lock() -> None:
    """Have the pages ask for a badge. Unsent scans of the device are still taken."""
    if live := current_session():
        transact(sessions.lock, live.digest, now())


def current_session() -> LiveSession | None:
    """The session of this request, looked up once. None where nobody is signed in, or who was has left."""
    if "live" not in g:
        g.live = None  # so that the page about a broken database does not ask it again
        secret = request.cookies.get(COOKIE)
        g.live = read(sessions.live, secret, now()) if secret else None
    live: LiveSession | None = g.live
    return live


def current_operator() -> OperatorView | None:
    """Who is signed in."""
    live = current_session()
    return live.operator if live else None


def signed_in() -> OperatorView:
    """Who is signed in; raises NotSignedIn when nobody is."""
    operator = current_operator()
    if operator is None:
        raise NotSignedIn("Nobody is signed in here. Scan your badge.")
    return operator


def sender(operator_id: int | None) -> OperatorView:
    """Whose scan the device sends: the person signed in, or one who signed in on this device before, and may have left since.

    Raises NotSignedIn when nobody is signed in, NotAllowed for a person who never signed in here.
    """
    operator = signed_in()
    if operator_id is None or operator_id == operator.id:
        return operator
    person = read(signin.operator, operator_id)
    was_here = remembers(operator_id) or read(signin.operator_on_device, device_id(), operator_id)
    if person is None or not was_here:
        raise NotAllowed("This device may not send scans in that person's name.", "operator")
    return person


def sender_of_scan(operator_id: int | None, waited: timedelta) -> tuple[OperatorView, datetime | None]:
    """Whose scan the device sends, and where that is not who is signed in, when at the latest it was made.

    `waited`: how long the scan says that it waited here. Raises as `sender`, and NotAllowed where it was not that person who was
    signed in here then. What did not wait at all was made by who is signed in now.
    """
    person, made_at, live = sender(operator_id), now() - waited, current_session()
    if live is None or person.id == live.operator.id:
        return person, None
    known = read(signin.last_sign_ins, device_id(), made_at)
    if remembers(person.id) and not read(signin.operator_on_device, device_id(), person.id):
        known = rules.forgotten(person.id, live)  # by a restored database
    worked_until = rules.worked_until(known, person.id, made_at) if waited else None
    if worked_until is None:
        raise NotAllowed(
            f"{person.name} was not signed in here when this was scanned, as far as is known. "
            f"{person.name} can sign in here and send it again.", "operator",
        )  # fmt: skip
    return person, worked_until


def is_locked() -> bool:
    """Whether the device is locked: by hand, or after some idle minutes."""
    live = current_session()
    return live is not None and rules.is_locked(live, now(), settings().idle_lock_minutes)


def requires(*rights: Right, even_locked: bool = False) -> Callable[[View], View]:
    """Let a view run for whoever is signed in on a device that is not locked.

    `rights` guard a page that only shows something: one of them is needed. What changes something demands its right itself.
    `even_locked`: also while locked, for what the device sends by itself. Its answer must not tell anything then.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            live = current_session()
            if live is None or (is_locked() and not even_locked):
                return _ask_for_badge()
            if rights:
                live.operator.demand(*rights)
            _note_activity(live)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard


def is_confirmed() -> bool:
    """Whether the person signed in gave the PIN again a short while ago."""
    live = current_session()
    return live is not None and rules.is_confirmed(live, now())


def asks_again(right: Right, back: str) -> AnyResponse | None:
    """For what hands out keys, or what is private of many people: the way to the page that asks for the PIN again.

    None where that was done a short while ago. Raises NotAllowed without the right. Afterwards the page goes to `back`.
    Programs get ConfirmFirst.
    """
    signed_in().demand(right)
    if is_confirmed():
        return None
    asking = url_for("auth.confirm", next=back)
    if wants_json():
        raise ConfirmFirst(f"This needs your PIN again, or your badge if you have none. Send it to {url_for('auth.confirm')}.")
    if htmx:
        answer = make_response("Your PIN is asked for again.", 403)
        answer.headers["HX-Redirect"] = asking
        return answer
    return see_other(asking)


def confirm_here(said: str) -> str:
    """Take the PIN again, or the badge of who has none, that came with a form; gives in words what is still to be done.

    So a form that was open for too long comes back as it was typed, with one field more.
    """
    mine = current_session()
    if mine is None or is_confirmed():
        return ""
    if not said.strip():
        return f"This page was open for a while. Give your own {'PIN' if mine.has_pin else 'badge'} again, below."
    try:
        result = transact(sessions.confirm, mine, said.strip(), device=device_id(), address=address(), now=now())
    except TooMany as error:
        return error.message
    g.pop("live", None)
    return "" if result.operator else result.message


def _ask_for_badge() -> Response:
    """Send a browser to the sign-in page, which leads back afterwards. Programs get NotSignedIn."""
    words = "This device is locked. Scan a badge." if current_operator() else "Nobody is signed in here. Scan your badge."
    if wants_json() or _listens() or (request.method != "GET" and not htmx):
        raise NotSignedIn(words)
    view = "auth.locked" if current_operator() else "auth.sign_in"
    if htmx:
        answer = make_response(words, 401)
        answer.headers["HX-Redirect"] = url_for(view)
        return answer
    return make_response(redirect(url_for(view, next=request.full_path.rstrip("?"))))


def _note_activity(live: LiveSession) -> None:
    """Note the time of this request, once a minute. What a page fetches by itself is no activity."""
    by_itself = (htmx and request.method == "GET") or _listens()
    if is_locked() or by_itself or not rules.is_to_be_noted(live, now()):
        return
    if time.monotonic() < current_app.extensions.get("activity_noted_from", 0):
        return
    try:
        transact(sessions.note_seen, live.digest, address(), now())
    except (Busy, *DRIVER_ERRORS):
        current_app.extensions["activity_noted_from"] = time.monotonic() + _NOT_NOTED_SECONDS


def _listens() -> bool:
    """Whether a page asks for a stream of events. It follows no redirect: what it is told is the status alone."""
    return "text/event-stream" in request.headers.get("Accept", "")


def _give(secret: str) -> None:
    @after_this_request
    def give(response: Response) -> Response:
        age = rules.LONGEST if secret else 0
        secure = settings().https or request.is_secure
        response.set_cookie(COOKIE, secret, max_age=age, httponly=True, samesite="Lax", secure=secure)
        return response
