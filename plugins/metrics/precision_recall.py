"""How many samples look real, and how much of the real is sampled."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._distances import neighbour_distances, squared_distances
from ._samples import Sets, check_features, share


@aekit.metric("precision_recall", check=check_features)
def precision_recall(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=1)] = 10_000,
    k: Annotated[int, Field(gt=0)] = 3,
    density_k: Annotated[int, Field(gt=0)] = 5,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """Precision and recall, density and coverage of samples, beside those of as many training examples.

    Around each point lies a ball that reaches to its k-th nearest neighbour in its own set. Precision is the share of
    samples in the ball of a real example, recall the share of real examples in the ball of a sample; density is the
    mean number of real examples' balls that a sample lies in, of density_k, coverage the share of real examples whose
    ball holds a sample. Samples of a bad look lower precision and density, kinds of examples that are missing lower
    recall and coverage. What training examples get says how near to 1 the best can be.

    Args:
        features: whose features are compared: the recipe of a classifier, trained once and kept, or a run of one;
            the shipped one for this data where None; "pixels" for the examples themselves.
        n: samples, and as many real examples; fewer where the split or the training data have fewer. All four depend
            on it.
        k: of precision and recall.
        density_k: of density and coverage.
        seed: of the samples.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        precision, recall, density, coverage, and train_precision and so on of training examples. Standard errors are
        binomial, that of density is of a mean over samples: the balls are taken as given.

    Unit: share, 1 is best; density may exceed it.

    Source: Kynkaanniemi et al., Improved precision and recall metric, 2019; Naeem et al., Reliable fidelity and
    diversity metrics for generative models, 2020.
    """
    sets = Sets(model, split, features, n, seed, density)
    measures = {}
    for prefix, points in {"": sets.samples, "train_": sets.train}.items():
        if points is not None:
            for name, (value, error) in found(points, sets.real, k, density_k).items():
                unit = f"share, k {k}" if name in ("precision", "recall") else f"share, k {density_k}"
                measures[f"{prefix}{name}"] = sets.measure(value, error, unit, "higher", sampled=not prefix)
    return measures


def found(samples: np.ndarray, real: np.ndarray, k: int, density_k: int) -> dict[str, tuple[float, float]]:
    """Values and standard errors by name: (n, size), (m, size), with k < n and m."""
    few = min(len(samples), len(real)) - 1
    k, density_k = min(k, few), min(density_k, few)
    reach_real = neighbour_distances(real, k, "neighbours of real examples")
    reach_dense = neighbour_distances(real, density_k, "neighbours of real examples") if density_k != k else reach_real
    reach_samples = neighbour_distances(samples, k, "neighbours of samples")
    precise, dense = np.empty(len(samples), bool), np.empty(len(samples))
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, distances in squared_distances(samples, real, "samples among real examples"):
        inside = distances <= reach_dense
        dense[rows] = inside.sum(axis=1) / density_k
        covered |= inside.any(axis=0)
        precise[rows] = (distances <= reach_real).any(axis=1)
        recalled |= (distances <= reach_samples[rows, None]).any(axis=0)
    return {
        "precision": share(precise),
        "recall": share(recalled),
        "density": (float(dense.mean()), float(dense.std(ddof=1) / np.sqrt(len(dense)))),
        "coverage": share(covered),
    }
