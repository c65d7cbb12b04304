"""Curves through the plane: images of six numbers each."""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

import aekit

SIDE = 28
MARGIN = 3  # pens between a point and the centres of the outermost pixels: nearly all ink falls into the picture
PIECES = 48  # of a curve; shorter than a pen of one pixel
CHUNK = 1000


@aekit.data("curves")
def curves(
    *,
    train: Annotated[int, Field(gt=0)] = 18_000,
    validation: Annotated[int, Field(gt=0)] = 2_000,
    test: Annotated[int, Field(gt=0)] = 10_000,
    pen: Annotated[float, Field(ge=0.5, le=4)] = 1.0,
    seed: int = 0,
    turned: bool = False,
) -> aekit.Data:
    """Generated images of 28 x 28 pixels: a curve each, set by three random points in two dimensions; no labels.

    The curve is the quadratic Bezier curve of the points p, q, r, (1 - t)^2 p + 2 t (1 - t) q + t^2 r for t in
    [0, 1]: it runs from p to r and bends towards q. The points are uniform in the square that ends three pens
    within the centres of the outermost pixels. A soft round tip with a Gaussian profile, whose standard
    deviation is the pen, moves along the curve: the ink of a pixel is the integral of the tip's profile over
    the curve's length, so that a straight line has 1 in its middle, and at most 1. With the defaults PCA with
    18 numbers has a squared error of 5.92 on test; the paper says 5.90 of its own curves.

    Args:
        train, validation, test: images of each split; the paper trains on 20,000 and tests on 10,000.
        pen: standard deviation of the tip's profile in pixels; a line is 2.4 pens wide where it has half the
            ink.
        seed: of the points; a split's do not depend on how many the others have.
        turned: show every training image in one of the square's eight positions, turned by quarters or mirrored, at
            random in each step: a curve is as likely in each. Not in the paper.

    Values: [0, 1] in 256 levels.

    Source: the synthetic set of Hinton and Salakhutdinov, Reducing the dimensionality of data with neural
        networks, 2006, made anew: the paper does not say how its ink was drawn.
    """
    low, high = MARGIN * pen, SIDE - 1 - MARGIN * pen
    splits = []
    for number, size in enumerate((train, validation, test)):
        points = np.random.default_rng((seed, number)).random((size, 3, 2), "float32")
        splits.append(aekit.Split(draw_curves(low + points * np.float32(high - low), pen)[..., None]))
    return aekit.Data(*splits, name="curves", licence="generated", augment=_turned if turned else None)


def _turned(batch: dict[str, Any], seed: Any) -> dict[str, Any]:
    """Each image in one of its eight positions: down and across exchanged or not, each read from either end."""
    from keras import ops, random

    x = batch["x"]
    exchange, down, across = ops.split(random.uniform((ops.shape(x)[0], 3, 1, 1), seed=seed) < 0.5, 3, axis=1)
    x = ops.where(exchange, ops.transpose(x, (0, 2, 1, 3)), x)
    x = ops.where(down, ops.flip(x, axis=1), x)
    return {**batch, "x": ops.where(across, ops.flip(x, axis=2), x)}


def draw_curves(points: np.ndarray, pen: float) -> np.ndarray:
    """Points (n, 3, 2) in pixels, across and down -> images (n, 28, 28) as bytes."""
    t = np.linspace(0, 1, PIECES + 1, dtype="float32")
    blend = np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2], axis=1)  # pieces + 1, 3
    images = [_inked(blend @ points[at : at + CHUNK], np.float32(pen)) for at in range(0, len(points), CHUNK)]
    return np.concatenate(images)


def _inked(path: np.ndarray, pen: np.float32) -> np.ndarray:
    """Broken lines (n, pieces + 1, 2) -> images; a Gaussian tip is a product of one across and one down."""
    length = np.linalg.norm(np.diff(path, axis=1), axis=-1)  # n, pieces
    middle = (path[:, 1:] + path[:, :-1]) / 2
    profile = np.exp(-(((middle[..., None] - np.arange(SIDE, dtype="float32")) / pen) ** 2) / 2)  # n, pieces, 2, side
    across, down = profile[:, :, 0], profile[:, :, 1] * (length / (pen * np.float32(np.sqrt(2 * np.pi))))[..., None]
    ink = np.matmul(down.transpose(0, 2, 1), across)  # n, side, side
    return np.round(np.minimum(ink, 1) * 255).astype("uint8")
