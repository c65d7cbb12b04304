"""How many numbers of a code say anything about the example."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit

from ._drawn import check_draws, posteriors
from ._examples import batches


@aekit.metric("active_units")
def active_units(model, split, *, threshold: Annotated[float, Field(gt=0)] = 0.01) -> aekit.Measure:
    """The numbers of the code whose mean z_mean varies over the examples with a variance above a threshold.

    Args:
        threshold: of the variance; the prior's is 1.

    Unit: active units.

    Raises:
        DataError: a latent without a distribution.

    Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders, 2016, section 5.2: 0.01.
    """
    check_draws(model, "active_units")
    means = np.concatenate([posteriors(model, x)[0].reshape(len(x), -1) for x in batches(model.data, split)])
    count = int((means.var(axis=0, dtype="float64") > threshold).sum())
    return aekit.Measure(count, len(means), unit=f"active units of {means.shape[1]}", direction="higher")
