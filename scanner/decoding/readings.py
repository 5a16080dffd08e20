"""What a photo reader gives back."""

from dataclasses import dataclass

Point = tuple[int, int]


class PhotoError(ValueError):
    """A photo that cannot be read. The message says what was expected and what came."""


@dataclass(frozen=True)
class Reading:
    """One barcode seen in a photo.

    `text` is the payload as in the symbol: GS1 separators are \\x1d, no AIM prefix, no brackets.
    GTINs keep the digits of their symbology (8, 12, 13 or 14); a UPC-E comes as its UPC-A number.
    """

    text: str
    symbology: str
    corners: tuple[Point, ...] = ()  # pixels of the upright photo, clockwise from the symbol's own top left; () if unknown
    trusted: bool = False  # False is a guess, for a person to confirm
    aim: str = ""  # AIM symbology identifier (ISO/IEC 15424) such as "]C1", "" if unknown
