"""The engine: many steps inside one compiled call.

```
Engine.call(limit) ── one tf.function ── while_loop over K steps ── batch ── step: train_step, count
```
K grows until a call takes about TARGET_SECONDS, so Python costs nothing and a request is answered within about 100 ms.
The losses are summed on the device, in the order of the steps and across calls, so K never changes the numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from aekit.dataset import Data
from aekit.training.feed import Feed, on_device, read_rows, to_float
from aekit.training.frozen import Frozen
from aekit.training.trainer import Trainer

TARGET_SECONDS = 0.075
#: Rows of a lazily read split that are tested at once.
TEST_WINDOW = 8192


@dataclass(frozen=True)
class Call:
    """What one compiled call did.

    Attributes:
        steps: how many steps it made; fewer than asked for where a loss was no longer finite.
        totals: {name: sum since `reset`}, in float64.
        broken: names of the losses that were NaN or infinite in the last step.
        seconds: wall time.
    """

    steps: int
    totals: dict[str, float]
    broken: tuple[str, ...]
    seconds: float


class Engine:
    """Runs a trainer's steps on a feed.

    Args:
        trainer: traced in its present phase.
        feed: the batches.
        compiled: how much XLA compiles: "graph", nothing; "xla_update", the optimizers' updates; "xla", the step;
            "xla_loop", the loop and all in it.
    """

    def __init__(self, trainer: Trainer, feed: Feed, compiled: str = "graph") -> None:
        self.trainer, self.feed = trainer, feed
        self.steps_per_call = 1
        self.names: tuple[str, ...] = ()
        trainer.compiled = compiled
        feed.freeze(trainer.frozen_part())
        self._step = tf.function(self._one_step, jit_compile=compiled == "xla", autograph=False)
        self._loop = tf.function(self._many_steps, jit_compile=compiled == "xla_loop", autograph=False)
        self._totals: Any = None
        self._restored: dict[str, float] = {}
        self._traced = False

    def call(self, step: int, limit: int) -> Call:
        """At most `limit` steps from step `step` of the stage on."""
        window = self.feed.window(step)
        steps = min(self.steps_per_call, limit, window.steps)
        self._prepare(window)
        started = time.perf_counter()
        done, self._totals, last = self._loop(
            *window.inputs, tf.constant(window.position), tf.constant(steps), self._totals
        )
        values = last.numpy()
        seconds = time.perf_counter() - started
        self._adapt(steps, seconds)
        broken = tuple(name for name, value in zip(self.names, values, strict=True) if not np.isfinite(value))
        return Call(int(done), dict(zip(self.names, self._totals.numpy().tolist(), strict=True)), broken, seconds)

    def restore_totals(self, totals: dict[str, float]) -> None:
        """Go on summing from these sums; {} starts from zero."""
        self._restored = totals
        self._totals = None

    def _prepare(self, window: Any) -> None:
        if not self.names:
            batch = tf.function(self._batch, autograph=False).get_concrete_function(*window.inputs, tf.constant(0))
            specs = {name: tf.TensorSpec(t.shape, t.dtype) for name, t in batch.structured_outputs.items()}
            traced = self._step.get_concrete_function(specs)
            self.names = tuple(sorted(traced.structured_outputs))
        if self._totals is None:
            self._totals = tf.constant([self._restored.get(name, 0.0) for name in self.names], "float64")

    def _adapt(self, steps: int, seconds: float) -> None:
        if not self._traced:
            self._traced = True
        elif steps == self.steps_per_call:
            self.steps_per_call = max(1, int(steps * min(4.0, max(0.5, TARGET_SECONDS / seconds))))

    def _batch(self, arrays: dict[str, Any], order: Any, position: Any) -> dict[str, Any]:
        return self.feed.batch(arrays, order, position, self.trainer.step.value)

    def _one_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        logs = self.trainer.train_step(batch)
        self.trainer.step.assign_add(1)
        return {name: tf.cast(value, "float32") for name, value in logs.items()}

    def _many_steps(self, arrays: dict[str, Any], order: Any, position: Any, steps: Any, totals: Any) -> Any:
        def go_on(done: Any, totals: Any, last: Any) -> Any:
            return (done < steps) & tf.reduce_all(tf.math.is_finite(last))

        def body(done: Any, totals: Any, last: Any) -> Any:
            logs = self._step(self._batch(arrays, order, position + done))
            last = tf.stack([logs[name] for name in self.names])
            return done + 1, totals + tf.cast(last, "float64"), last

        start = (tf.constant(0), totals, tf.zeros((len(self.names),), "float32"))
        return tf.while_loop(go_on, body, start, parallel_iterations=1)


class Evaluator:
    """Means over a whole split: every example counts once, the last batch being as small as it is.

    Args:
        trainer: its `test_step` is traced with a batch axis of unknown length.
        data, split: which examples.
        memory: bytes above which a lazily read split is read in windows.
    """

    def __init__(self, trainer: Trainer, data: Data, split: str, batch_size: int, memory: int) -> None:
        self.trainer, self.data, self.batch_size = trainer, data, batch_size
        self.split = data.splits[split]
        self._run = tf.function(self._all_batches, autograph=False, reduce_retracing=True)
        fits = not (self.split.lazy and self.split.nbytes > memory)
        self._arrays = on_device(self.split, np.arange(len(self.split)) if self.split.lazy else None) if fits else None
        self._frozen = Frozen(self._arrays, trainer.frozen_part(), self._to_float, memory)

    def means(self) -> dict[str, float]:
        sums: dict[str, float] = {}
        for arrays in self._windows():
            for name, value in self._run(arrays).items():
                sums[name] = sums.get(name, 0.0) + float(value)
        return {name: value / len(self.split) for name, value in sums.items()}

    def _to_float(self, x: Any) -> Any:
        return to_float(x, self.data.value_range)

    def _windows(self) -> Any:
        if self._arrays is not None:
            yield self._frozen.arrays
            return
        for start in range(0, len(self.split), TEST_WINDOW):
            rows = np.arange(start, min(start + TEST_WINDOW, len(self.split)))
            arrays = {"x": tf.constant(read_rows(self.data, self.split, rows))}
            yield arrays if self.split.y is None else arrays | {"y": tf.constant(self.split.y[rows])}

    def _one_batch(self, arrays: dict[str, Any], start: Any, stop: Any) -> dict[str, Any]:
        batch = {name: array[start:stop] for name, array in arrays.items()}
        batch["x"] = self._frozen.apply(self._to_float(batch["x"]))
        weight = tf.cast(stop - start, "float64")
        return {name: weight * tf.cast(v, "float64") for name, v in self.trainer.test_step(batch).items()}

    def _all_batches(self, arrays: dict[str, Any]) -> dict[str, Any]:
        count = tf.shape(arrays["x"])[0]

        def go_on(start: Any, sums: Any) -> Any:
            return start < count

        def body(start: Any, sums: Any) -> Any:
            stop = tf.minimum(start + self.batch_size, count)
            values = self._one_batch(arrays, start, stop)
            return stop, {name: sums[name] + values[name] for name in sums}

        first = tf.minimum(self.batch_size, count)
        return tf.while_loop(
            go_on, body, (first, self._one_batch(arrays, tf.constant(0), first)), parallel_iterations=1
        )[1]
