"""Runs as curves of the rate-distortion report."""

from __future__ import annotations

from typing import Any

import numpy as np

from aekit.report import measure_curve, run_coders

FRAMES = "data={type: photo_patches, image: camera, side: 64, value_range: [-1, 1], held_out: 0, frames: 64}"


def test_a_run_is_a_curve_with_entropy_coding_and_one_without(tiny: Any, train: Any) -> None:
    run = train(tiny("steps=2", "metrics={}", FRAMES)).run
    image = {"noise": np.random.default_rng(0).integers(0, 256, (40, 33, 1), "uint8")}
    curves = {name: measure_curve(name, coders, image, about) for name, about, coders in run_coders([run.path], [6, 4])}
    assert list(curves) == ["tiny", "tiny, fixed length"]
    for curve in curves.values():
        assert [point.setting for point in curve.points] == ["4 bits", "6 bits"]
    four, six = (point.images[0].bytes for point in curves["tiny, fixed length"].points)
    assert six - four == 2 * 4 * 25 // 8  # two bits, four codes, 25 frames
    assert curves["tiny"].points[0].psnr == curves["tiny, fixed length"].points[0].psnr


def test_runs_of_one_recipe_share_a_curve(tiny: Any, train: Any) -> None:
    runs = [train(tiny("steps=1", "metrics={}", FRAMES)).run for _ in range(2)]
    curves = run_coders([run.path for run in runs], [4])
    assert [name for name, _, _ in curves] == ["tiny", "tiny, fixed length"]
    assert list(curves[0][2]) == [f"{run.id} 4 bits" for run in runs]
