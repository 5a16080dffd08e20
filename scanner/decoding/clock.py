"""How long a photo may be looked at. No engine can be interrupted, so that a look is only begun where its cost fits in.

What a megapixel costs depends on what is in the picture, and on how busy the machine is: the first, quick look tells. The
others take up to so many times as long (pictures of text, grain, stripes and labels, measured).
"""

from time import perf_counter

from .pictures import Picture

_TIMES = {"zxing-": 2.5, "zxing": 6, "zxing1": 3, "zbar": 8, "mesh": 3}
_LEAST, _MOST = 0.003, 0.03  # seconds a megapixel of the first look: plain board, and grain
_LEAST_SHARE = 0.1  # of the pixels: smaller than that, nothing is gained over the first look
_DECODING = 0.008  # seconds a megapixel of a JPEG


class Clock:
    """Runs from now until the budget is spent."""

    def __init__(self, budget_ms: float) -> None:
        self.until = perf_counter() + budget_ms / 1000
        self._rate = _MOST

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - perf_counter()

    def learn(self, view: Picture, seconds: float) -> None:
        """Note what the first look cost."""
        self._rate = max(_LEAST, seconds / _megapixels(view))

    def affordable(self, view: Picture, engine: str) -> Picture | None:
        """The view as large as an engine can look at it in the time that is left; None where that is no use."""
        share = self.left / (_TIMES[engine] * self._rate * _megapixels(view))
        if share < _LEAST_SHARE:
            return None
        return view if share >= 1 else view.scaled(share**0.5)

    def allows_decoding(self, pixels: int) -> bool:
        """Whether there is time to decode a whole photo, and to look at some of it."""
        return 2 * _DECODING * pixels / 1e6 < self.left


def _megapixels(view: Picture) -> float:
    return view.grey.width * view.grey.height / 1e6
