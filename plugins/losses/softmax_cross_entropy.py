"""Cross-entropy of classes, from logits."""

from typing import Annotated

import aekit
from keras import ops
from pydantic import Field


@aekit.loss("softmax_cross_entropy")
def softmax_cross_entropy(out, *, label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0):
    """-sum over classes k of t_k ln p_k, p = softmax(logits), t = (1 - s) one_hot(y) + s / classes.

    Computed from the logits l as ln(sum exp l) - (1 - s) l_y - s mean(l), exact for any logit.

    Args:
        label_smoothing: s, the share of the target that is spread evenly over all classes.

    Unit: nats per example. Shapes: logits (batch, classes), y (batch,) -> (batch,).
    """
    logits, y = out["logits"], ops.cast(out["y"], "int32")
    aim = ops.squeeze(ops.take_along_axis(logits, y[:, None], axis=1), axis=1)
    if label_smoothing:
        aim = (1 - label_smoothing) * aim + label_smoothing * ops.mean(logits, axis=1)
    return ops.logsumexp(logits, axis=1) - aim
