"""What is sent of a record, and answered."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from scanner.data.records.rules import Cells, cell
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import WholeNumber, Words


class RecordToSave(Body):
    """A record: its columns as a file of its kind has them, beside what follows."""

    model_config = ConfigDict(frozen=True, extra="allow")

    version: Words = Field("", description="Of the record that is changed. Left out, whatever it says now is changed.")
    nth: WholeNumber = Field(0, description="Which of several lines of one item on a receipt, from 0.")

    def cells(self, columns: tuple[str, ...]) -> Cells:
        """What it says in these columns."""
        said = self.model_extra or {}
        return {name: cell(said[name]) for name in columns if name in said}


class RecordAnswer(Answer):
    """A record as it is."""

    version: str
    record: Cells


class RecordsAnswer(Answer):
    """Some records of a kind, and how many have the words that were looked for."""

    found: int
    records: list[Cells]


class SavedRecordAnswer(SavedAnswer):
    """A record that was saved, and what of it is worth a look."""

    notes: tuple[str, ...] = ()
