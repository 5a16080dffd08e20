"""How many photos each reader reads, how many it gets wrong, and how long it takes, all in one run.

    python -m benchmarks.decoding [FOLDER] [--scenes] [--strangers N] [--held-out]

FOLDER holds photos and an `expected.csv` (photo, set, expected), as `sample_barcodes` does, which is the default.
Only readings that are trusted count as read: a guess counts neither as read nor as wrong. Times are of one thread,
the readers taking turns at each photo, so that a busy machine disturbs all of them alike. They are also given apart for
the photos that zxing-cpp reads and for those that it does not: one median over both says mostly how many it cannot read.
"""

import argparse
import math
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from benchmarks.decoding_photos import LabelledPhoto, is_held_out, is_right, load
from scanner.codes.numbers import check_digit
from scanner.decoding import ladder, read_photo
from scanner.decoding.pictures import Photo

Reader = Callable[[bytes], list[str]]
ZBAR_NAMES = ("EAN13", "EAN8", "UPCE", "CODE128", "CODE39", "CODE93", "I25", "CODABAR", "QRCODE")


def zxing_alone(photo: bytes) -> list[str]:
    """zxing-cpp with its defaults."""
    return [barcode.text for barcode in zxingcpp.read_barcodes(Image.open(BytesIO(photo)))]


def zbar_alone(photo: bytes) -> list[str]:
    """ZBar on the picture as it is, asked for what we ask it for."""
    wanted = [pyzbar.ZBarSymbol[name] for name in ZBAR_NAMES]
    return [found.data.decode("utf-8", "replace") for found in pyzbar.decode(Image.open(BytesIO(photo)).convert("L"), wanted)]


def cascade(photo: bytes) -> list[str]:
    """zxing-cpp, and where it reads nothing ZBar."""
    return zxing_alone(photo) or zbar_alone(photo)


def ours(photo: bytes) -> list[str]:
    return [reading.text for reading in read_photo(photo) if reading.trusted]


READERS: dict[str, Reader] = {
    "zxing-cpp, defaults": zxing_alone,
    "ZBar": zbar_alone,
    "zxing-cpp, then ZBar": cascade,
    "ours": ours,
}


class Score:
    """What one reader made of the photos."""

    def __init__(self) -> None:
        self.read, self.wrong = 0, 0
        self.right: list[bool] = []  # a photo each
        self.seconds: list[float] = []
        self.of_set: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, photo: LabelledPhoto, texts: list[str], seconds: float) -> None:
        right = is_right(photo, texts)
        self.read += right
        self.right.append(right)
        self.wrong += bool(texts) and not right
        self.seconds.append(seconds)
        self.of_set[photo.set].update(photos=1, read=right, wrong=bool(texts) and not right)

    def median_where(self, wanted: list[bool]) -> float:
        """The median of the photos that are wanted, in milliseconds; nan where none is."""
        chosen = [seconds for seconds, one in zip(self.seconds, wanted, strict=True) if one]
        return statistics.median(chosen) * 1e3 if chosen else math.nan

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) * 1e3

    @property
    def mean(self) -> float:
        return statistics.fmean(self.seconds) * 1e3


def compare(photos: list[LabelledPhoto], readers: dict[str, Reader]) -> dict[str, Score]:
    scores = {name: Score() for name in readers}
    for photo in photos[:3]:
        ours(photo.bytes)  # warm: libraries loaded, tables filled
    for photo in photos:
        for name, reader in readers.items():
            started = perf_counter()
            texts = reader(photo.bytes)
            scores[name].add(photo, texts, perf_counter() - started)
    return scores


def print_scores(title: str, scores: dict[str, Score]) -> None:
    first = next(iter(scores.values()))
    print(f"\n{title}: {len(first.seconds)} photos")
    print(f"{'reader':24} {'read':>5} {'wrong':>5} {'median ms':>10} {'mean ms':>9} {'to zxing-cpp':>14}")
    for name, score in scores.items():
        ratio = f"{score.median / first.median:.2f} / {score.mean / first.mean:.2f}"
        print(f"{name:24} {score.read:5} {score.wrong:5} {score.median:10.2f} {score.mean:9.2f} {ratio:>14}")
    print_apart(scores)


def print_apart(scores: dict[str, Score]) -> None:
    """The medians over the photos that the first reader reads, and over those that it does not."""
    easy = next(iter(scores.values())).right
    hard = [not one for one in easy]
    floor = next(iter(scores.values())).median_where(easy)
    print(f"{'median ms on the photos that':24} {'it reads':>10} {'to zxing-cpp':>14} {'it does not':>12}")
    for name, score in scores.items():
        here, there = score.median_where(easy), score.median_where(hard)
        print(f"{name:28} {here:10.2f} {here / floor:14.2f} {there:12.2f}")
    print(f"{'photos':28} {sum(easy):10} {'':14} {sum(hard):12}")


def print_sets(score: Score) -> None:
    print("\nours, set by set")
    for name, counts in sorted(score.of_set.items()):
        print(f"{name:22} {counts['read']:3} of {counts['photos']:3}   wrong {counts['wrong']}")


def print_rungs(photos: list[LabelledPhoto]) -> None:
    """How often each rung was climbed, how often it decided, and what it cost."""
    climbed: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    for photo in photos:
        steps: list[ladder.RungCost] = []
        ladder.climb(Photo(photo.bytes), None, False, 60_000, steps)
        for step in steps:
            climbed[step.rung] += 1
            decided[step.rung] += step.decided
            seconds[step.rung] += step.seconds
    print(f"\n{'rung':32} {'climbed':>8} {'decided':>8} {'ms each':>8} {'ms a photo':>11}")
    for rung, count in climbed.items():
        each, share = seconds[rung] / count * 1e3, seconds[rung] / len(photos) * 1e3
        print(f"{rung:32} {count:8} {decided[rung]:8} {each:8.2f} {share:11.2f}")


def strange_numbers(photos: list[LabelledPhoto], count: int) -> frozenset[str]:
    """EAN-13 numbers that are in none of the photos, half of them from the makers of what is."""
    dice = random.Random(5)
    real = {photo.expected.zfill(13) for photo in photos if photo.expected.isdigit()}
    makers = sorted({number[:7] for number in real if len(number) == 13}) or ["4006381"]
    found: set[str] = set()
    while len(found) < count:
        start = dice.choice(makers) if len(found) % 2 else f"{dice.randrange(10**7):07}"
        body = start + f"{dice.randrange(10**5):05}"
        number = f"{body}{check_digit(body)}"
        if number not in real:
            found.add(number)
    return frozenset(found)


def print_strangers(photos: list[LabelledPhoto], count: int) -> None:
    """Expecting the right number among strangers, and strangers alone: none of those may be read."""
    strangers = strange_numbers(photos, count)
    helped, harmed, read = 0, [], 0
    for photo in photos:
        known = strangers | {photo.expected, photo.expected.zfill(13)}
        with_right = [one.text for one in read_photo(photo.bytes, known.__contains__) if one.trusted]
        alone = [one.text for one in read_photo(photo.bytes, strangers.__contains__) if one.trusted]
        helped += is_right(photo, with_right)
        read += is_right(photo, alone)
        harmed += [photo.name for texts in (with_right, alone) if texts and not is_right(photo, texts)]
    print(f"\nexpecting the right number among {count} others: {helped} of {len(photos)} read")
    print(f"expecting {count} numbers that are not there: {read} read by themselves; strangers read: {harmed or 'none'}")


def scenes() -> list[LabelledPhoto]:
    from benchmarks.decoding_scenes import scenes as drawn

    return [LabelledPhoto(scene.name, "12 MP", scene.text, scene.photo) for scene in drawn()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("sample_barcodes"))
    parser.add_argument("--scenes", action="store_true", help="also 12-megapixel label scenes, drawn here (a minute)")
    parser.add_argument("--strangers", type=int, default=0, help="also expect so many numbers that are not there")
    parser.add_argument("--held-out", action="store_true", help="also the half that nothing was tuned on, by itself")
    options = parser.parse_args()
    photos = load(options.folder)
    scores = compare(photos, READERS)
    print_scores(str(options.folder.name), scores)
    if options.held_out:
        for title, part in (("tuned on", False), ("held out", True)):
            of_part = [photo for photo in photos if is_held_out(photo) is part]
            print_scores(title, compare(of_part, READERS))
    print_sets(scores["ours"])
    print_rungs(photos)
    if options.strangers:
        print_strangers(photos, options.strangers)
    if options.scenes:
        drawn = scenes()
        print_scores("12 MP label scenes", compare(drawn, READERS))
        print_rungs(drawn)


if __name__ == "__main__":
    main()
