"""The faces of the paper on deep autoencoders: the Olivetti faces turned, enlarged, cropped and standardised."""

import hashlib
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import Field

import aekit

from ._hdf5_rows import Hdf5Rows
from ._joined_rows import JoinedRows
from ._kept import kept
from ._olivetti import LABELS, LICENCE, by_person, load_olivetti
from ._turned import turned

SIZE = 25
ANGLES = (-90.0, 90.0)  # degrees
SCALES = (1.4, 1.8)
STEP = 2.2  # pixels of the 64 x 64 image between two of a patch, at scale 1
MADE = 1  # raised whenever the same options give other pixels
ROWS = 4096  # standardised at a time
HINT = 3.0  # seconds between lines for whoever waits


@aekit.data("olivetti_patches")
def olivetti_patches(
    *,
    transforms: Annotated[int, Field(gt=0)] = 414,
    seed: int = 0,
    mirrored: bool = False,
    train_on_validation: bool = False,
) -> aekit.Data:
    """165,600 grey faces of 25 x 25 pixels: 414 of each of the 400 Olivetti images; the label is the person.

    Each is the middle of an image, turned by -90 to 90 degrees and enlarged by 1.4 to 1.8, both uniform, and
    subsampled bilinearly: 2.2 / scale pixels of the image from one pixel to the next. Over all images every
    pixel then has mean 0, and one scale for all makes the mean variance of a pixel 1, as in the paper. So
    standardised, PCA with 30 numbers, fitted on the training split, has a squared error of 134.7 on test, the
    paper's 135; with mean and scale of the training split alone it would be 142.8.

    Splits, by person: 0 to 24 train (103,500), 25 to 29 validation (20,700), 30 to 39 test (41,400), each in
    random order. The images are made once, in ten seconds or so, kept in the user's cache folder
    (~/.cache/aekit/data, 207 MB) and read from there; the faces are found as those of `olivetti`.

    Args:
        transforms: images made of each of the 400.
        seed: of angles, scales and order.
        mirrored: turn left and right of every other training image round, at random in each step; not in the paper.
        train_on_validation: train on persons 25 to 29 too, 124,200 images; they are then not held out.

    Values: without limits, standard deviation 1, stored as float16.

    Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006.
    """
    images, person = load_olivetti()
    digest = hashlib.sha256(images.tobytes() + person.tobytes()).hexdigest()
    drawn = _draw(person, transforms, seed)
    path = kept("olivetti-patches", (MADE, digest, transforms, seed), lambda file: _make(file, images, drawn))
    splits = {name: aekit.Split(Hdf5Rows(path, name), person[chosen]) for name, (chosen, *_) in drawn.items()}
    if train_on_validation:
        held_out = splits["validation"]
        x = JoinedRows(splits["train"].x, held_out.x)
        splits["train"] = aekit.Split(x, np.concatenate([splits["train"].y, held_out.y]))
    about = {"name": "olivetti_patches", "licence": LICENCE, "labels": LABELS}
    return aekit.Data(**splits, value_range=None, augment=_mirrored if mirrored else None, **about)


def _mirrored(batch: dict[str, Any], seed: Any) -> dict[str, Any]:
    """Each image as it is or, as often, with left and right turned round."""
    from keras import ops, random

    x = batch["x"]
    turn = random.uniform((ops.shape(x)[0], 1, 1, 1), seed=seed) < 0.5
    return {**batch, "x": ops.where(turn, ops.flip(x, axis=2), x)}


def _draw(person: np.ndarray, transforms: int, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """By split and in random order: which image, its angle in radians and its step in pixels, (n,) each."""
    rng = np.random.default_rng(seed)
    angle = np.radians(rng.uniform(*ANGLES, (len(person), transforms)))
    step = STEP / rng.uniform(*SCALES, (len(person), transforms))
    drawn = {}
    for name, rows in by_person(person).items():
        chosen, which = np.divmod(rng.permutation(len(rows) * transforms), transforms)
        drawn[name] = (rows[chosen], angle[rows[chosen], which], step[rows[chosen], which])
    return drawn


def _make(file: Any, images: np.ndarray, drawn: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    """Write every split's images, then standardise them in place: they need not fit into memory."""
    total, squares = np.zeros((SIZE, SIZE)), 0.0
    count = sum(len(chosen) for chosen, *_ in drawn.values())
    chunks = _hinted(((name, x) for name, d in drawn.items() for x in turned(images, *d, SIZE)), count)
    written = dict.fromkeys(drawn, 0)
    for name, (chosen, *_) in drawn.items():
        file.create_dataset(name, (len(chosen), SIZE, SIZE), "float16")
    for name, x in chunks:
        file[name][written[name] : written[name] + len(x)] = x.astype("float16")
        written[name] += len(x)
        total += x.sum(axis=0, dtype="float64")
        squares += float(np.square(x, dtype="float64").sum())
    mean = total / count
    scale = np.sqrt(squares / (count * SIZE * SIZE) - np.square(mean).mean())
    for name in drawn:
        for start in range(0, len(file[name]), ROWS):
            x = file[name][start : start + ROWS].astype("float32")
            file[name][start : start + ROWS] = ((x - mean) / scale).astype("float16")


def _hinted(chunks: Iterable[tuple[str, np.ndarray]], count: int) -> Iterator[tuple[str, np.ndarray]]:
    """The same chunks, with a line on stderr now and then on how far they are."""
    made, said = 0, time.monotonic()
    for name, x in chunks:
        yield name, x
        made += len(x)
        if time.monotonic() - said > HINT:
            said = time.monotonic()
            print(f"olivetti_patches: {made / count:.0%} of {count:,} images made", file=sys.stderr, flush=True)
