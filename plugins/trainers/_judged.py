"""What a trainer of classes says of each example."""

from keras import ops


def judged(trainer, batch, found):
    """The losses of each example, and `error`: 100 where the highest logit is another class's, else 0.

    Args:
        found: what `classify` gives for the batch.

    Shapes: {"loss": (batch,), "error": (batch,), ...}.
    """
    losses = trainer.losses({**batch, "step": trainer.step, "value_range": trainer.networks.value_range, **found})
    wrong = ops.cast(ops.argmax(found["logits"], axis=1), "int32") != ops.cast(batch["y"], "int32")
    return {"error": 100 * ops.cast(wrong, "float32"), **losses}
