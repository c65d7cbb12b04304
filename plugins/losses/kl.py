"""How far the code's distribution is from the prior."""

from typing import Annotated

import aekit
from keras import ops
from pydantic import Field


@aekit.loss("kl")
def kl(out, *, free_bits: Annotated[float, Field(ge=0)] = 0.0):
    """KL(q(z | x) || N(0, I)) = sum over the code of (z_mean^2 + exp(z_log_var) - 1 - z_log_var) / 2.

    Its weight is beta, a ramp from 0 the warm-up; with weight 1 it and a likelihood make the negative evidence lower
    bound.

    Args:
        free_bits: nats that each number of the code may hold at no cost: where its KL, averaged over the batch, is
            below, `free_bits` stands in its place for every example, and pulls at nothing.

    Unit: nats per example. Shapes: z_mean, z_log_var (batch, ...) -> (batch,).

    Source: Kingma and Welling 2013, appendix B; free bits: Kingma et al., Improved variational inference with inverse
    autoregressive flow, 2016, section C.8, whose floor is on averages over the minibatch too.
    """
    mean, log_var = out["z_mean"], out["z_log_var"]
    nats = 0.5 * (ops.square(mean) + ops.exp(log_var) - 1 - log_var)
    nats = ops.reshape(nats, (ops.shape(nats)[0], -1))
    if free_bits:
        nats = ops.where(ops.mean(nats, axis=0, keepdims=True) > free_bits, nats, free_bits)
    return ops.sum(nats, axis=1)
