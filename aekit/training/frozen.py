"""The frozen part of a phase: applied to all examples once where the results fit into memory, else to each batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

#: Examples that go through the frozen part at once.
ROWS = 1024


class Frozen:
    """Arrays of a split, and what a phase's frozen part makes of their x.

    Args:
        stored: the arrays of the whole split on the device, "x" among them; None where they are not.
        part: a function of x in data units that stays the same; None leaves x as it is.
        to_float: stored examples to data units.
        memory: bytes that computing all results at once may take.
    """

    def __init__(
        self,
        stored: Mapping[str, Any] | None,
        part: Callable[[Any], Any] | None,
        to_float: Callable[[Any], Any],
        memory: int,
    ) -> None:
        self._stored, self._part, self._to_float, self._memory = stored, part, to_float, memory
        self._arrays: dict[str, Any] | None = None

    @property
    def arrays(self) -> dict[str, Any]:
        """The arrays for `apply`; their x is computed when they are first asked for, before a step is traced."""
        if self._arrays is None:
            self._arrays = dict(self._stored or {})
            if self._part and self._arrays and self._fits(self._arrays["x"]):
                self._arrays["x"], self._part = self._computed(self._arrays["x"]), None
        return self._arrays

    def apply(self, x: Any) -> Any:
        """The frozen part of x, a batch in data units, where it is not done yet."""
        return self._part(x) if self._part else x

    def _run(self, x: Any) -> Any:
        assert self._part
        return tf.cast(self._part(self._to_float(x)), "float32")

    def _fits(self, x: Any) -> bool:
        one = self._run(x[:1])
        # The parts and what they are joined into are in memory together.
        return bool(2 * len(x) * one.shape.num_elements() * one.dtype.size <= self._memory)

    def _computed(self, x: Any) -> Any:
        run = tf.function(self._run, autograph=False, reduce_retracing=True)
        return tf.concat([run(x[start : start + ROWS]) for start in range(0, len(x), ROWS)], axis=0)
