"""Forms without JavaScript: each answer is a page to get, so that going back or loading it again sends nothing anew."""

from uuid import uuid4

import pytest

from tests.web.test_auth import Device


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
    "/receiving/open": {"code": "PO-1001"},
    "/receiving/PO-1001/photo": {"pick": f"{uuid4()}|9501101530003"},
    "/receiving/PO-1001/finish": {},
    "/receiving/PO-1001/link": {"seq": "1", "sku": "LAMP", "units": "1"},
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
