"""The importance-weighted bound on an example's likelihood."""

from math import log
from typing import Annotated, Literal

import aekit
from keras import ops
from pydantic import Field

from .._likelihoods import log_weights


@aekit.loss("importance_bound")
def importance_bound(
    out,
    *,
    likelihood: Literal["bernoulli", "gaussian", "discretised_logistic"] = "bernoulli",
    deviation: Annotated[float, Field(gt=0)] = 0.1,
    scale: Annotated[float, Field(gt=0)] = 0.05,
    levels: Annotated[int, Field(ge=2)] = 256,
):
    """-ln of 1/k sum over the code's k samples of p(x | z) p(z) / q(z | x), p(z) = N(0, I): the whole loss in itself.

    k is the trainer's option `samples`. In expectation it is never below -ln p(x), and the more samples the nearer;
    with one it is the negative evidence lower bound, as a likelihood and `kl` are.

    Args:
        likelihood: p(x | z), as of the losses cross_entropy, gaussian_likelihood and discretised_logistic.
        deviation: of a gaussian likelihood, in data units.
        scale, levels: of a discretised_logistic one.

    Unit: nats per example. Shapes: z (batch, k, size), x_logits (batch, k, ...), z_mean, z_log_var (batch, size) ->
    (batch,).

    Raises:
        ValueError: a likelihood that is not for data of this range.

    Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders, 2016, equation 8.
    """
    weights = log_weights(out, likelihood, deviation, scale, levels)
    return log(weights.shape[1]) - ops.logsumexp(weights, axis=1)
