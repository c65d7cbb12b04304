"""Run directories as the engine writes them, made up without it: for the terminal UI's tests and benchmarks.

`python -m benchmarks.recorded FOLDER` writes one of each kind.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aekit.run import RunDirectory, hostname, process_start

#: 2026-11-22T06:10:31 UTC.
BEGAN = 1_795_327_831.0

RECIPE = """\
# Handwritten digits through 8 numbers.
data: {{type: digits}}
encoder: {{type: mlp, units: [{units}]}}
latent: {{type: plain, size: 8}}
decoder: {{type: mlp, units: [{units}]}}
trainer: {{type: autoencoder, optimizer: adam, learning_rate: 0.001}}
losses: {{mse: {{}}}}
epochs: 40
metrics: {{squared_error: {{}}, pca_baseline: {{}}}}
"""
UNIT = "squared error per image"
MEASURES = {
    "squared_error": {
        "test": {"value": 0.818, "n": 180, "standard_error": 0.033, "unit": UNIT, "direction": "lower"},
    },
    "pca_baseline.squared_error": {
        "test": {"value": 1.566, "n": 180, "standard_error": 0.05, "unit": UNIT, "direction": "lower"},
    },
}


@dataclass
class Recording:
    """One run being made up.

    Args:
        root: the folder of runs.
        name: of the recipe.
        began: seconds since 1970.
        units: of its recipe.
        alive: the process of the run is this one, so that it counts as running.
    """

    root: Path
    name: str = "digits"
    began: float = BEGAN
    units: int = 256
    alive: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        stamp = time.strftime("%Y-%m-%dT%H%M%S", time.gmtime(self.began))
        self.run = RunDirectory(self.root / f"{stamp}-{self.name}")
        self.run.previews.mkdir(parents=True)
        self.run.recipe.write_text(RECIPE.format(units=self.units))
        self.time = self.began
        who = {
            "pid": os.getpid() if self.alive else 2**22 - 3,
            "host": hostname(),
            "process_start": process_start(os.getpid()) if self.alive else "gone/1",
        }
        info = {
            "format": 1,
            "id": self.run.id,
            "command": ["aekit", "run", self.name],
            "seed": 0,
            "created": self.began,
            **who,
        }
        self.run.info.write_text(json.dumps(info))
        self.add("started", **who, resumed_from=None, command=["worker"])

    def add(self, kind: str, /, after: float = 0.0, **fields: Any) -> Recording:
        """One more event, so many seconds after the last."""
        self.time += after
        self.events.append({"n": len(self.events), "time": round(self.time, 3), "type": kind, **fields})
        return self

    def stage(self, steps: int = 6600, **fields: Any) -> Recording:
        """A stage begins, the only one and of one phase, where `fields` do not say otherwise."""
        parameters = {"encoder": 16_640, "latent": 2_056, "decoder": 18_752}
        about = {
            "name": "train", "index": 0, "phase": "train", "phases": ["train"], "steps": steps, "first_step": 0,
            "total_stages": 1, "steps_per_epoch": steps // 40 or 1, "batch_size": 128, "parameters": parameters,
            "compile": "xla_loop", "status": "tracing",
        }  # fmt: skip
        return self.add("stage", 2.0, **about | fields)

    def train(
        self,
        steps: int,
        every: int,
        losses: tuple[str, ...] = ("loss", "mse"),
        seed: int = 0,
        first: int = 0,
        scale: float = 1.0,
    ) -> Recording:
        """Step and epoch events of the steps after `first`, with losses that fall and a little noise."""
        noise = np.random.default_rng(seed)
        per_epoch = max(1, steps // 40)
        for step in range(every, steps + 1, every):
            base = scale * 0.08 * np.exp(-4 * step / steps) + scale * 0.012
            values = {name: round(float(base * (1 + 0.05 * noise.standard_normal())), 7) for name in losses}
            self.add(
                "step",
                0.1,
                step=first + step,
                epoch=round(step / per_epoch, 3),
                losses=values,
                rate=91_000.0,
                learning_rate=0.001,
            )
            if step % per_epoch < every:
                validation = {name: round(float(base * 1.1), 7) for name in losses}
                self.add("epoch", step=first + step, epoch=step // per_epoch, train=values, validation=validation)
        return self

    def preview(self, step: int, sharpness: float, count: int = 8, **fields: Any) -> Recording:
        """Reconstructions of rings: input over output, as float32 in [0, 1]; `fields` come to the event's own."""
        y, x = np.mgrid[-1:1:8j, -1:1:8j]
        radii = np.linspace(0.3, 1.0, count)
        images = np.stack([np.exp(-12 * (np.hypot(x, y) - r) ** 2) for r in radii])[..., None].astype("float32")
        outputs = (sharpness * images + (1 - sharpness) * images.mean(axis=0)).astype("float32")
        name = f"reconstruction-{step:06d}"
        np.save(self.run.previews / f"{name}.npy", np.stack([images, outputs]))
        errors = np.square(images - outputs).reshape(count, -1).sum(axis=1).round(6).tolist()
        return self.add(
            "preview", step=step, kind="reconstruction", file=f"previews/{name}.png", arrays=f"previews/{name}.npy",
            grid=[2, count], errors=errors, data="rings", range=[0.0, 1.0], **fields,
        )  # fmt: skip

    def filters(self, step: int, count: int = 8) -> Recording:
        """What so many units respond to: waves about the middle of [0, 1]."""
        wave = np.sin(np.arange(1, count + 1)[:, None] * np.linspace(0.0, 2.0, 64)).reshape(1, count, 8, 8, 1)
        name = f"filters-{step:06d}"
        np.save(self.run.previews / f"{name}.npy", (0.5 + 0.5 * wave).astype("float32"))
        return self.add(
            "preview", step=step, kind="filters", file=f"previews/{name}.png", arrays=f"previews/{name}.npy",
            grid=[1, count], errors=[], data="rings", range=[0.0, 1.0],
        )  # fmt: skip

    def checkpoint(self, step: int, reason: str = "interval") -> Recording:
        return self.add(
            "checkpoint", step=step, file=f"checkpoints/step-{step:06d}.h5", sha256="0" * 64, best=False, reason=reason
        )

    def write(self) -> RunDirectory:
        """Put the log on disk, with the time of its last event."""
        self.run.events.write_text("".join(json.dumps(event) + "\n" for event in self.events))
        if not self.alive:
            os.utime(self.run.events, (self.time, self.time))
        return self.run


def finished(root: Path, began: float = BEGAN, units: int = 256, seed: int = 0) -> RunDirectory:
    """A run of `digits` to its end, with pictures of five steps."""
    recording = Recording(root, began=began, units=units).stage()
    recording.train(6600, 66, seed=seed)
    for number, step in enumerate(range(0, 6601, 1650)):
        recording.preview(step, sharpness=0.2 + 0.19 * number)
    recording.checkpoint(6600, "end of stage").add("finished", 0.5, step=6600, seconds=11.2, measures=MEASURES)
    recording.run.metrics.write_text(json.dumps({"format": 1, "step": 6600, "measures": MEASURES}))
    return recording.write()


def running(root: Path, began: float | None = None) -> RunDirectory:
    """A run whose process is this one, in the middle of its training."""
    recording = Recording(root, "digits-conv", began=began or time.time() - 40, alive=True).stage()
    return recording.train(2400, 60, seed=3).preview(2400, 0.6).checkpoint(2000).write()


def stopped(root: Path, began: float = BEGAN + 3600) -> RunDirectory:
    recording = Recording(root, "faces", began=began).stage().train(1200, 60, seed=1).preview(1200, 0.5)
    recording.checkpoint(1200, "stop")
    return recording.add("stopped", step=1200, checkpoint="checkpoints/step-001200.h5", reason="SIGTERM").write()


def failed(root: Path, began: float = BEGAN + 7200) -> RunDirectory:
    message = (
        "loss became NaN or infinite at step 340; the last good checkpoint is step-000300.h5. "
        "A lower learning rate or clipnorm on the optimizer often helps"
    )
    recording = Recording(root, "gan-digits", began=began).stage().train(300, 30, seed=2).checkpoint(300)
    return recording.add(
        "failed", step=340, error="NonFiniteError", message=message, checkpoint="checkpoints/step-000300.h5"
    ).write()


def lost(root: Path, began: float = BEGAN + 10_800) -> RunDirectory:
    return Recording(root, "mnist-deep", began=began).stage(53_700).train(900, 90, seed=4).write()


def one_of_each(root: Path) -> dict[str, RunDirectory]:
    """A run in every state, by state; two finished ones, "finished" and "other"."""
    return {
        "finished": finished(root),
        "other": finished(root, BEGAN + 1800, units=64, seed=7),
        "stopped": stopped(root),
        "failed": failed(root),
        "lost": lost(root),
        "running": running(root),
    }


def long(root: Path, points: int, metrics: int = 2, began: float = BEGAN - 86_400) -> RunDirectory:
    """A finished run with so many step events of so many losses."""
    names = ("loss", *(f"part_{number}" for number in range(1, metrics)))
    recording = Recording(root, "long", began=began).stage(points).train(points, 1, names)
    return recording.add("finished", step=points, seconds=points / 10, measures=MEASURES).write()


def many(root: Path, count: int, began: float = BEGAN - 864_000) -> list[RunDirectory]:
    """So many small finished runs."""
    runs = []
    for number in range(count):
        recording = Recording(root, f"sweep-{number:04d}", began=began + 60 * number).stage(400)
        recording.train(400, 40, seed=number)
        runs.append(recording.add("finished", step=400, seconds=4.0, measures=MEASURES).write())
    return runs


if __name__ == "__main__":
    for state, run in one_of_each(Path(sys.argv[1])).items():
        print(f"{state:10} {run.path}")
