"""Makes upright grey pictures of photo bytes. Refuses early what would cost too much."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import cos, sin

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 (registers)

from .readings import PhotoError, Point
from .scans import demand_few_scans

MAX_BYTES = 25_000_000
MAX_PIXELS = 51_000_000  # a 50-megapixel phone, 8160 x 6144, is the largest that is met
MAX_SIDE = 16_383
GLANCE_PIXELS = 1_000_000  # what the first rungs look at; larger photos are shrunk to at least half of this

_ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, TypeError, KeyError, MemoryError,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises on a file that is damaged."""


Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) takes a point x, y to ax + by + c, dx + ey + f."""


@dataclass(frozen=True)
class Picture:
    """An upright grey picture; `matrix` takes its points to those of the upright photo."""

    grey: Image.Image
    matrix: Matrix = (1, 0, 0, 0, 1, 0)

    def to_photo(self, points: Iterable[tuple[float, float]]) -> tuple[Point, ...]:
        """The photo's pixels at these points of this picture."""
        a, b, c, d, e, f = self.matrix
        return tuple((round(a * x + b * y + c), round(d * x + e * y + f)) for x, y in points)

    def from_photo(self, points: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
        """The points of this picture at these pixels of the photo."""
        a, b, c, d, e, f = self.matrix
        size = a * e - b * d
        return tuple(((e * (x - c) - b * (y - f)) / size, (a * (y - f) - d * (x - c)) / size) for x, y in points)

    def cut(self, box: tuple[float, float, float, float]) -> "Picture":
        """The part between left, top, right and bottom, in this picture's pixels."""
        left, top = max(0, int(box[0])), max(0, int(box[1]))
        right, bottom = min(self.grey.width, int(box[2]) + 1), min(self.grey.height, int(box[3]) + 1)
        part = self.grey.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        return Picture(part, _then((1, 0, left, 0, 1, top), self.matrix))

    def scaled(self, factor: float) -> "Picture":
        if factor == 1:
            return self
        width, height = (max(8, round(side * factor)) for side in self.grey.size)
        how = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
        across, down = self.grey.width / width, self.grey.height / height
        return Picture(self.grey.resize((width, height), how), _then((across, 0, 0, 0, down, 0), self.matrix))

    def levelled(self, angle: float, box: tuple[float, float, float, float], scale: float, most_rows: int) -> "Picture":
        """The part between left, top, right and bottom once this is turned by `angle` radians, `scale` times as wide.

        It has at most `most_rows` rows: bars are the same in all of them.
        """
        left, top, right, bottom = box
        width, height = max(8, round((right - left) * scale)), max(8, min(most_rows, round(bottom - top)))
        down = (bottom - top) / height
        c, s = cos(angle), sin(angle)
        matrix = (c / scale, -s * down, left * c - top * s, s / scale, c * down, left * s + top * c)
        how = Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
        return Picture(self.grey.transform((width, height), *how, fillcolor=160), _then(matrix, self.matrix))

    def filtered(self, name: str) -> "Picture":
        return Picture(FILTERS[name](self.grey), self.matrix) if name else self


FILTERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "sharpened": lambda grey: grey.filter(ImageFilter.UnsharpMask(3, 300, 0)),
    "sharpened wide": lambda grey: grey.filter(ImageFilter.UnsharpMask(4, 300, 0)),
    "smoothed": lambda grey: grey.filter(ImageFilter.GaussianBlur(1)),
    "stretched": lambda grey: ImageOps.autocontrast(grey, cutoff=2),
    "inverted": ImageOps.invert,
    "combed above": lambda grey: _combed(grey, 0),
    "combed below": lambda grey: _combed(grey, grey.height // 2),
    "evened": lambda grey: _evened(grey),
}


def _combed(grey: Image.Image, top: int) -> Image.Image:
    """One half of a level stripe, the other half left as paper. Ten rows become their mean: less noise, the same bars."""
    half = grey.crop((0, top, grey.width, top + max(1, grey.height // 2)))
    rows = half.resize((grey.width, max(2, half.height // 10)), Image.Resampling.BOX)
    combed = Image.new("L", grey.size, 255)
    combed.paste(rows.resize(half.size, Image.Resampling.NEAREST), (0, top))
    return combed


def _evened(grey: Image.Image) -> Image.Image:
    import numpy as np  # loaded for the few photos that need it

    from .blurred.strips import evened

    return Image.fromarray(evened(np.asarray(grey, np.float32)).astype(np.uint8))


def _then(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that does `inner` first, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (p * a + q * d, p * b + q * e, p * c + q * f + r, s * a + t * d, s * b + t * e, s * c + t * f + u)


class Photo:
    """A photo that is decoded only as far as it is needed: `glance` small, `whole` with every pixel."""

    def __init__(self, photo: bytes) -> None:
        """Raises PhotoError for what is no picture, and for too many bytes or pixels."""
        self._bytes = photo
        image = opened(photo)
        self._turn = orientation(image)
        self.pixels = image.width * image.height
        self.is_large = self.pixels > GLANCE_PIXELS * 1.5
        self._shrink = max(1, int((self.pixels / GLANCE_PIXELS) ** 0.5 + 0.35))
        self._size = image.size
        self._image: Image.Image | None = image
        self._whole: Picture | None = None

    def glance(self) -> Picture:
        """The photo at about a megapixel; a JPEG is decoded at that size at once."""
        if not self.is_large:
            return self.whole()
        if self._image is not None and self._image.format in ("JPEG", "MPO"):
            image = self._take()
            image.draft("L", (image.width // self._shrink, image.height // self._shrink))
            grey = self._upright(grey_of(image))
        else:
            grey = self.whole().grey
        return self._placed(grey.reduce(max(1, round((grey.width * grey.height / GLANCE_PIXELS) ** 0.5 - 0.2))))

    def whole(self) -> Picture:
        """The photo with every pixel."""
        if self._whole is None:
            self._whole = Picture(self._upright(grey_of(self._take())))
        return self._whole

    def _take(self) -> Image.Image:
        image, self._image = self._image or opened(self._bytes), None
        return image

    def _upright(self, grey: Image.Image) -> Image.Image:
        return grey.transpose(UPRIGHT[self._turn]) if self._turn in UPRIGHT else grey

    def _placed(self, grey: Image.Image) -> Picture:
        width, height = self._size if self._turn < 5 else self._size[::-1]
        return Picture(grey, (width / grey.width, 0, 0, 0, height / grey.height, 0))


def opened(photo: bytes) -> Image.Image:
    """The photo's header, checked against the limits; no pixel is decoded yet."""
    if not photo:
        raise PhotoError("Expected a photo, got nothing.")
    if len(photo) > MAX_BYTES:
        raise PhotoError(f"Expected a photo of at most {MAX_BYTES // 10**6} MB, got {len(photo) / 1e6:.0f} MB.")
    image = _identified(photo)
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        limit = MAX_PIXELS // 10**6
        raise PhotoError(f"Expected a photo of at most {limit} megapixels, got {width} x {height} pixels.")
    if image.format in ("JPEG", "MPO"):
        demand_few_scans(photo, width, height)
    return image


def _identified(photo: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than the one Pillow warns at
            return Image.open(BytesIO(photo), formats=_formats())
    except UnidentifiedImageError:
        raise PhotoError("Expected a photo (JPEG, PNG, WebP or GIF), got a file that is none.") from None
    except BROKEN as problem:
        raise PhotoError(f"Expected a whole photo, got one that cannot be opened ({problem}).") from None


@cache
def _formats() -> tuple[str, ...]:
    """The few formats that a phone or a browser sends. Each further one would be a parser that strangers can reach."""
    known = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
    try:
        import pillow_heif
    except ImportError:
        return known
    pillow_heif.register_heif_opener()
    return (*known, "HEIF")


def orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except BROKEN:
        return 1  # a damaged note about the picture is not a reason to refuse the picture


def grey_of(image: Image.Image) -> Image.Image:
    """One grey channel; what is transparent becomes white paper."""
    try:
        if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
            return _on_paper(image if image.mode == "RGBA" else image.convert("RGBA"))
        if image.mode.startswith("I") or image.mode == "F":
            return ImageOps.autocontrast(image.convert("F").point(lambda value: value / 256).convert("L"))
        return image.convert("L")
    except BROKEN as problem:
        raise PhotoError(f"Expected a whole photo, got a damaged one ({problem}).") from None


def _on_paper(layered: Image.Image) -> Image.Image:
    cover = layered.getchannel("A")
    if cover.getextrema()[0] == 255:
        return layered.convert("L")
    paper = Image.new("L", layered.size, 255)
    paper.paste(layered.convert("L"), mask=cover)
    return paper
