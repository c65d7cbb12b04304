"""aekit: the engine as a run uses it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from aekit.recipe import load_recipe
from aekit.training.setup import prepare
from aekit.training.stages import StageRun
from benchmarks.nets import BATCH, EPSILON, LOSS_STEPS, NETS, RATE, Net, examples, kernels
from benchmarks.sides.serving import serve

SECONDS = 2.0
MODES = ("graph", "xla_update", "xla")


def recipe(net: Net, folder: Path) -> Path:
    np.savez(folder / "x.npz", x_train=examples(net), x_validation=examples(net)[:256], x_test=examples(net)[:256])
    mlp = {"type": "mlp"}
    down = {"type": "conv", "filters": list(net.filters)} if net.filters else {**mlp, "units": list(net.encoder)}
    up = {"type": "conv", "filters": list(net.filters[::-1])} if net.filters else {**mlp, "units": list(net.decoder)}
    content = {
        "data": {"type": "npz", "path": str(folder / "x.npz"), "value_range": [0, 1]},
        "encoder": down,
        "latent": {"type": "plain", "size": net.code},
        "decoder": up,
        "trainer": {"type": "autoencoder", "optimizer": {"type": "adam", "learning_rate": RATE, "epsilon": EPSILON}},
        "losses": {"mse": {}},
        "steps": 10**9,
        "batch_size": BATCH,
    }
    path = folder / "throughput.yaml"
    path.write_text(json.dumps(content))
    return path


class Loop:
    """A stage that trains on the common kernels, a few seconds at a time."""

    def __init__(self, net: Net, file: Path, compiled: str) -> None:
        self.stage = StageRun(prepare(load_recipe(file, [f"compile={compiled}"])), 0)
        models = self.stage.networks.values()
        variables = [v for model in models for v in model.trainable_variables if v.path.endswith("kernel")]
        for variable, kernel in zip(variables, kernels(net), strict=True):
            variable.assign(kernel)
        self.step = 0

    def first_losses(self) -> list[float]:
        totals = [0.0]
        for _ in range(LOSS_STEPS):
            totals.append(self.stage.engine.call(self.step, 1).totals["loss"])
            self.step += 1
        return np.diff(totals).tolist()

    def train(self) -> int:
        first, until = self.step, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            self.step += self.stage.engine.call(self.step, 10**9).steps
        return (self.step - first) * BATCH


def main(name: str) -> None:
    net = NETS[name]
    with tempfile.TemporaryDirectory() as folder:
        file = recipe(net, Path(folder))
        chosen = Loop(net, file, "auto")
        others = [mode for mode in MODES if mode != chosen.stage.compile and not (net.filters and mode == "xla")]
        loops = {f"aekit (auto: {chosen.stage.compile})": chosen}
        loops |= {f"with compile: {mode}": Loop(net, file, mode) for mode in others}
    serve(chosen.first_losses, {name: loop.train for name, loop in loops.items()})


if __name__ == "__main__":
    main(sys.argv[1])
