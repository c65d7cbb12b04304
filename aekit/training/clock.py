"""When a run reports, previews and checkpoints: often at first, rarer as it grows old, never so often as to cost."""

from __future__ import annotations

import time

from aekit.recipe import Recipe
from aekit.training.progress import Progress


class Clock:
    """Due times of one session, in seconds of wall time since it began.

    Step events come every 0.1 s at first and at most every second in a run of ten minutes and more; previews every 5 s
    at first and at most at the recipe's interval; checkpoints at the recipe's interval.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._began = time.monotonic()
        self._preview_at = 0.0
        self._checkpoint_at = recipe.checkpoints.seconds if recipe.checkpoints else 0.0
        self._reported_at, self._reported_step = 0.0, 0
        self._sums: dict[str, float] = {}
        self._summed = 0

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def restart(self, progress: Progress) -> None:
        """A phase begins: its first call is traced, which no rate should count."""
        self._reported_at, self._reported_step = self.seconds(), progress.total
        self.begin(progress)

    def begin(self, progress: Progress) -> None:
        """The sums start here: a phase began, or a validation pass has taken them."""
        self._sums, self._summed = dict(progress.sums), progress.summed

    def report_due(self) -> bool:
        now = self.seconds()
        return now - self._reported_at >= min(1.0, max(0.1, now / 600))

    def unreported(self, progress: Progress) -> bool:
        return progress.summed > self._summed

    def report(self, progress: Progress, examples_per_step: int) -> tuple[dict[str, float], float]:
        """The losses' means since the last report or validation pass, and examples per second since the last report."""
        now, steps = self.seconds(), progress.summed - self._summed
        means = {name: (total - self._sums.get(name, 0.0)) / steps for name, total in progress.sums.items()}
        rate = (progress.total - self._reported_step) * examples_per_step / max(1e-9, now - self._reported_at)
        self._reported_at, self._reported_step = now, progress.total
        self.begin(progress)
        return means, rate

    def preview_due(self) -> bool:
        now = self.seconds()
        if now < self._preview_at:
            return False
        longest = self.recipe.previews.seconds if self.recipe.previews else 60.0
        self._preview_at = now + min(longest, max(5.0, now / 5))
        return True

    def checkpoint_due(self) -> bool:
        now = self.seconds()
        if now < self._checkpoint_at:
            return False
        assert self.recipe.checkpoints is not None
        self._checkpoint_at = now + self.recipe.checkpoints.seconds
        return True
