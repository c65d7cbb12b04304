"""The peak signal-to-noise ratio of reconstructions."""

import aekit

from ._examples import per_example
from ._psnr import psnr_values, value_width


@aekit.metric("psnr")
def psnr(model, split) -> aekit.Measure:
    """10 log10(peak^2 / mean squared error) of each image, mean over images.

    The peak is the width of the value range. Reconstructions are taken as they are, neither clipped nor
    rounded. An image without any error, whose ratio is infinite, counts as 100 dB, and so does any better
    than that.

    Unit: dB. Shapes: the error is averaged over all pixels and channels of an image.

    Raises:
        DataError: the data have no value range.
    """
    width = value_width(model.data, "psnr")
    values = per_example(model.data, split, model.reconstruct, lambda x, x_hat: psnr_values(x, x_hat, width))
    return aekit.Measure.mean(values, "dB", "higher")
