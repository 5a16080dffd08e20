"""Photo bytes to barcode readings; knows nothing of tasks or tables."""

from collections.abc import Callable

from .engines import have_zbar
from .ladder import climb
from .pictures import Photo
from .readings import PhotoError, Reading
from .shrinking import MEDIA_TYPE, Shrunk, shrink

__all__ = ["MEDIA_TYPE", "PhotoError", "Reading", "Shrunk", "have_zbar", "read_photo", "shrink"]


def read_photo(
    photo: bytes, accept: Callable[[str], bool] | None = None, *, all: bool = False, budget_ms: int = 4000
) -> list[Reading]:
    """The barcodes in a photo, best first. Stops at the first that can be trusted, unless `all` labels are wanted.

    `accept` says whether a text is a code known here. After `budget_ms` the best found so far is given. Raises PhotoError
    for what is no picture, damaged or too large.
    """
    return climb(Photo(photo), accept, all, budget_ms)
