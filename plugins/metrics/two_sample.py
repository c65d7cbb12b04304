"""Whether samples are told from real examples by their nearest neighbour."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._distances import squared_distances
from ._samples import Sets, check_features, share


@aekit.metric("two_sample", check=check_features)
def two_sample(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=1)] = 10_000,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """The share of samples and real examples whose nearest neighbour among all others is of their own kind.

    0.5 is best: nothing tells the two apart. 1 says that they are apart altogether, less than 0.5 that samples stand
    closer to examples than these to each other, as copies do. One of each kind at the same distance counts half.

    Args:
        features: whose features are compared: the recipe of a classifier, trained once and kept, or a run of one;
            the shipped one for this data where None; "pixels" for the examples themselves.
        n: samples, and as many real examples; fewer where the split or the training data have fewer.
        seed: of the samples.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        the share, and `samples` and `real`, the shares among each alone: samples low and real high tell of samples that
        crowd around few examples. Standard errors are binomial.

    Unit: share told right, 0.5 is best.

    Source: Lopez-Paz and Oquab, Revisiting classifier two-sample tests, 2017; Xu et al., 2018.
    """
    sets = Sets(model, split, features, n, seed, density)
    told = told_right(sets.samples, sets.real)
    unit = "share told right, 0.5 is best"
    both = np.concatenate(list(told.values()))
    return {
        name: sets.measure(*share(flags), unit, "lower", n=len(flags)) for name, flags in {"": both, **told}.items()
    }


def told_right(samples: np.ndarray, real: np.ndarray) -> dict[str, np.ndarray]:
    """For each point, whether its nearest neighbour is of its own kind: 1, 0, or 0.5 where both are as near."""
    nearest = {
        "samples": (_nearest(samples, samples), _nearest(samples, real)),
        "real": (_nearest(real, real), _nearest(real, samples)),
    }
    return {name: (own < other) + 0.5 * (own == other) for name, (own, other) in nearest.items()}


def _nearest(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The squared distance of each point to the nearest of the others, or of its own set to another point."""
    found = np.empty(len(points))
    for rows, distances in squared_distances(points, others, "nearest neighbours"):
        if points is others:
            distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = np.inf
        found[rows] = distances.min(axis=1)
    return found
