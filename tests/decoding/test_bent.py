"""QR codes on things that are not flat."""

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from scanner.decoding import read_photo
from scanner.decoding.engines import read_bent
from tests.support.samples import saved

TEXT = "PO-1001 in a crumpled bag"


def crumpled(seed: int, pixels: float = 2.8) -> Image.Image:
    """A QR code of six pixels a module on cloth, each of its points off by so many pixels or so."""
    drawn = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
    flat = np.pad(np.asarray(drawn, np.float32), 40, constant_values=255)
    side, dice = len(flat), np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    across, down = (np.rint(np.clip(at + _folds(dice, side) * pixels, 0, side - 1)).astype(int) for at in (x, y))
    return Image.fromarray(flat[down, across].astype(np.uint8))


def _folds(dice: np.random.Generator, side: int) -> np.ndarray:
    coarse = Image.fromarray(dice.normal(size=(7, 7)).astype(np.float32))
    return np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC))


def flat_reader(picture: Image.Image) -> list[str]:
    return [barcode.text for barcode in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("seed", [2, 5])
def test_a_crumpled_qr_code_is_read(seed):
    picture = crumpled(seed)
    assert flat_reader(picture) == []
    assert [reading.text for reading in read_photo(saved(picture, "PNG"), budget_ms=20_000) if reading.trusted] == [TEXT]


def test_a_qr_code_torn_in_two_is_no_reading():
    picture = crumpled(2)
    width, height = picture.size
    picture.paste(255, (0, height // 2, width, height // 2 + height // 5))
    assert read_bent(picture) == []
