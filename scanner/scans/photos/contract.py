"""What pages send to read the labels of a photo."""

from __future__ import annotations

from pydantic import Field

from scanner.web.contract import Body
from scanner.web.field_types import Words


class PhotoForm(Body):
    """What goes with a photo."""

    task: Words = Field("", description="The task whose codes are likely in the photo.")


class ChosenLabels(Body):
    """Labels to record, each as the id of a scan, `|` and the code, with the time when the photo was read."""

    pick: list[str] = Field(default_factory=list)
    scanned_at: str | None = None  # kept in the form, so that sending it twice is one scan
