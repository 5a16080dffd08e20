"""Which labels are asked for, and which barcode."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from scanner.labels.symbols import Symbology
from scanner.web.contract import Body
from scanner.web.field_types import Search, WholeNumber

MOST_PAGES = 10_000
LONGEST_CODE = 80


def _code(value: Any) -> str:
    code = value or ""
    if not 0 < len(code) <= LONGEST_CODE:
        raise ValueError(f"Expected a code of 1 to {LONGEST_CODE} characters, got {len(code)}.")
    return str(code)


def _symbology(value: Any) -> Symbology | None:
    try:
        return Symbology(value) if value else None
    except ValueError:
        raise ValueError(f"Expected one of {', '.join(Symbology)}, got {value!r}.") from None


class PageOfLabels(Body):
    """A group of labels, and the number of the sheet, from 1."""

    group: Search
    page: Annotated[WholeNumber, AfterValidator(lambda page: max(1, min(page, MOST_PAGES)))] = 1
    code: Search = ""


class BarcodeToDraw(Body):
    """What a barcode says, and its symbology; None: the one that suits it."""

    code: Annotated[str, BeforeValidator(_code)]
    symbology: Annotated[Symbology | None, BeforeValidator(_symbology)] = None
