"""Whole images through a net of frames, with codes rounded to a few bits: the experiment of 1987."""

import io
from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.codec.frames import FrameTransform
from aekit.codec.quantisers import UniformQuantiser
from aekit.errors import DataError

from ._psnr import psnr_values, value_width
from ._sheet import sheet
from ._whole_images import whole_image

FITTED_ON = 100_000  # training frames that PCA is given at most


@aekit.metric("code_psnr")
def code_psnr(
    model,
    split,
    figures=None,
    *,
    images: list[str] = ["camera", "astronaut"],  # noqa: B006  # read from source, where a default is a literal
    bits: list[Annotated[int, Field(ge=1, le=8)]] = [6, 4],  # noqa: B006
    side: Annotated[int, Field(gt=0)] | None = 256,
) -> dict[str, aekit.Measure]:
    """PSNR of whole images that pass through the net frame by frame, without overlap, at several roundings.

    Each code of an image is rounded to a grid of 2^bits values between its least and its largest over the
    image's frames; the image is then rounded to bytes. Beside the net stands PCA of as many numbers, fitted on
    the training frames and rounded alike, and JPEG of at most as many bytes. Reported once, with the test
    split; the images need not be of any split. Each image's sheet goes to the run's figures: (A) the
    original, (B) the net without rounding, (C), (D) and so on with the codes in `bits`; the same for PCA;
    JPEG.

    Args:
        images: photos that scikit-image and scikit-learn carry, or files from the working folder or inside
            $AEKIT_DATA.
        bits: of each number in the code; times code size by pixels of a frame they give the bits per pixel.
        side: images are cut to a square of this side in pixels; null takes them as they are.

    Returns:
        IMAGE.float, IMAGE.6_bits, ..., and with the words pca_ and jpeg_ before the setting those of PCA and
        JPEG, which has no "float". Unit: dB.

    Source: Cottrell, Munro and Zipser, Learning internal representations from gray-scale images, 1987.

    Raises:
        DataError: examples that are no images, or an image that is missing.
    """
    if not model.data.is_image:
        raise DataError(f"code_psnr needs frames of images; {model.data.title} has plain vectors")
    value_width(model.data, "code_psnr")
    if split != "test":
        return {}
    pca = aekit.fit_pca(model.data, model.code_size, fit_examples=FITTED_ON)
    linear = frame_transform(model, pca.encode, pca.decode)
    net = frame_transform(model, model.encode, lambda z: model.decode(z.reshape(-1, *model.code_shape)))
    measures: dict[str, aekit.Measure] = {}
    for path in images:
        image = whole_image(path, model.data.example_shape[2], side)
        name = path.rpartition("/")[2].partition(".")[0]
        rows = {
            "": coded(image, net, bits),
            "pca_": coded(image, linear, bits),
            "jpeg_": {depth: jpeg(image, _most_bytes(image, model, depth)) for depth in bits},
        }
        found = {prefix: {key: psnr(image, x_hat) for key, x_hat in row.items()} for prefix, row in rows.items()}
        for prefix, row in found.items():
            for depth, decibels in row.items():
                measures[f"{name}.{prefix}{_setting(depth)}"] = aekit.Measure(decibels, 1, None, "dB", "higher")
        if figures is not None:
            figures.picture(name, _pictures(image, rows, found, model))
    return measures


def coded(image: np.ndarray, transform: FrameTransform, bits: list[int]) -> dict[int, np.ndarray]:
    """An image recovered from its frames' codes: without rounding (key 0), and rounded to each of `bits`."""
    codes = transform.analyse(image)
    recovered = {0: transform.synthesise(codes, image.shape)}
    for depth in bits:
        grid = UniformQuantiser(bits=depth).fit(codes)
        recovered[depth] = transform.synthesise(grid.dequantise(grid.quantise(codes)), image.shape)
    return recovered


def frame_transform(model, encode, decode) -> FrameTransform:
    """The codec's transform of the model's frames; it writes no file here, so that its identity does not count."""
    shape, value_range = model.data.example_shape, model.data.value_range
    return FrameTransform("", shape, model.code_size, encode, decode, value_range)


def psnr(image: np.ndarray, recovered: np.ndarray) -> float:
    return float(psnr_values(image[None], recovered[None].astype("float64"), 255)[0])


def jpeg(image: np.ndarray, most: float) -> np.ndarray:
    """The image after JPEG of the highest quality that takes at most so many bytes (the lowest, if none does)."""
    from PIL import Image

    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    low, high = 1, 95
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_saved(picture, middle)) <= most else (low, middle - 1)
    with Image.open(io.BytesIO(_saved(picture, low))) as opened:
        return np.asarray(opened).reshape(image.shape)


def _saved(picture, quality: int) -> bytes:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=quality, optimize=True)
    return content.getvalue()


def _bits_per_pixel(model, depth: int) -> float:
    tall, wide, _ = model.data.example_shape
    return depth * model.code_size / (tall * wide)


def _most_bytes(image: np.ndarray, model, depth: int) -> float:
    return _bits_per_pixel(model, depth) * image.shape[0] * image.shape[1] / 8


def _setting(depth: int) -> str:
    return f"{depth}_bits" if depth else "float"


def _pictures(image, rows, found, model) -> np.ndarray:
    """The sheet: a row each for the net, PCA and JPEG."""
    names = {"": "net", "pca_": f"PCA-{model.code_size}", "jpeg_": "JPEG"}
    places = []
    for prefix, row in rows.items():
        line = [(image, "A  original") if not prefix else None]
        for letter, depth in zip("BCDEFGHIJKLMNOPQR", (0, *(d for d in row if d)), strict=False):
            if depth not in row:
                line.append(None)
                continue
            rate = f", {_bits_per_pixel(model, depth):.4g} bpp" if depth else ""
            line.append((row[depth], f"{letter}  {names[prefix]}{rate}: {found[prefix][depth]:.2f} dB"))
        places.append(line)
    return sheet(places)
