"""The distance that samples would have to be moved, seen from many directions."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._samples import Sets, check_features

DIRECTIONS_AT_ONCE = 32


@aekit.metric("sliced_wasserstein", check=check_features)
def sliced_wasserstein(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=1)] = 10_000,
    directions: Annotated[int, Field(gt=1)] = 512,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """The sliced 2-Wasserstein distance of samples to the split, beside that of as many training examples.

    In each of many random directions both sets are sorted, and the squares of the differences averaged; the value is
    the root of the mean over directions.

    Args:
        features: whose features are compared: the recipe of a classifier, trained once and kept, or a run of one;
            the shipped one for this data where None; "pixels" for the examples themselves.
        n: samples, and as many real examples; fewer where the split or the training data have fewer.
        directions: how many.
        seed: of the samples, and of the directions.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        the distance, and `floor`, that of training examples; the standard errors are those of the choice of directions.

    Unit: distance of features.

    Source: Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, 2015.
    """
    sets = Sets(model, split, features, n, seed, density)
    unit = "distance of features" if sets.net else "distance of pixels"
    measures = {}
    for name, points in {"": sets.samples, "floor": sets.train}.items():
        if points is not None:
            squares = squared_distances_along(points, sets.real, directions, seed)
            value = float(np.sqrt(squares.mean()))
            spread = float(squares.std(ddof=1) / np.sqrt(directions))
            error = spread / (2 * value) if value else 0.0
            measures[name] = sets.measure(value, error, unit, "lower", sampled=not name)
    return measures


def squared_distances_along(x: np.ndarray, y: np.ndarray, directions: int, seed: int) -> np.ndarray:
    """The squared 2-Wasserstein distance in each random direction: (n, size) twice -> (directions,)."""
    rng = np.random.default_rng(seed)
    found = np.empty(directions)
    for start in range(0, directions, DIRECTIONS_AT_ONCE):
        stop = min(start + DIRECTIONS_AT_ONCE, directions)
        along = rng.standard_normal((x.shape[1], stop - start))
        along /= np.linalg.norm(along, axis=0)
        ordered = [np.sort(points.astype("float64") @ along, axis=0) for points in (x, y)]
        found[start:stop] = np.square(ordered[0] - ordered[1]).mean(axis=0)
        aekit.progress(stop, directions, "directions")
    return found
