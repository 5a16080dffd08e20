"""Which digits explain a profile best: exact search along the chain of digits, and a list of the best."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .layouts import Layout
from .templates import Templates, windows


@dataclass(frozen=True)
class Costs:
    """Squared misfit of every choice: base + sum of own[place, pattern] + sum of pairs[pattern, next] where they touch."""

    base: float
    own: np.ndarray
    pairs: np.ndarray


def own_costs(inks: np.ndarray, layout: Layout, looks: Templates) -> tuple[np.ndarray, np.ndarray]:
    """Base costs and own costs of many profiles under one blur: profiles, and profiles x places x patterns.

    `inks` are normalised profiles on the grid, 0 paper and 1 ink.
    """
    own = looks.own - 2 * windows(inks, layout) @ looks.digits.T + 2 * looks.onto_guards
    return ((inks - looks.guards) ** 2).sum(1), own


@lru_cache(maxsize=8)
def _sets(layout: Layout) -> list[np.ndarray]:
    """The patterns that each place may hold, whatever the first digit."""
    allowed = [np.unique(column) for column in layout.offsets.T]
    return [np.concatenate([np.arange(start, start + 10) for start in starts]) for starts in allowed]


def cheapest(own: np.ndarray, pairs: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """The cheapest patterns of each profile (Viterbi). Whether the number sets spell a first digit is not asked.

    own: profiles x places x patterns; pairs: patterns x patterns, or profiles x patterns x patterns.
    Returns costs and states, profiles and profiles x places.
    """
    # Profiles come last in what is compared, so that the least of many is found side by side.
    sets, mine = _sets(layout), own.transpose(1, 2, 0)
    joined = pairs.transpose(1, 2, 0) if pairs.ndim == 3 else pairs[:, :, None]
    reached = [mine[0, sets[0]]]
    for place in range(1, len(mine)):
        before = reached[-1][:, None]
        if layout.touching[place - 1]:
            before = before + joined[sets[place - 1][:, None], sets[place]]
        reached.append(before.min(0) + mine[place, sets[place]])
    return reached[-1].min(0), _traced(reached, joined, layout)


def _traced(reached: list[np.ndarray], joined: np.ndarray, layout: Layout) -> np.ndarray:
    """The patterns by which the cheapest end was reached: profiles x places."""
    sets, rows = _sets(layout), np.arange(reached[0].shape[-1])
    states = [sets[-1][reached[-1].argmin(0)]]
    for place in range(len(reached) - 2, -1, -1):
        before = reached[place]
        if layout.touching[place]:
            before = before + joined[sets[place][:, None], states[-1], rows if joined.shape[2] > 1 else 0]
        states.append(sets[place][before.argmin(0)])
    return np.stack(states[::-1], 1)


def cheapest_spelled(own: np.ndarray, pairs: np.ndarray, layout: Layout) -> np.ndarray:
    """States of the cheapest code whose number sets spell some first digit. The check digit may be wrong.

    own: profiles x places x patterns; pairs: profiles x patterns x patterns.  Returns profiles x places.
    """
    followed = layout.offsets[:, :, None] + np.arange(10)  # heads x places x digits
    choices = own[:, np.arange(own.shape[1])[None, :, None], followed]  # profiles x heads x places x digits
    cost, back = choices[:, :, 0], []
    for place in range(1, own.shape[1]):
        joined = pairs[:, followed[:, place - 1][:, :, None], followed[:, place][:, None, :]]
        steps = cost[..., None] + layout.touching[place - 1] * joined
        back.append(steps.argmin(2))
        cost = steps.min(2) + choices[:, :, place]
    rows, head = np.arange(len(own)), cost.min(2).argmin(1)
    digit, digits = cost[rows, head].argmin(1), []
    for place in range(own.shape[1] - 1, -1, -1):
        digits.append(digit)
        if place:
            digit = back[place - 1][rows, head, digit]
    states: np.ndarray = layout.offsets[head] + np.stack(digits[::-1], 1)
    return states


def _still_to_come(table: Costs, layout: Layout) -> np.ndarray:
    """The least that the digits to the right of each digit will cost: heads x places x digits."""
    followed = layout.offsets[:, :, None] + np.arange(10)
    least = np.zeros(followed.shape)
    for place in range(followed.shape[1] - 2, -1, -1):
        here, there = followed[:, place][:, :, None], followed[:, place + 1][:, None, :]
        onward = table.own[place + 1, there] + layout.touching[place] * table.pairs[here, there]
        least[:, place] = (onward + least[:, place + 1][:, None, :]).min(2)
    return least


def _least(costs: np.ndarray, most: int) -> np.ndarray:
    """Where the `most` lowest of all costs are, in no order."""
    flat = costs.ravel()
    return np.argpartition(flat, most)[:most] if most < len(flat) else np.arange(len(flat))


def ranked(table: Costs, layout: Layout, width: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs, heads and states of the `width` best codes, cheapest first. The check digit may be wrong.

    A beam search with a lower bound on what is still to come, so that it loses none of the best.
    """
    least = _still_to_come(table, layout)
    heads, digits = np.repeat(np.arange(len(layout.heads)), 10), np.tile(np.arange(10), len(layout.heads))
    states = (layout.offsets[heads, 0] + digits)[:, None]
    cost = table.base + table.own[0, states[:, 0]]
    for place in range(1, len(layout.digits_at)):
        following = layout.offsets[heads, place][:, None] + np.arange(10)
        joined = layout.touching[place - 1] * table.pairs[states[:, -1][:, None], following]
        spread = cost[:, None] + joined + table.own[place, following]
        row, column = np.unravel_index(_least(spread + least[heads, place], width), spread.shape)
        cost, heads = spread[row, column], heads[row]
        states = np.concatenate([states[row], following[row, column][:, None]], 1)
    order = np.argsort(cost)
    return cost[order], heads[order], states[order]


def checked(layout: Layout, heads: np.ndarray, states: np.ndarray) -> np.ndarray:
    """The rows whose check digit is right, in their order."""
    if layout.check_weights is None:
        return np.array([row for row, spelled in enumerate(numbers(layout, heads, states)) if spelled], int)
    first = np.array([[int(digit) for digit in head] for head, _ in layout.heads], int)[heads]
    return np.nonzero(np.concatenate([first, states % 10], 1) @ layout.check_weights % 10 == 0)[0]


def numbers(layout: Layout, heads: np.ndarray, states: np.ndarray) -> list[str]:
    """The number that each code spells, "" where the check digit is wrong."""
    return [
        layout.spell(layout.heads[head][0], [int(state) % 10 for state in row]) for head, row in zip(heads, states, strict=True)
    ]
