"""The Frechet distance between features of samples and of real examples."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._frechet import PARTS, Moments, frechet, jackknife_error, left_out, moments
from ._samples import Sets, check_features


@aekit.metric("fid", check=check_features)
def fid(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=1)] = 10_000,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """The Frechet distance of samples to the split, beside that of as many training examples, its floor.

    Both sets are taken for Gaussian. The features are those of a net of one's own, not Inception's: the figure compares
    with no paper's. It falls with n, which is why the floor is computed with the same n, and why figures of unlike n do
    not compare.

    Args:
        features: whose features are compared: the recipe of a classifier, trained once and kept, or a run of one;
            the shipped one for this data where None; "pixels" for the examples themselves.
        n: samples, and as many real examples; fewer where the split or the training data have fewer.
        seed: of the samples.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        the distance, `floor`, that of training examples, and `ratio`, how many times the floor it is. Standard errors
        are from leaving out each of 25 parts of the sets in turn.

    Unit: squared distance of features.

    Source: Heusel et al., GANs trained by a two time-scale update rule, 2017; features as in Chong and Forsyth, 2020.
    """
    sets = Sets(model, split, features, n, seed, density)
    parts = [sets.samples, sets.real] + ([] if sets.train is None else [sets.train])
    values = distances(*map(moments, parts))
    without = []
    for found in zip(*map(left_out, parts), strict=True):
        without.append(distances(*found))
        aekit.progress(len(without), PARTS, "distances without each part")
    errors = jackknife_error(np.array(without))
    unit = "squared distance of features" if sets.net else "squared distance of pixels"
    units = {"": unit, "floor": unit, "ratio": "floors"}
    return {
        name: sets.measure(value, error, units[name], "lower", sampled=name != "floor")
        for name, value, error in zip(units, values, errors, strict=False)
    }


def distances(samples: Moments, real: Moments, train: Moments | None = None) -> tuple[float, ...]:
    """Of samples to real examples; of training examples to these, and how many times that the former is."""
    value = frechet(samples, real)
    if train is None:
        return (value,)
    floor = frechet(train, real)
    return value, floor, value / floor if floor else np.inf
