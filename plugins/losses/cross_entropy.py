"""Cross-entropy of Bernoulli pixels, from logits."""

import aekit

from .._likelihoods import bernoulli, check_unit_range, per_example, target


@aekit.loss("cross_entropy")
def cross_entropy(out):
    """Sum over an example's values of -x ln x_hat - (1 - x) ln(1 - x_hat), x_hat = sigmoid(x_logits).

    Computed from the logits as ln(1 + exp(l)) - l x, finite for any logit. Of data that are 0 or 1 it is the negative
    log-likelihood of Bernoulli pixels.

    Unit: nats per example. Shapes: x, x_logits (batch, ...) -> (batch,).

    Raises:
        ValueError: the data's range is not [0, 1], where x is no probability.
    """
    check_unit_range(out, "cross_entropy")
    x_logits = out["x_logits"]
    return per_example(bernoulli(target(out["x"], x_logits), x_logits), out)
