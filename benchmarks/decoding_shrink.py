"""What is lost when a page shrinks a photo before it travels: labels near and far in 12-megapixel photos.

    python -m benchmarks.decoding_shrink [FOLDER] [--every N]

Every Nth photo of FOLDER is laid on a carton, in a photo of 4,000 x 3,000 pixels, once, twice and three times as large;
what is read there is read again after the photo was shrunk to each longest side, and saved as JPEG, as the page does.
"""

import argparse
import random
from collections import Counter
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.decoding_photos import LabelledPhoto, is_right, load
from benchmarks.decoding_scenes import SIZE, board
from scanner.decoding import read_photo

SIDES = (3600, 3200, 2800, 2400, 2000, 1600)
QUALITIES = (85, 70)
SCALES = (1, 2, 3)
FROM_THE_PHONE = 92  # JPEG quality


def scene(photo: LabelledPhoto, scale: int, carton: Image.Image) -> Image.Image:
    dice = random.Random(photo.name)
    label = Image.open(BytesIO(photo.bytes)).convert("L")
    times = min(scale, 0.95 * SIZE[0] / label.width, 0.95 * SIZE[1] / label.height)
    laid = label.resize((round(label.width * times), round(label.height * times)), Image.Resampling.BICUBIC)
    whole = carton.copy()
    left, top = (dice.randint(0, side - part) for side, part in zip(SIZE, laid.size, strict=True))
    whole.paste(laid, (left, top))
    return whole


def jpeg(picture: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def shrunk(picture: Image.Image, side: int) -> Image.Image:
    share = side / max(picture.size)
    size = round(picture.width * share), round(picture.height * share)
    return picture if share >= 1 else picture.resize(size, Image.Resampling.BILINEAR)


def reads(photo: LabelledPhoto, data: bytes) -> bool:
    return is_right(photo, [reading.text for reading in read_photo(data) if reading.trusted])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("sample_barcodes"))
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    photos = [photo for photo in load(options.folder) if photo.expected][:: options.every]
    carton = board(random.Random(1))
    whole: Counter[int] = Counter()
    kept: Counter[tuple[int, int, int]] = Counter()
    size: Counter[tuple[int, int]] = Counter()
    for photo in photos:
        for scale in SCALES:
            taken = Image.open(BytesIO(jpeg(scene(photo, scale, carton), FROM_THE_PHONE)))
            if not reads(photo, jpeg(taken, FROM_THE_PHONE)):
                continue
            whole[scale] += 1
            for side in SIDES:
                smaller = shrunk(taken, side)
                for quality in QUALITIES:
                    sent = jpeg(smaller, quality)
                    kept[side, quality, scale] += reads(photo, sent)
                    size[side, quality] += len(sent)
    print(f"{len(photos)} photos; read in 12 megapixels, laid {SCALES} times as large: {[whole[scale] for scale in SCALES]}")
    print(f"{'longest side':>12} {'quality':>8} {'lost':>16} {'kB':>7}")
    for side in SIDES:
        for quality in QUALITIES:
            lost = [whole[scale] - kept[side, quality, scale] for scale in SCALES]
            print(f"{side:12} {quality:8} {lost!s:>16} {size[side, quality] / max(1, whole.total()) / 1e3:7.0f}")


if __name__ == "__main__":
    main()
