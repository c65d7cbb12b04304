"""How many bits a code takes."""

import aekit


@aekit.loss("rate")
def rate(out):
    """Bits of an example's code, as the latent's density counts them, divided by the example's pixels.

    Together with a distortion it makes the Lagrangian of coding, rate + lambda * distortion: lambda is the weight of
    the distortion.

    Unit: bits per pixel; per value where an example is a vector. Shapes: rates (batch,), x (batch, ...) -> (batch,).
    """
    return aekit.bits_per_pixel(out["rates"], out["x"].shape[1:])
