"""Losses of both players that compare scores in place of probabilities."""

import aekit
from keras import ops


@aekit.loss("hinge")
def hinge(out):
    """Discriminator: max(0, 1 - s(x)) + max(0, 1 + s(G(z))). Generator: -s(G(z)). s is the discriminator's logit.

    Unit: none. Shapes: real_logits, fake_logits (batch,) -> (batch,) for each player.

    Source: Lim and Ye, Geometric GAN, 2017; Miyato et al., Spectral normalization, 2018.
    """
    real, fake = out["real_logits"], out["fake_logits"]
    return {"discriminator": ops.relu(1 - real) + ops.relu(1 + fake), "generator": -fake}


@aekit.loss("least_squares")
def least_squares(out):
    """Discriminator: ((s(x) - 1)^2 + s(G(z))^2) / 2. Generator: (s(G(z)) - 1)^2 / 2. s is the discriminator's logit.

    Unit: none. Shapes: real_logits, fake_logits (batch,) -> (batch,) for each player.

    Source: Mao et al., Least squares generative adversarial networks, 2017, equation 9.
    """
    real, fake = out["real_logits"], out["fake_logits"]
    return {
        "discriminator": (ops.square(real - 1) + ops.square(fake)) / 2,
        "generator": ops.square(fake - 1) / 2,
    }


@aekit.loss("wasserstein")
def wasserstein(out):
    """Discriminator: s(G(z)) - s(x). Generator: -s(G(z)). s is the discriminator's logit, a critic's score.

    It estimates a distance only where something keeps the critic's slope bounded: add `gradient_penalty`.

    Unit: the critic's. Shapes: real_logits, fake_logits (batch,) -> (batch,) for each player.

    Source: Arjovsky et al., Wasserstein generative adversarial networks, 2017.
    """
    real, fake = out["real_logits"], out["fake_logits"]
    return {"discriminator": fake - real, "generator": -fake}
