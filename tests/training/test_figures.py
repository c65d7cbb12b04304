"""What metrics leave in a run beside their measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from aekit.run import read_events
from aekit.training.measuring import measure_run

FRAMES = "data={type: photo_patches, image: camera, side: 64, value_range: [-1, 1], held_out: 0, frames: 64}"
METRIC = "metrics={code_psnr: {images: [camera, coins], bits: [4], side: 64}}"


def previews(run: Any, kind: str) -> list[dict[str, Any]]:
    return [event for event in read_events(run.events) if event["type"] == "preview" and event["kind"] == kind]


def test_pca_stands_under_the_net_in_the_previews(tiny: Any, train: Any) -> None:
    run = train(tiny("steps=5", "metrics={pca_baseline: {}}", "previews.count=3")).run
    (event,) = previews(run, "pca_baseline")
    assert (event["step"], event["grid"], (run.path / event["file"]).exists()) == (5, [3, 3], True)
    rows = np.load(run.path / event["arrays"])
    reconstruction = np.load(run.path / previews(run, "reconstruction")[-1]["arrays"])
    assert np.allclose(rows[:2], reconstruction, atol=1e-5)
    errors = np.square(rows[1:] - rows[0]).sum(axis=(1, 2, 3, 4))
    assert 0 < errors[1] < errors[0]


def test_a_recipe_without_previews_has_none_of_pca(tiny: Any, train: Any) -> None:
    run = train(tiny("steps=2", "metrics={pca_baseline: {}}", "previews=null")).run
    assert not previews(run, "pca_baseline") and not run.previews.exists()


def test_a_metrics_pictures_are_named_after_it_and_renewed(tiny: Any, train: Any) -> None:
    run = train(tiny("steps=2", FRAMES, METRIC)).run
    files = sorted(path.name for path in run.figures.iterdir())
    assert files == ["code_psnr-camera.png", "code_psnr-coins.png"]
    with Image.open(run.figures / files[0]) as image:
        image.verify()
    (run.figures / files[0]).unlink()
    events = len(read_events(run.events))
    assert "code_psnr.camera.4_bits" in measure_run(run.path)
    assert (run.figures / files[0]).exists() and len(read_events(run.events)) == events
