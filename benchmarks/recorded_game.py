"""Run directories of generative adversarial networks, made up as those of `benchmarks.recorded` are."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from aekit.run import RunDirectory
from benchmarks.recorded import BEGAN, Recording

RECIPE = """\
# A game on handwritten digits.
data: {type: digits}
latent: {type: prior, size: 16, distribution: normal}
generator: {type: mlp, units: [64, 64]}
discriminator: {type: mlp, units: [64]}
trainer: {type: gan, optimizer: adam}
losses: {gan_bce: {}}
epochs: 30
on_collapse: rollback
"""
ALIKE = "samples are alike: they differ by 4% of what examples differ by"
LENGTH, EVERY = 600, 20


def game(root: Path, began: float | None = None, name: str = "gan-digits") -> Recording:
    """A game whose training is still to be told.

    Args:
        began: when; by default the run is alive.
    """
    recording = Recording(root, name, began=began or time.time() - 40, alive=began is None)
    recording.run.recipe.write_text(RECIPE)
    parameters = {"latent": 0, "generator": 9_408, "discriminator": 4_225}
    return recording.stage(LENGTH, steps_per_epoch=EVERY, parameters=parameters)


def played(recording: Recording, first: int, last: int, health: str = "ok", worth: float = 1.0) -> Recording:
    """The steps from `first` to `last`, a validation pass and samples every twentieth.

    Args:
        health: as the trainer judges them.
        worth: 1 where samples are as diverse as the data, 0 where they are one picture.
    """
    noise = np.random.default_rng(first)
    for step in range(first + 5, last + 1, 5):
        shake = 1 + 0.05 * float(noise.standard_normal())
        discriminator, generator = 1.1 * shake - 0.6 * (1 - worth), 0.9 / shake + 2 * (1 - worth)
        losses = {"discriminator": discriminator, "generator": generator, "loss": discriminator + generator}
        losses = {key: round(value, 6) for key, value in losses.items()}
        gauges = {
            "real_score": round(0.99 - 0.35 * worth * shake, 6),
            "fake_score": round(0.35 * worth / shake, 6),
            "saturation": round(0.9 * (1 - worth), 6),
            "gradient_ratio": round(0.5 * shake * max(worth, 0.002), 6),
        }
        epoch = round(step / EVERY, 3)
        recording.add("step", 0.1, step=step, epoch=epoch, losses=losses, gauges=gauges, rate=21_000.0)
        if step % EVERY == 0:
            examined = {"diversity": round(0.95 * worth * shake + 0.04, 6), "coverage": round(0.6 * worth, 6)}
            told = {"train": losses, "validation": losses, "gauges": {**gauges, **examined}, "health": health}
            recording.add("epoch", step=step, epoch=epoch, **told)
            samples(recording, step, worth)
    return recording


def samples(recording: Recording, step: int, worth: float) -> Recording:
    """A grid of rings of eight radii and eight strengths, all of them alike where `worth` is 0."""
    y, x = np.mgrid[-1:1:8j, -1:1:8j]
    radii = 0.6 + worth * np.linspace(-0.4, 0.4, 8)[:, None, None, None]
    strengths = 0.9 - worth * np.linspace(0.0, 0.5, 8)[None, :, None, None]
    rings = strengths * np.exp(-12 * (np.hypot(x, y)[None, None] - radii) ** 2)
    name = f"samples-{step:06d}"
    np.save(recording.run.previews / f"{name}.npy", rings[..., None].astype("float32"))
    return recording.add(
        "preview", step=step, kind="samples", file=f"previews/{name}.png", arrays=f"previews/{name}.npy",
        grid=[8, 8], errors=[], data="rings", range=[0.0, 1.0],
    )  # fmt: skip


def kept(recording: Recording, step: int, reason: str = "interval") -> Recording:
    """A checkpoint whose file is there, empty as it is."""
    recording.run.checkpoints.mkdir(exist_ok=True)
    (recording.run.checkpoints / f"step-{step:06d}.h5").touch()
    return recording.checkpoint(step, reason)


def alert(recording: Recording, step: int, state: str, *reasons: str) -> Recording:
    message = "; ".join((state if state != "ok" else "training goes well again", *reasons))
    return recording.add("alert", step=step, state=state, reasons=list(reasons), message=message)


def collapsed(root: Path, began: float | None = BEGAN + 9000) -> Recording:
    """A game that went back once, and then collapsed for good."""
    recording = kept(played(game(root, began), 0, 200), 200)
    played(recording, 200, 280, worth=0.3)
    alert(recording, 280, "collapsed", ALIKE)
    recording.add(
        "rollback", step=280, resumed_from=200, rollbacks=1, rate=0.5,
        message=f"back to step 200, rollback 1 of at most 3: {ALIKE}",
    )  # fmt: skip
    kept(played(recording, 200, 400), 400)
    played(recording, 400, 460, worth=0.4)
    alert(recording, 460, "warning", "samples are alike: they differ by 42% of what examples differ by")
    kept(played(recording, 460, 500, "warning", worth=0.1), 500)
    alert(recording, 500, "collapsed", ALIKE)
    return played(recording, 500, 560, "collapsed", worth=0.0)


def stopped_game(root: Path, began: float = BEGAN + 9000) -> RunDirectory:
    """A collapsed game that somebody has stopped."""
    recording = kept(collapsed(root, began), 560, "stop")
    return recording.add("stopped", step=560, checkpoint="checkpoints/step-000560.h5", reason="SIGTERM").write()


def won(root: Path, began: float = BEGAN + 12_600) -> RunDirectory:
    """A game that went well to its end."""
    recording = kept(played(game(root, began, "gan-rings"), 0, LENGTH), LENGTH, "end of stage")
    return recording.add("finished", 0.5, step=LENGTH, seconds=8.1, measures={}).write()
