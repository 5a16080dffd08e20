"""What a device sends of a photo of goods, and what it is told."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from scanner.scans.contract import SenderForm
from scanner.web.contract import Answer
from scanner.web.field_types import Id


class EvidenceForm(SenderForm):
    """A photo of the goods of a scan. Its id is made by the device."""

    id: Id
    scan: Id


class PhotoAnswer(Answer):
    """A photo that is kept with a scan."""

    id: UUID
    scan: UUID
    task: str
    sequence: int = Field(description="The place of the scan in the record.")
    replayed: bool = Field(description="It was kept before.")
