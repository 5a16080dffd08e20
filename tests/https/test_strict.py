"""Browsers are told to stay with HTTPS, but not for longer than a shop could bear, and not on a name that is everybody's."""

from __future__ import annotations

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from scanner.https.strict import strict


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("warehouse.local:8000", True),
        ("192.168.1.20:8000", True),  # which browsers do not heed
        ("localhost:8000", False),  # it would shut out whatever else runs on this machine
        ("LOCALHOST", False),
        ("app.localhost:8000", False),
        ("localhost.example:8000", True),
    ],
)
def test_who_is_told_to_stay_with_https(host, told):
    answer = Client(strict(Response("here")), Response).get("/", base_url=f"https://{host}")
    assert answer.headers.get("Strict-Transport-Security") == ("max-age=604800" if told else None)
