"""Photo bytes to one upright grey picture, refusing early what would cost too much."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from .readings import PhotoError, Point

MAX_BYTES = 25_000_000
MAX_PIXELS = 51_000_000  # a 50-megapixel phone, 8160 x 6144, is the largest that is met
MAX_SIDE = 16_383
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "HEIF")

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Picture:
    """An upright grey picture, and how its pixels lie in the photo.

    `matrix` (a, b, c, d, e, f) takes a point x, y of this picture to ax + by + c, dx + ey + f of the
    upright photo.
    """

    grey: Image.Image
    matrix: tuple[float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0)

    def to_photo(self, points) -> tuple[Point, ...]:
        a, b, c, d, e, f = self.matrix
        return tuple((round(a * x + b * y + c), round(d * x + e * y + f)) for x, y in points)


def open_photo(photo: bytes) -> Image.Image:
    """The photo's header, checked against the limits; no pixel is decoded yet.

    Raises PhotoError for what is no picture, and for too many bytes or pixels.
    """
    if not photo:
        raise PhotoError("expected a photo, got an empty file")
    if len(photo) > MAX_BYTES:
        raise PhotoError(f"expected a photo of at most {MAX_BYTES // 10**6} MB, got {len(photo) / 1e6:.0f} MB")
    image = _identify(photo)
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PhotoError(
            f"expected a photo of at most {MAX_PIXELS // 10**6} megapixels, got {width} x {height} pixels"
        )
    return image


def _identify(photo: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than Pillow's warning
            return Image.open(BytesIO(photo), formats=[name for name in FORMATS if name in _known_formats()])
    except UnidentifiedImageError:
        raise PhotoError("expected a picture (JPEG, PNG, WebP or GIF), got a file that is none") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PhotoError(f"expected a whole picture, got one that cannot be opened ({problem})") from None


def _known_formats() -> dict:
    if "HEIF" not in Image.OPEN:
        Image.init()
        try:
            import pillow_heif

            pillow_heif.register_heif_opener()
        except ImportError:
            Image.OPEN.setdefault("HEIF", (lambda *_: None, lambda _: False))
    return Image.OPEN


def load(image: Image.Image) -> Image.Image:
    """The pixels of an opened photo as an upright grey picture; what is transparent becomes white.

    Raises PhotoError when the file ends early or is damaged.
    """
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
        grey = _grey(image)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError) as problem:
        raise PhotoError(f"expected a whole picture, got one that is cut off or damaged ({problem})") from None
    return grey.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else grey


def _grey(image: Image.Image) -> Image.Image:
    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        paper.alpha_composite(layered)
        return paper.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        return ImageOps.autocontrast(image.convert("F").point(lambda value: value / 256).convert("L"))
    return image.convert("L")
