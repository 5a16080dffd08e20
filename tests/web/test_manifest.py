"""The app on a device's home screen."""

from __future__ import annotations

import re
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image


def test_a_browser_that_nobody_is_signed_in_on_may_install_it(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'<link rel="manifest" href="([^"]+)">', page)
    assert found
    answer = client.get(found[1])
    assert answer.mimetype == "application/manifest+json" and answer.json
    assert (answer.json["display"], answer.json["start_url"], answer.json["scope"]) == ("standalone", "/", "/")


def test_its_pictures_are_there_in_their_sizes(client: FlaskClient) -> None:
    manifest = client.get("/manifest.webmanifest").json
    assert manifest
    pictures = {}
    for icon in manifest["icons"]:
        with client.get(icon["src"]) as answer:
            assert answer.status_code == 200
            pictures[icon["sizes"]] = answer.data
    for size in ("192x192", "512x512"):
        assert "{}x{}".format(*Image.open(BytesIO(pictures[size])).size) == size
