"""The benchmark sets that Keras can fetch: from a file where there is one, otherwise by Keras' loader."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

import aekit

from .._distortion import distorted
from ._binarised import binarised
from ._keras_sets import benchmark

DIGITS = tuple("0123456789")
FASHION = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@aekit.data("mnist")
def mnist(
    *,
    validation: Annotated[int, Field(gt=0)] = 5000,
    train_on_validation: bool = False,
    value_range: tuple[float, float] = (0.0, 1.0),
    binarise: Literal["none", "static", "dynamic"] = "none",
    distortion: Annotated[float, Field(ge=0, le=3)] = 0.0,
    distortion_steps: Annotated[int, Field(gt=0)] | None = None,
) -> aekit.Data:
    """70,000 handwritten digits of 28 x 28 grey pixels; labels 0 to 9.

    Looked for as `$AEKIT_DATA/mnist.npz`, in Keras' cache (~/.keras/datasets/mnist.npz), then fetched by
    Keras (11 MB).

    Splits: the last `validation` of the 60,000 training images validate; 10,000 test.

    Args:
        validation: how many training images validate.
        train_on_validation: train on these too, as papers do that train on all 60,000; they are then not held
            out.
        value_range: of a pixel in data units, (-1, 1) for tanh outputs.
        binarise: pixels that are 0 or 1, drawn with the grey value as the probability of 1, and not thresholded:
            `dynamic` draws training images anew at every step, validation and test images once by a fixed
            seed; `static` all images once. Likelihoods under the two are not comparable. Needs values in
            [0, 1].
        distortion: strength of random affine distortions of the training images; 1 is up to 10 degrees, 10 %
            of scale and shear, and half a pixel of shift. Needs values in [0, 1].
        distortion_steps: distort only in the first so many steps; in all where null.

    Raises:
        ValueError: a distortion or a binarisation of values that are not in [0, 1]; a distortion of images
            that are binarised once.

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998;
    binarised as by Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008.
    """
    if distortion and tuple(value_range) != (0.0, 1.0):
        raise ValueError(f"distortion needs pixels in [0, 1], the value range is {value_range}")
    if distortion and binarise == "static":
        raise ValueError("distortion would make grey images of those that are binarised once: binarise: dynamic")
    data = benchmark("mnist", (28, 28), validation, train_on_validation, value_range, DIGITS, "CC BY-SA 3.0")
    data = replace(data, augment=distorted(distortion, distortion_steps)) if distortion else data
    return binarised(data, binarise)


@aekit.data("fashion_mnist")
def fashion_mnist(
    *,
    validation: Annotated[int, Field(gt=0)] = 5000,
    train_on_validation: bool = False,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> aekit.Data:
    """70,000 pieces of clothing in 28 x 28 grey pixels; ten classes.

    Looked for as `$AEKIT_DATA/fashion_mnist.npz` (x_train, y_train, x_test, y_test), in Keras' cache, then
    fetched by Keras (31 MB). Splits: the last `validation` of the 60,000 training images validate; 10,000
    test.

    Args:
        validation: how many training images validate.
        train_on_validation: train on these too; they are then not held out.
        value_range: of a pixel in data units, (-1, 1) for tanh outputs.

    Source: Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017.
    """
    return benchmark("fashion_mnist", (28, 28), validation, train_on_validation, value_range, FASHION, "MIT")


@aekit.data("cifar10")
def cifar10(
    *,
    validation: Annotated[int, Field(gt=0)] = 5000,
    train_on_validation: bool = False,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> aekit.Data:
    """60,000 colour photos of 32 x 32 pixels; ten classes of objects.

    Looked for as `$AEKIT_DATA/cifar10.npz` (x_train, y_train, x_test, y_test), in Keras' cache, then fetched
    by Keras (170 MB). Splits: the last `validation` of the 50,000 training images validate; 10,000 test.

    Args:
        validation: how many training images validate.
        train_on_validation: train on these too; they are then not held out.
        value_range: of a pixel in data units, (-1, 1) for tanh outputs.

    Source: Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    licence = "no licence stated by its authors"
    return benchmark("cifar10", (32, 32, 3), validation, train_on_validation, value_range, OBJECTS, licence)
