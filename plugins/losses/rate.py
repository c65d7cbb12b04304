"""How many bits a code takes."""

from math import prod

import aekit


@aekit.loss("rate")
def rate(out):
    """Bits of an example's code, as the latent's density counts them, divided by the example's pixels.

    Together with a distortion it makes the Lagrangian of coding, rate + lambda * distortion: lambda is the weight of
    the distortion.

    Unit: bits per pixel; per value where an example is a vector. Shapes: rates (batch,), x (batch, ...) -> (batch,).
    """
    return out["rates"] / prod(out["x"].shape[1:3])  # height, width
