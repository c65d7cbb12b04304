"""The losses of the game of 2014, from logits."""

from typing import Annotated, Literal

import aekit
from keras import ops
from pydantic import Field


@aekit.loss("gan_bce")
def gan_bce(
    out,
    *,
    generator: Literal["minimax", "non_saturating"] = "non_saturating",
    real_label: Annotated[float, Field(gt=0, le=1)] = 1.0,
):
    """Cross-entropy of real against fake, D = sigmoid(logit).

    Discriminator: -ln D(x) - ln(1 - D(G(z))). Generator, "minimax": ln(1 - D(G(z))), whose gradient goes to 0 with D;
    "non_saturating": -ln D(G(z)), with the same fixed point.

    Args:
        generator: which of the two losses the generator minimises.
        real_label: the target for real examples, below 1 for one-sided label smoothing (Salimans et al. 2016).

    Unit: nats. Shapes: real_logits, fake_logits (batch,) -> (batch,) for each player.

    Source: Goodfellow et al., Generative adversarial networks, 2014, equation 1 and section 3.
    """
    real, fake = out["real_logits"], out["fake_logits"]
    # -ln sigmoid(l) = softplus(-l) and -ln(1 - sigmoid(l)) = softplus(l): exact for any logit.
    smoothed = (1 - real_label) * ops.softplus(real) if real_label < 1 else 0.0
    discriminator = real_label * ops.softplus(-real) + smoothed + ops.softplus(fake)
    return {
        "discriminator": discriminator,
        "generator": -ops.softplus(fake) if generator == "minimax" else ops.softplus(-fake),
    }
