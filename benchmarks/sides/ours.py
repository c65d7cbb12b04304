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


def main(name: str) -> None:
    net = NETS[name]
    with tempfile.TemporaryDirectory() as folder:
        stage = StageRun(prepare(load_recipe(recipe(net, Path(folder)))), 0)
    networks = stage.networks
    variables = [v for model in networks.values() for v in model.trainable_variables if v.path.endswith("kernel")]
    for variable, kernel in zip(variables, kernels(net), strict=True):
        variable.assign(kernel)
    step = 0

    def first_losses() -> list[float]:
        nonlocal step
        totals = [0.0]
        for step in range(LOSS_STEPS):
            totals.append(stage.engine.call(step, 1).totals["loss"])
        step = LOSS_STEPS
        return np.diff(totals).tolist()

    def train() -> int:
        nonlocal step
        first, until = step, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            step += stage.engine.call(step, 10**9).steps
        return (step - first) * BATCH

    serve(first_losses, {f"aekit ({stage.compile})": train})


if __name__ == "__main__":
    main(sys.argv[1])
