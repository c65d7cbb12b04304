"""Values of finitely many levels, by a logistic distribution about the reconstruction."""

from typing import Annotated

import aekit
from pydantic import Field

from .. import _likelihoods


@aekit.loss("discretised_logistic")
def discretised_logistic(
    out, *, scale: Annotated[float, Field(gt=0)] = 0.05, levels: Annotated[int, Field(ge=2)] = 256
):
    """-sum over an example's values of ln of what a logistic distribution about x_hat gives to the value's level.

    The levels lie evenly from one end of the data's range to the other, and each has what is nearest to it, the
    outermost also what lies beyond: their probabilities sum to 1.

    Args:
        scale: of the distribution, in data units; its standard deviation is pi / sqrt(3) = 1.81 times as large.
        levels: of a value: 256 for pixels of a byte, 17 for scikit-learn's digits.

    Unit: nats per example. Shapes: x, x_hat (batch, ...) -> (batch,).

    Raises:
        ValueError: the data have no value range.

    Source: Kingma et al., Improved variational inference with inverse autoregressive flow, 2016, section 4; with open
    ends as in Salimans et al., PixelCNN++, 2017.
    """
    x, x_hat = _likelihoods.target(out["x"], out["x_hat"]), out["x_hat"]
    nats = _likelihoods.discretised_logistic(x, x_hat, scale, levels, _likelihoods.given_range(out))
    return _likelihoods.per_example(nats, out)
