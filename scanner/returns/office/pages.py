"""Addresses of returns for people of the office, who do not grade."""

from __future__ import annotations

from flask import url_for

from scanner.people.session import signed_in
from scanner.returns.office import service as office
from scanner.web.context import read


def office_page(reference: str) -> str | None:
    """The page of a return for a person of the office; None for a person who grades."""
    return url_for("service.page", reference=reference) if office.in_office(signed_in()) else None


def office_page_of_label(code: str) -> str | None:
    """The page of the return with that label, for a person of the office."""
    if not office.in_office(signed_in()):
        return None
    found = read(office.labelled, code)
    return url_for("service.page", reference=found) if found else None
