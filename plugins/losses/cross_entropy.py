"""Cross-entropy of Bernoulli pixels, from logits."""

import aekit
from keras import ops


@aekit.loss("cross_entropy")
def cross_entropy(out):
    """Sum over an example's values of -x ln x_hat - (1 - x) ln(1 - x_hat), x_hat = sigmoid(x_logits).

    Computed from the logits as max(l, 0) - l x + ln(1 + exp(-|l|)), exact for any logit.

    Unit: nats per example. Shapes: x, x_logits (batch, ...) -> (batch,).

    Raises:
        ValueError: the data's range is not [0, 1], where x is no probability.
    """
    if out.get("value_range", (0, 1)) != (0, 1):
        raise ValueError(
            f"cross_entropy needs data in [0, 1]; this data's range is {out['value_range']}: use mse or squared_error"
        )
    x, logits = out["x"], out["x_logits"]
    nats = ops.relu(logits) - logits * x + ops.softplus(-ops.abs(logits))
    return ops.sum(ops.reshape(nats, (ops.shape(nats)[0], -1)), axis=1)
