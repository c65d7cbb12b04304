"""The evidence lower bound."""

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._drawn import check_draws, check_values, chosen, each, posteriors


@aekit.metric("elbo")
def elbo(
    model,
    split,
    *,
    samples: Annotated[int, Field(gt=0)] = 10,
    likelihood: Literal["bernoulli", "gaussian", "discretised_logistic"] = "bernoulli",
    deviation: Annotated[float, Field(gt=0)] = 0.1,
    scale: Annotated[float, Field(gt=0)] = 0.05,
    levels: Annotated[int, Field(ge=2)] = 256,
    n: Annotated[int, Field(gt=0)] | None = None,
    seed: int = 0,
) -> dict[str, aekit.Measure]:
    """The negative evidence lower bound E[-ln p(x | z)] + KL(q(z | x) || N(0, I)): a bound on -ln p(x) from above.

    It is no likelihood: how far it is from one is what `importance_likelihood` tells.

    Args:
        samples: codes of each example over which the first term is averaged; the second is exact.
        likelihood: p(x | z), as of the losses cross_entropy, gaussian_likelihood and discretised_logistic.
        deviation: of a gaussian likelihood, in data units.
        scale, levels: of a discretised_logistic one.
        n: at most so many examples, evenly spread; null takes all.
        seed: of the codes that are drawn.

    Returns:
        the bound, and its terms reconstruction and kl, in nats per example.

    Raises:
        DataError: a latent without a distribution; a bernoulli likelihood of values other than 0 and 1.

    Source: Kingma and Welling, Auto-encoding variational Bayes, 2013, equation 3.
    """
    from .._likelihoods import negative_log_likelihood

    check_draws(model, "elbo")
    x = chosen(model.data, split, n)
    check_values(x, likelihood, "elbo")

    def fit(out):
        return negative_log_likelihood(out, likelihood, deviation, scale, levels)

    parts = each(model, x, samples, seed, fit, f"{samples} codes of each example")
    reconstruction = np.concatenate([part.mean(axis=1, dtype="float64") for part in parts])
    mean, log_var = (part.reshape(len(x), -1).astype("float64") for part in posteriors(model, x))
    kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1)
    values = {"": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}
    units = {"": "nats, a bound on -ln p(x)", "reconstruction": "nats, -ln p(x | z)", "kl": "nats, KL from the prior"}
    return {name: replace(aekit.Measure.mean(value, units[name]), seed=seed) for name, value in values.items()}
