"""How training goes: its trainer judges after each validation pass, and a lasting change is an alert."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from aekit.dataset import Data
from aekit.run import EventLog
from aekit.training.networks import Networks
from aekit.training.progress import Health
from aekit.training.sampling import unfitted_codes
from aekit.training.trainer import Trainer

if TYPE_CHECKING:
    from aekit.training.stages import StageRun

#: A quarter of a phase's judgements, but so many at least and at most, do not count while none was good: the networks
#: are untrained. PATIENCE alike in a row change the state.
GRACE, PATIENCE = (8, 20), 3
#: Examples and codes that the trainer examines, and the codes' seed.
PROBES, SEED = 256, 2014


class Watch:
    """Examines a stage's trainer on probes that are the same for every run on the same data.

    Args:
        data: whose first validation examples are probes.
        networks: that turn codes into examples.
        log: where alerts go.
    """

    def __init__(self, data: Data, networks: Networks, log: EventLog) -> None:
        self._data, self._networks, self._log = data, networks, log
        self._probes: dict[str, Any] = {}
        self._of: tuple[StageRun, str] | None = None
        self._examine: Any = None

    def figures(self, stage: StageRun) -> dict[str, float]:
        """What the trainer finds besides its losses; nothing for most trainers."""
        if type(stage.trainer).examine is Trainer.examine:
            return {}
        if not self._probes:
            codes = unfitted_codes(self._networks, PROBES, SEED)
            self._probes = {"x": tf.constant(self._data.first("validation", PROBES)), "z": tf.constant(codes)}
        if self._of != (stage, stage.trainer.phase):
            self._of = (stage, stage.trainer.phase)
            self._examine = tf.function(partial(_examined, stage.trainer), autograph=False)
        with stage.randomness_kept():
            found = self._examine(self._probes)
        return {name: float(np.asarray(value)) for name, value in found.items()}

    def judge(self, stage: StageRun, health: Health, figures: Mapping[str, float], step: int) -> tuple[str, ...]:
        """Take note of the trainer's verdict, and alert where the state changes; why, where it has just collapsed."""
        verdict = stage.trainer.judge(figures)
        health.seen += 1
        health.proven |= verdict.state == "ok" or health.seen > grace(stage.steps // stage.test_every)
        state, reasons = (verdict.state, verdict.reasons) if health.proven else ("ok", ())
        health.times = health.times + 1 if state == health.verdict else 1
        health.verdict = state
        if state == health.state or health.times < PATIENCE:
            return ()
        health.state = state
        message = "; ".join((state if state != "ok" else "training goes well again", *reasons))
        self._log.write("alert", step=step, state=state, reasons=list(reasons), message=message)
        return reasons if state == "collapsed" else ()


def grace(judgements: int) -> int:
    """How many of a phase's judgements do not count while none was good."""
    fewest, most = GRACE
    return max(fewest, min(most, judgements // 4))


def _examined(trainer: Trainer, probes: dict[str, Any]) -> dict[str, Any]:
    return trainer.examine(probes)
