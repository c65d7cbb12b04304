"""Coders by `aekit.codec`: the networks of runs, and PCA with allocated bits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from aekit.codec import AllocatedQuantiser, Quantiser, Transform, UniformQuantiser, compress, decompress, run_transform
from aekit.codec import pca_transform as fit_pca
from aekit.report.rate_distortion import Coder
from aekit.run import RunDirectory

#: Name, what it is in words, and a coder for each setting.
Coders = tuple[str, str, dict[str, Coder]]
#: PCA's rates, in bits of an 8x8 frame (of one of its places in colour images, whose three planes share them).
FRAME_BITS = (12, 20, 32, 48, 64, 96, 128)
#: Photos that scikit-image carries, on which PCA is fitted: its components are part of the codec, not of a file.
PHOTOS = ("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "gravel", "moon", "rocket")


def run_coders(runs: Sequence[Path], bits: Sequence[int]) -> list[Coders]:
    """The curves of trained runs: those of one recipe belong together, e.g. as its rate points.

    Networks of frames code on a grid of each of `bits`, entropy-coded and, as a curve of its own, with every code at
    its fixed length; others by their own quantiser.
    """
    curves: dict[str, Coders] = {}
    for path in runs:
        run, transform = RunDirectory(path), run_transform(path)
        fixed = {"": True, ", fixed length": False} if transform.kind == "frames" else {"": True}
        for words, entropy in fixed.items():
            name = _recipe_name(run) + words
            _, _, coders = curves.setdefault(name, (name, _about(words, transform), {}))
            for setting, quantiser in _quantisers(transform, bits).items():
                coders[f"{run.id}{setting}"] = coder(transform, quantiser, entropy)
    return [_shortened(curve) for curve in curves.values()]


def pca_coders() -> Coders:
    """PCA of 8x8 frames of scikit-image's photos: Lloyd-Max levels, with bits where they lower the error most."""
    import skimage.data

    photos = [getattr(skimage.data, name)() for name in PHOTOS]
    transform = fit_pca([photo.reshape(*photo.shape[:2], -1) for photo in photos], components=64)
    coders = {f"{bits} bits a frame": coder(transform, AllocatedQuantiser(bits)) for bits in FRAME_BITS}
    about = "8x8 frames, fitted on scikit-image's photos; Lloyd-Max levels of the image, allocated bits, entropy-coded"
    return "PCA, bits allocated", about, coders


def coder(transform: Transform, quantiser: Quantiser | None = None, entropy: bool = True) -> Coder:
    """A coder that writes a file's bytes and decodes them again."""
    return partial(_code, transform=transform, quantiser=quantiser, entropy=entropy)


def _code(
    image: np.ndarray, transform: Transform, quantiser: Quantiser | None, entropy: bool
) -> tuple[int, np.ndarray]:
    data = compress(image, transform, quantiser, entropy)
    return len(data), decompress(data, transform)


def _quantisers(transform: Transform, bits: Sequence[int]) -> dict[str, Quantiser | None]:
    if transform.kind != "frames":
        return {"": None}
    return {f" {depth} bits": UniformQuantiser(bits=depth) for depth in bits}


def _recipe_name(run: RunDirectory) -> str:
    """The run's title, without the number of a run that began in the same second as another of its recipe."""
    first, _, number = run.id.rpartition("-")
    same = number.isdigit() and run.path.with_name(first).is_dir()
    return RunDirectory(run.path.with_name(first)).title if same else run.title


def _about(words: str, transform: Transform) -> str:
    return f"networks of this kind: {transform.kind}; " + (words.strip(", ") or "entropy-coded")


def _shortened(curve: Coders) -> Coders:
    """Settings without the run's id where all are of one run."""
    name, about, coders = curve
    ids = {setting.partition(" ")[0] for setting in coders}
    if len(ids) > 1:
        return curve
    return name, about, {setting.partition(" ")[2] or setting: coder for setting, coder in coders.items()}
