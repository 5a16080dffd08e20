"""What the API alone takes and answers: pages of rows, many scans at once, photos, errors."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema

from scanner.discrepancies.rules import DiscrepancyState
from scanner.scans.contract import ItemAnswer, Kind, ScanBody
from scanner.scans.decision import TaskState
from scanner.scans.photos.contract import PhotoForm
from scanner.web.contract import Answer, Body
from scanner.web.field_types import MOST_NUMBER, UNCHECKED, Between, Printable, Seq, Several

MOST_SCANS = 500
MOST_ROWS = 1000
MOST_TEXT = 512

_Rows = Annotated[int, Between(0, MOST_ROWS)]
_Offset = Annotated[int, Between(0, MOST_NUMBER)]
_Words = Annotated[str, Printable(MOST_TEXT, least=0)] | None


class Rows(Body):
    """Rows by number."""

    after: Seq = Field(0, description="The number of the row that was read last.")
    limit: _Rows = 200


class Tasks(Body):
    """Which tasks."""

    kind: Kind | None = None
    state: TaskState | None = None
    limit: _Rows = 100
    offset: _Offset = 0


class StockRows(Body):
    """Stock of what, and where."""

    sku: _Words = None
    location: _Words = None
    limit: _Rows = MOST_ROWS
    offset: _Offset = 0


class Discrepancies(Rows):
    """Which discrepancies."""

    state: DiscrepancyState | None = None
    kind: _Words = None
    owner: _Words = None


_Other = Annotated[Any, Field(description="Anything else gets a status 400 of its own.")]
_EachByItself = Annotated[ScanBody | _Other, UNCHECKED]


class Batch(Body):
    """Scans in their order. Each is checked by itself, so that a wrong one does not hold up the others."""

    scans: Annotated[list[_EachByItself], Several(MOST_SCANS, f"a list of 1 to {MOST_SCANS} scans")]


class BatchResult(Answer):
    """A ScanResult with status 200, or an error with the status that it would have had alone."""

    model_config = ConfigDict(extra="allow")

    status: int


class BatchResults(Answer):
    """A result a scan, in order."""

    results: list[BatchResult]


class PhotoToRead(PhotoForm):
    """A photo of barcodes."""

    photo: Annotated[Any, WithJsonSchema({"type": "string", "contentMediaType": "application/octet-stream"})]


class ReadingAnswer(Answer):
    """One barcode of a photo."""

    text: str
    symbology: str
    corners: list[tuple[int, int]] = Field(description="In pixels of the upright photo.")
    trusted: bool = Field(description="False: a guess, for a person to confirm.")
    item: ItemAnswer | None = None


class Readings(Answer):
    """The barcodes of a photo, the best first."""

    readings: list[ReadingAnswer]


class ErrorWords(Answer):
    """What went wrong."""

    code: str
    message: str
    field: str | None = None


class Error(Answer):
    """Nothing was recorded or changed."""

    error: ErrorWords
