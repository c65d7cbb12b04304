"""Run directories of several stages, made up as those of `benchmarks.recorded` are."""

from __future__ import annotations

import time
from pathlib import Path

from aekit.run import RunDirectory
from benchmarks.recorded import BEGAN, MEASURES, UNIT, Recording

LAYERS = ("layer 1, 64-256", "layer 2, 256-64", "layer 3, 64-8")
STAGES = """\
stages:
- {name: pretrain, trainer: {type: rbm}, epochs: 40}
- {name: finetune, trainer: {type: autoencoder, optimizer: adam}, losses: {mse: {}}, epochs: 40}
"""


def pretraining(root: Path, layers: int, began: float | None = None, name: str = "digits-rbm") -> Recording:
    """A run of two stages as far as the last layer that has begun, whose training is still to be told.

    Args:
        began: when; by default the run is alive.
    """
    recording = Recording(root, name, began=began or time.time() - 40, alive=began is None)
    recording.run.recipe.write_text(recording.run.recipe.read_text().partition("trainer:")[0] + STAGES)
    for place, layer in enumerate(LAYERS[:layers]):
        first = 400 * place
        recording.stage(400, name="pretrain", phase=layer, phases=list(LAYERS), first_step=first, total_stages=2)
        if place + 1 < layers:
            layer_trained(recording, place)
    return recording


def layer_trained(recording: Recording, place: int) -> Recording:
    """The steps of a layer of `pretraining`, by its place."""
    losses = ("loss", "free_energy")
    recording.train(400, 10, losses, seed=place, first=400 * place, scale=1000 * (place + 1))
    return recording.preview(400 * (place + 1), 0.2 * (place + 1)).filters(400 * (place + 1))


def staged(root: Path, began: float = BEGAN + 5400) -> RunDirectory:
    """A finished run of two stages, the first of three phases."""
    recording = layer_trained(pretraining(root, 3, began), 2)
    reached = {"value": 2.442, "n": 180, "standard_error": 0.078, "unit": UNIT, "direction": "lower"}
    recording.checkpoint(1200, "end of stage")
    recording.add("measured", step=1200, stage="pretrain", measures={"squared_error": {"validation": reached}})
    recording.stage(800, name="finetune", index=1, first_step=1200, total_stages=2)
    recording.train(800, 10, first=1200).preview(2000, 0.9).checkpoint(2000, "end of stage")
    return recording.add("finished", 0.5, step=2000, seconds=9.0, measures=MEASURES).write()
