"""Photos as evidence: checked, turned upright, made small, and kept with a scan."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlmodel import Session

from scanner.decoding import MAX_BYTES, MAX_PIXELS
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.evidence import store
from scanner.scans.workflow import Workflows

LONGEST_PX = 1600
THUMBNAIL_PX = 240
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""The formats that phones and browsers send. Every further one would expose another parser."""
MEDIA_TYPE = "image/jpeg"
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, Image.DecompressionBombError)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A photo as it is kept: an upright JPEG of at most 1,600 pixels a side, and one of 240, without metadata."""

    photo: bytes
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo that was kept."""

    id: str
    task: str
    kind: str
    scan_seq: int
    replayed: bool = False


def shrink(photo: bytes) -> Shrunk:
    """Make a photo small. Raises BadRequest for a file that is no photo or too large."""
    image = _opened(photo)
    with _one_at_a_time:  # a large photo takes much memory
        upright = _upright(image)
        upright.thumbnail((LONGEST_PX, LONGEST_PX))
        whole = _jpeg(upright)
        upright.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
        return Shrunk(whole, _jpeg(upright))


def keep(
    session: Session,
    photo_id: UUID,
    scan_id: UUID,
    shrunk: Shrunk,
    *,
    operator: OperatorView,
    now: datetime,
    workflows: Workflows,
) -> Kept:
    """Keep a photo with a scan. The same photo again changes nothing.

    Raises NotFound where the scan was not sent yet, BadRequest where scans of such tasks keep no photos, NotAllowed, and
    Conflict where the id is that of another photo.
    """
    scan = ledger.find_scan(session, str(scan_id))
    if scan is None:
        raise NotFound("The scan that this photo belongs to is not recorded yet.", "scan")
    task = tasks.name_of(session, scan.task_id)
    workflow = workflows[task.kind]
    if workflow.page.photo_reply is None:
        keeping = ", ".join(each.page.tasks.lower() for each in workflows.values() if each.page.photo_reply)
        raise BadRequest(f"Photos are kept with scans of {keeping}; this one is of {task.reference}.", "scan")
    operator.demand(workflow.right)
    found = store.find(session, str(photo_id))
    if found is not None and found.scan_seq != scan.seq:
        raise Conflict(f"The id {photo_id} was used for a photo of another scan. Nothing was changed.", "id")
    if found is None:
        store.add(
            session,
            str(photo_id),
            scan_seq=scan.seq,
            operator_id=operator.id,
            at=now,
            photo=shrunk.photo,
            thumbnail=shrunk.thumbnail,
            media_type=MEDIA_TYPE,
        )
    return Kept(str(photo_id), task.reference, task.kind, scan.seq, found is not None)


def picture(session: Session, photo_id: UUID, by: OperatorView, workflows: Workflows, *, thumbnail: bool) -> tuple[str, bytes]:
    """The media type and the bytes of a photo, for who may see stock or take such photos. Raises NotFound, NotAllowed."""
    by.demand(Right.SEE_STOCK, *(each.right for each in workflows.values() if each.page.photo_reply))
    row = store.picture(session, str(photo_id), thumbnail=thumbnail)
    if row is None:
        raise NotFound("There is no such photo.")
    return row.media_type, bytes(row.photo)


def of_scan(session: Session, scan_seq: int) -> list[str]:
    """Ids of the photos that are kept with a scan."""
    return store.of_scans(session, [scan_seq])


def _opened(photo: bytes) -> Image.Image:
    """Open a photo and read its header. No pixel is decoded yet."""
    if not photo:
        raise BadRequest("Expected a photo, got nothing.", "photo")
    if len(photo) > MAX_BYTES:
        raise BadRequest(f"Expected a photo of at most {MAX_BYTES // 10**6} MB, got {len(photo) / 1e6:.0f} MB.", "photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MAX_PIXELS is lower than the size at which Pillow warns
            image = Image.open(BytesIO(photo), formats=FORMATS)
    except UnidentifiedImageError:
        raise BadRequest("Expected a photo (JPEG, PNG, WebP or GIF), got a file that is none.", "photo") from None
    except _BROKEN as problem:
        raise BadRequest(f"Expected a whole photo, got one that cannot be opened ({problem}).", "photo") from None
    if image.width * image.height > MAX_PIXELS:
        size = f"{image.width} x {image.height} pixels"
        raise BadRequest(f"Expected a photo of at most {MAX_PIXELS // 10**6} megapixels, got {size}.", "photo")
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Decode a photo: in colour on white, upright. A JPEG is decoded no larger than it is kept."""
    try:
        image.draft("RGB", (LONGEST_PX, LONGEST_PX))
        turned = ImageOps.exif_transpose(image)
        if "A" in turned.getbands() or "transparency" in turned.info:
            turned = turned.convert("RGBA")
            paper = Image.new("RGBA", turned.size, "white")
            turned = Image.alpha_composite(paper, turned)
        return turned.convert("RGB")
    except (*_BROKEN, TypeError, KeyError) as problem:
        raise BadRequest(f"Expected a whole photo, got a damaged one ({problem}).", "photo") from None


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
