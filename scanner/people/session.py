"""Who is signed in on a device, and whether the device is locked.

The session cookie is written only at sign-in, lock and sign-out. Otherwise a slow answer could bring back the person before.
The time of the last activity has a cookie of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, after_this_request, current_app, g, make_response, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from scanner.errors import NotAllowed, NotSignedIn
from scanner.people import sign_in as signin
from scanner.people.rules import OperatorView, Right
from scanner.web.context import htmx, now, read, settings, wants_json
from scanner.web.device import device_id, note_sign_in, remembers

View = TypeVar("View", bound=Callable[..., Any])
SEEN = "seen"
_SEEN_STEP = 60
"""The cookie of the last activity is written at most once in so many seconds."""


def begin(operator: OperatorView) -> None:
    """Start a new session for this person. Nothing of the session before is kept."""
    session.clear()
    session.permanent = True
    session["operator"] = operator.id
    session["id"] = secrets.token_hex(8)
    session["since"] = _seconds()
    g.operator = operator
    note_sign_in(operator.id)


def end() -> None:
    """Nobody is signed in any more."""
    session.clear()
    g.operator = None


def lock() -> None:
    """Have the pages ask for a badge. Unsent scans of the device are still taken."""
    session["locked"] = True


def current_operator() -> OperatorView | None:
    """Who is signed in, looked up once a request. A person who has left is signed out."""
    if "operator" not in g:
        g.operator = None  # so that the page about a broken database does not ask it again
        known = session.get("operator")
        g.operator = read(signin.operator, known) if isinstance(known, int) else None
    operator: OperatorView | None = g.operator
    return operator


def signed_in() -> OperatorView:
    """Who is signed in; raises NotSignedIn when nobody is."""
    operator = current_operator()
    if operator is None:
        raise NotSignedIn("Nobody is signed in here. Scan your badge.")
    return operator


def sender(operator_id: int | None) -> OperatorView:
    """Whose scan the device sends: the person signed in, or one who signed in on this device before.

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


def is_locked() -> bool:
    """Whether the device is locked: by hand, or after some idle minutes."""
    if "operator" not in session:
        return False
    return bool(session.get("locked")) or _seconds() - _last_seen() > settings().idle_lock_minutes * 60


def requires(*rights: Right, even_locked: bool = False) -> Callable[[View], View]:
    """Let a view run for whoever is signed in on a device that is not locked.

    `rights` guard a page that only shows something: one of them is needed. What changes something demands its right itself.
    `even_locked`: also while locked, for what the device sends by itself.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_operator() is None or (is_locked() and not even_locked):
                return _ask_for_badge()
            if rights:
                signed_in().demand(*rights)
            _note_activity()
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard


def _ask_for_badge() -> Response:
    """Send a browser to the sign-in page, which leads back afterwards. Programs get NotSignedIn."""
    words = "This device is locked. Scan a badge." if current_operator() else "Nobody is signed in here. Scan your badge."
    if wants_json() or (request.method != "GET" and not htmx):
        raise NotSignedIn(words)
    view = "auth.locked" if current_operator() else "auth.sign_in"
    if htmx:
        answer = make_response(words, 401)
        answer.headers["HX-Redirect"] = url_for(view)
        return answer
    return make_response(redirect(url_for(view, next=request.full_path.rstrip("?"))))


def _note_activity() -> None:
    """Note the time of this request. What htmx fetches by itself is no activity."""
    if is_locked() or (htmx and request.method == "GET") or _seconds() - _last_seen() < _SEEN_STEP:
        return
    note = _signer().dumps([session.get("id"), _seconds()])

    @after_this_request
    def give(response: Response) -> Response:
        secure = settings().https or request.is_secure
        response.set_cookie(SEEN, str(note), httponly=True, samesite="Lax", secure=secure)
        return response


def _last_seen() -> int:
    since = int(session.get("since", 0))
    try:
        owner, at = _signer().loads(request.cookies.get(SEEN, ""))
    except (BadSignature, TypeError, ValueError):
        return since
    return int(at) if owner == session.get("id") else since


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SEEN)


def _seconds() -> int:
    return int(now().timestamp())
