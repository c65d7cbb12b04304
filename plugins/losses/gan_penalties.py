"""What keeps a discriminator's slope bounded."""

import aekit
from keras import ops


@aekit.loss("gradient_penalty")
def gradient_penalty(out):
    """(|ds/dx| - 1)^2 at points drawn evenly between an example and a sample; s is the discriminator's logit.

    Its usual weight is 10.

    Unit: none. Shapes: x_mixed (batch, ...) -> (batch,), the discriminator's.

    Source: Gulrajani et al., Improved training of Wasserstein GANs, 2017.
    """
    slope = aekit.gradient(out["discriminate"], out["x_mixed"])
    # The root has no gradient at 0, where an untrained discriminator may be.
    return {"discriminator": ops.square(ops.sqrt(_squares(slope) + 1e-12) - 1)}


@aekit.loss("r1")
def r1(out):
    """|ds/dx|^2 / 2 at real examples; s is the discriminator's logit, gamma the weight.

    Unit: none. Shapes: x (batch, ...) -> (batch,), the discriminator's.

    Source: Mescheder, Geiger and Nowozin, Which training methods for GANs do actually converge?, 2018.
    """
    return {"discriminator": _squares(aekit.gradient(out["discriminate"], out["x"])) / 2}


def _squares(slope):
    return ops.sum(ops.square(ops.reshape(slope, (ops.shape(slope)[0], -1))), axis=1)
