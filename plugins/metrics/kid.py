"""The kernel distance between features of samples and of real examples."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._samples import Sets, check_features


SMALLEST = 20  # points of a subset; of fewer points there are fewer subsets


@aekit.metric("kid", check=check_features)
def kid(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=3)] = 10_000,
    subsets: Annotated[int, Field(gt=1)] = 10,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """The squared maximum mean discrepancy of samples and the split, beside that of as many training examples.

    Its kernel is (x y / size + 1)^3. It is unbiased: 0 on average for samples from the real distribution, whatever n.

    Args:
        features: whose features are compared: the recipe of a classifier, trained once and kept, or a run of one;
            the shipped one for this data where None; "pixels" for the examples themselves.
        n: samples, and as many real examples; fewer where the split or the training data have fewer.
        subsets: both sets are cut into so many, without overlap, or fewer of 20 each; the value is the mean over them.
        seed: of the samples, and of how they are cut.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        the distance, and `floor`, that of training examples; the standard errors are those of means over subsets.

    Unit: squared discrepancy of features.

    Source: Binkowski et al., Demystifying MMD GANs, 2018.
    """
    sets = Sets(model, split, features, n, seed, density)
    unit = "squared discrepancy of features" if sets.net else "squared discrepancy of pixels"
    measures = {}
    for name, points in {"": sets.samples, "floor": sets.train}.items():
        if points is not None:
            values = discrepancies(points, sets.real, subsets, seed)
            error = float(values.std(ddof=1) / np.sqrt(len(values)))
            measures[name] = sets.measure(values.mean(), error, unit, "lower", sampled=not name)
    return measures


def discrepancies(x: np.ndarray, y: np.ndarray, subsets: int, seed: int) -> np.ndarray:
    """The unbiased estimate between the subsets of x (n, size) and y (n, size), shape (subsets,)."""
    rng = np.random.default_rng(seed)
    count = max(2, min(subsets, len(x) // SMALLEST))
    parts = [np.array_split(rng.permutation(len(points)), count) for points in (x, y)]
    found = []
    for rows_x, rows_y in zip(*parts, strict=True):
        found.append(squared_discrepancy(x[rows_x], y[rows_y]))
        aekit.progress(len(found), count, "kernels of subsets")
    return np.array(found)


def squared_discrepancy(x: np.ndarray, y: np.ndarray) -> float:
    """The mean kernel within x, and within y, each point with the others, less twice the mean between them."""
    x, y = (np.asarray(points, "float64") for points in (x, y))
    within = sum((_kernel(p, p).sum() - np.trace(_kernel(p, p))) / (len(p) * (len(p) - 1)) for p in (x, y))
    return float(within - 2 * _kernel(x, y).mean())


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x @ y.T / x.shape[1] + 1) ** 3
