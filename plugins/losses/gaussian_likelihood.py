"""Values with Gaussian noise about the reconstruction."""

from typing import Annotated, Literal

import aekit
from keras import ops
from pydantic import Field

from .._likelihoods import gaussian, per_example, target

#: The least variance that `optimal` takes, in squared data units.
LEAST = 1e-6


@aekit.loss("gaussian_likelihood")
def gaussian_likelihood(out, *, deviation: Annotated[float, Field(gt=0)] | Literal["optimal"] = "optimal"):
    """-ln N(x; x_hat, d^2) = sum over an example's values of (x - x_hat)^2 / (2 d^2) + ln(2 pi d^2) / 2, d = deviation.

    A density of real numbers: its values say nothing beside those of likelihoods of bits or levels.

    Args:
        deviation: the noise's standard deviation, in data units; `optimal` takes the one that fits the batch best, the
            root of its mean squared error (0.001 at least), so that no weight has to be found by hand.

    Unit: nats per example, of densities: it may be negative. Shapes: x, x_hat (batch, ...) -> (batch,).

    Source: Kingma and Welling 2013, appendix C; optimal: Rybkin, Daniilidis and Levine, Simple and effective VAE
    training with calibrated decoders, 2021.
    """
    x, x_hat = target(out["x"], out["x_hat"]), out["x_hat"]
    if deviation == "optimal":
        # Without a gradient of its own: at the optimum it has none.
        variance = ops.stop_gradient(ops.maximum(ops.mean(ops.square(x - x_hat)), LEAST))
    else:
        variance = deviation**2
    return per_example(gaussian(x, x_hat, variance), out)
