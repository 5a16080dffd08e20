"""Climbing the rungs until something can be trusted, or time is up."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from .engines import RETAIL, Sighting, read_zbar, read_zxing
from .pictures import Photo, Picture
from .readings import Reading
from .rungs import RUNGS, Rung
from .trust import Claim, Evidence

EVERY_LABEL = 5  # rungs that are climbed at least when all labels are wanted


@dataclass
class Step:
    """What a rung cost and gave, for the benchmark."""

    rung: str
    seconds: float
    decided: bool


def climb(
    photo: Photo, accept: Callable[[str], bool] | None, every: bool, budget_ms: float, steps: list[Step] | None = None
) -> list[Reading]:
    started, evidence = perf_counter(), Evidence(accept)
    picture = photo.glance()
    for index, rung in enumerate(RUNGS):
        if evidence.is_settled() and not (every and (index < EVERY_LABEL or rung.worth == "doubt")):
            if not every:
                break
            continue
        if perf_counter() - started > budget_ms / 1000:
            break
        before, settled = perf_counter(), evidence.is_settled()
        _look(picture, rung, evidence)
        if steps is not None:
            steps.append(Step(rung.name, perf_counter() - before, evidence.is_settled() and not settled))
    return evidence.readings()


def _look(picture: Picture, rung: Rung, evidence: Evidence) -> None:
    if rung.worth == "doubt":
        for claim in evidence.doubtful():
            if claim.reading.symbology in rung.symbologies:
                _look_again(picture, rung, claim, evidence)
    elif rung.engine == "profile":
        _read_blurred(picture, rung, evidence)
    else:
        view = picture.scaled(rung.scale).turned(rung.turn).filtered(rung.filter)
        for sighting in _read(view, rung, rung.symbologies):
            evidence.add(sighting, view.to_photo(sighting.corners), rung.name)


def _read(view: Picture, rung: Rung, symbologies: tuple[str, ...]) -> list[Sighting]:
    if rung.engine == "zbar":
        return read_zbar(view.grey, symbologies)
    return read_zxing(view.grey, symbologies, thorough=rung.engine == "zxing")


def _box(picture: Picture, claim: Claim) -> tuple[float, float, float, float]:
    """Where a claim lies in the picture, with its quiet zone."""
    a, e = picture.matrix[0], picture.matrix[4]
    xs = [(x - picture.matrix[2]) / a for x, _ in claim.reading.corners]
    ys = [(y - picture.matrix[5]) / e for _, y in claim.reading.corners]
    margin = 8 + 0.12 * max(max(xs) - min(xs), max(ys) - min(ys))
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def _look_again(picture: Picture, rung: Rung, claim: Claim, evidence: Evidence) -> None:
    if not claim.reading.corners:
        return
    if rung.engine == "profile":
        _confirm(picture, claim)
        return
    part = picture.cut(_box(picture, claim))
    for sighting in _read(part, rung, (claim.reading.symbology,)):
        evidence.add(sighting, part.to_photo(sighting.corners), rung.name)


def _confirm(picture: Picture, claim: Claim) -> None:
    """Asks the grey profile whether it says the same; once a claim, for it always answers the same."""
    from .blurred import reading  # numpy is loaded for the few photos that need it

    if claim.asked:
        return
    claim.asked = True
    a, c, e, f = picture.matrix[0], picture.matrix[2], picture.matrix[4], picture.matrix[5]
    corners = [((x - c) / a, (y - f) / e) for x, y in claim.reading.corners]
    if reading.confirms(picture.grey, corners, claim.reading.text, claim.reading.symbology):
        claim.seen.add(("profile", "confirmed"))


def _read_blurred(picture: Picture, rung: Rung, evidence: Evidence) -> None:
    from .blurred import reading

    known = evidence.knows_retail if evidence.has_expectations else None
    for found in reading.read(picture.grey, known):
        claim = evidence.add(found.sighting, picture.to_photo(found.sighting.corners), rung.name)
        if not found.sure:
            claim.seen.discard(("profile", rung.name))
