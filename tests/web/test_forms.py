"""Forms without JavaScript: each answer is a page to get, so that going back or loading it again sends nothing anew."""

import re
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest

from tests.people.test_pages import Device
from tests.support.warehouse import task_scans

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sam(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device


def scan(code):
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "typed", "scanned_at": "2026-11-23T09:30:00Z"}


FORMS = {
    "/sign-in": {"badge": "BADGE-ROSA"},
    "/sign-out": {},
    "/lock": {},
    "/scans": scan("9501101530003"),
    "/open": {"code": "PO-1001"},
    "/tasks/PO-1001/photo": {"pick": f"{uuid4()}|9501101530003", "scanned_at": "2026-11-23T09:30:00Z"},
    "/receiving/PO-1001/finish": {},
    "/tasks/PO-1001/link": {"seq": "1", "sku": "LAMP", "units": "1"},
    "/discrepancies/1/assign": {"owner": "Vera"},
    "/discrepancies/1/settle": {"cause": "misplaced"},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_answered_with_another_page_to_get(app, sam, path):
    app.extensions["warehouse"].scan("NOBODY-KNOWS", by="Sam")
    if path.startswith("/discrepancies"):
        app.extensions["warehouse"].scan("9501101530003", by="Sam", quantity=25, confirm=True)
    answer = sam.post(path, **FORMS[path])
    assert (answer.status_code, answer.location.startswith("/")) == (303, True)


def test_a_badge_in_the_form_for_a_scan_leads_to_where_badges_are_scanned(sam):
    answer = sam.post("/scans", **scan("BADGE-ROSA"))
    assert (answer.status_code, answer.location) == (303, "/sign-in")


class PickForm(HTMLParser):
    """What the form with the labels of a photo sends once all of them are ticked."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.inside = {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.inside = "data-pick" in found if tag == "form" else self.inside
        if tag == "input" and self.inside:
            self.fields[found["name"]] = found["value"]


def test_labels_of_a_photo_that_are_sent_twice_are_answered_twice_and_recorded_once(app, sam):
    photo = (ROOT / "sample_barcodes/photos/ean13/upright.webp").open("rb")
    fields = PickForm(sam.post("/tasks/PO-1001/photo", photo=(photo, "photo.webp")).text).fields
    said = []
    for _ in range(2):
        sam.client.post("/tasks/PO-1001/photo", data=fields)
        said.append(re.findall(r'class="notice[^>]*>([^<]+)', sam.get("/receiving/PO-1001").text))
    assert said[0] and said[1] == said[0]
    with app.extensions["database"].read() as session:
        assert len(task_scans(session, "PO-1001")) == 1
