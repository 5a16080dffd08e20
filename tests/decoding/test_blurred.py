"""Retail codes from the grey profile across their bars."""

import numpy as np
import pytest

from scanner.codes.numbers import expand_upce
from scanner.decoding.blurred.certainty import EVEN, PLAIN, Certainty, judge, weigh
from scanner.decoding.blurred.chains import Costs, checked, numbers, own_costs, ranked
from scanner.decoding.blurred.layouts import EAN8, EAN13, UPCE, Layout
from scanner.decoding.blurred.strips import Strip, evened
from scanner.decoding.blurred.templates import QUIET, SAMPLES, drawn, grid, templates

NUMBERS = [
    (EAN13, "4006381333931"),
    (EAN13, "0012345678905"),
    (EAN13, "9780345460950"),
    (EAN8, "96385074"),
    (UPCE, "01234565"),
]


def ink(layout: Layout, number: str, sigma: float = 0.6, spread: float = 0.0) -> np.ndarray:
    looks = templates(layout, sigma, spread, "disk")
    return drawn(layout, layout.states(number)[None], looks.guards[None], looks.digits[None])[0]


def label(number: str, sigma: float, spread: float = 0.0, module: float = 3.0, bend: float = 0.0, noise: float = 2.0) -> Strip:
    """A strip of forty rows: a symbol on white paper, `module` pixels a module, its middle shifted by `bend` widths."""
    modules = grid(EAN13)
    share = modules / EAN13.modules
    places = 60 + EAN13.modules * module * (share + 4 * bend * share * (1 - share))
    across = np.arange(int(120 + EAN13.modules * module))
    row = 210 - 150 * np.interp(across, places, ink(EAN13, number, sigma, spread), left=0, right=0)
    return Strip(row + np.random.default_rng(3).normal(0, noise, (40, len(row))), 1.0)


@pytest.mark.parametrize(("layout", "number"), NUMBERS)
def test_a_number_is_laid_out_and_spelled_again(layout, number):
    states = layout.states(number)
    spelled = [layout.spell(head, list(states % 10)) for head, _ in layout.heads]
    assert (expand_upce(number) if layout is UPCE else number) in spelled


@pytest.mark.parametrize(("layout", "number"), NUMBERS[:4])
def test_the_list_of_numbers_starts_with_the_one_that_was_drawn(layout, number):
    looks = templates(layout, 1.2, 0.0, "disk")
    base, own = own_costs(ink(layout, number, 1.2)[None], layout, looks)
    _, heads, states = ranked(Costs(float(base[0]), own[0], looks.pairs), layout)
    assert numbers(layout, heads[:1], states[:1]) == [number]


def test_the_list_of_numbers_keeps_those_with_a_right_check_digit():
    looks = templates(EAN13, 0.6, 0.0, "disk")
    base, own = own_costs(ink(EAN13, "4006381333931")[None], EAN13, looks)
    _, heads, states = ranked(Costs(float(base[0]), own[0], looks.pairs), EAN13)
    rows = checked(EAN13, heads, states)
    assert 0 < len(rows) < len(heads)
    assert all(numbers(EAN13, heads[rows], states[rows]))


@pytest.mark.parametrize(
    "spoil",
    [
        {"sigma": 0.4},
        {"sigma": 1.4},
        {"sigma": 1.0, "spread": 0.35},
        {"sigma": 1.0, "spread": -0.35},
        {"sigma": 0.8, "bend": 0.03},
        {"sigma": 0.7, "noise": 25.0},
        {"sigma": 0.9, "module": 2.0},
    ],
    ids=["sharp", "blurred", "thick ink", "thin ink", "round a can", "noisy", "far away"],
)
def test_a_symbol_is_read_that_is(spoil):
    verdict = judge(label("5901234123457", **spoil), EAN13, None)
    assert verdict is not None
    assert (verdict.number, verdict.is_sure) == ("5901234123457", True)


def test_a_symbol_is_read_either_way_round():
    upside_down = Strip(label("5901234123457", 1.0).pixels[::-1, ::-1], 1.0)
    assert judge(upside_down, EAN13, None).number == "5901234123457"


def test_beyond_all_measure_blurred_is_not_sure():
    verdict = judge(label("5901234123457", 1.8, module=1.2, noise=20.0), EAN13, None)
    assert verdict is None or not verdict.is_sure


@pytest.mark.parametrize("seed", range(6))
def test_stripes_at_random_are_no_number(seed):
    dice = np.random.default_rng(seed)
    widths = dice.integers(3, 12, 70)
    row = np.repeat(np.where(np.arange(70) % 2, 60.0, 210.0), widths)
    verdict = judge(Strip(np.tile(row, (40, 1)), 1.0), EAN13, None)
    assert verdict is None or not verdict.is_sure


def test_the_profile_confirms_what_an_engine_read():
    strip = label("5901234123457", 0.6)
    assert weigh(strip, EAN13, EAN13.states("5901234123457")).is_clear


def test_the_profile_does_not_confirm_a_neighbour():
    strip = label("5901234123457", 0.6)
    verdict = weigh(strip, EAN13, EAN13.states("5901234123402"))
    assert verdict is None or not verdict.is_clear


def verdict_of(**said) -> Certainty:
    """A number that fits well in all three bands, but for what is said."""
    usual = {"misfit": 0.02, "bands": 3, "of": 3, "noise": 0.0, "sigma": 0.5, "module": 1.5, "worst": 0.01}
    return Certainty(number="4006381333931", **usual | said)


def test_an_expected_number_needs_only_a_small_lead():
    known = verdict_of(lead=1.15, sigma=1.2, known=True)
    second = verdict_of(lead=0.99, bands=2, sigma=1.2, known=True)
    assert known.is_sure
    assert not second.is_sure


def test_where_numbers_are_expected_another_one_has_to_be_clearer():
    assert verdict_of(lead=1.3).is_sure
    assert not verdict_of(lead=1.3, known=False).is_sure


def test_a_digit_under_a_reflection_is_not_believed():
    verdict = verdict_of(misfit=0.05, lead=1.5, worst=0.25)
    assert verdict.is_clear
    assert not verdict.is_sure


def test_the_grid_starts_in_the_quiet_zone():
    assert grid(EAN13)[QUIET * SAMPLES] == pytest.approx(0.5 / SAMPLES)


def faded(strip: Strip) -> Strip:
    """The same on glossy paper: next to no contrast at the left."""
    share = np.linspace(0.12, 1, strip.pixels.shape[1])
    return Strip(230 - (230 - strip.pixels) * share, strip.scale)


def test_evened_rows_are_as_dark_and_as_light_everywhere():
    rows = evened(faded(label("5901234123457", 0.5, noise=0)).pixels)
    assert all(part.min() < 20 and part.max() > 235 for part in np.array_split(rows[:, 70:-70], 5, 1))


@pytest.mark.parametrize("strip", [label("5901234123457", 0.5, bend=0.1), faded(label("5901234123457", 0.5, bend=0.08))])
def test_a_glossy_label_seen_from_far_aside_is_read_in_evened_bands(strip):
    verdict, plain = judge(strip, EAN13, None, way=EVEN), judge(strip, EAN13, None, way=PLAIN)
    assert (verdict.number, verdict.is_sure) == ("5901234123457", True)
    assert plain is None or not plain.is_sure
