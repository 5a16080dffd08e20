"""HSTS (RFC 6797): a browser that came here over HTTPS once comes by no other way for a while.

The while is a week, and each visit begins it anew. A shop whose certificate is gone is thus shut out of its own host name for
a week at most; a year, as public sites have it, would leave it no way back. By its address it is never shut out: browsers keep
the rule for names alone, and what `serve` prints for phones is the address.

The rule holds for every port of a name, so the page with the authority on the next port, which is plain HTTP, is out of reach
by name for a browser that keeps it. Such a browser trusts the authority already, since it heeds the rule only over a
certificate that it trusts. Other names below this one are none of ours (no includeSubDomains). "localhost" is everybody's: the
rule would shut out whatever else runs on the same machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

RULE = ("Strict-Transport-Security", f"max-age={7 * 24 * 3600}")


def strict(app: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI app, with the rule in each of its answers."""

    def with_rule(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, RULE], *more)

        answer: Iterable[bytes] = app(environ, start_response if _is_local(environ.get("HTTP_HOST", "")) else start)
        return answer

    return with_rule


def _is_local(host: str) -> bool:
    name = host.partition(":")[0].lower()
    return name == "localhost" or name.endswith(".localhost")
