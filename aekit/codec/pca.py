"""Principal components of small frames as a transform: the linear codec that a network has to beat."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from aekit.codec.frames import FrameTransform
from aekit.codec.quantisers import RoundingQuantiser
from aekit.codec.transform import check_image, cut, pad, to_planes
from aekit.errors import CodecError

#: The step of PCA's codes, in parts of the width of the values' range: the basis is orthonormal, so one suits all.
STEPS = 16


def pca_transform(images: np.ndarray | Sequence[np.ndarray], size: int = 8, components: int = 16) -> FrameTransform:
    """The first principal components of the images' grey frames.

    Colour images train with their luminance, and are coded as three planes. The mean is taken off before.

    Args:
        images: one uint8 image (height, width, channels), or several.
        size: side of a frame in pixels.
        components: how many numbers stand for a frame.

    Raises:
        CodecError: no image, or more components than a frame has pixels.
    """
    from aekit.training.pca import by_covariance

    given = [images] if isinstance(images, np.ndarray) else list(images)
    if not given or not 1 <= components <= size * size:
        raise CodecError(f"PCA of {size}x{size} frames takes images and 1 to {size * size} components")
    pca = by_covariance(lambda: (_frames(image, size) for image in given), size * size, components)
    return linear_transform(pca.mean, pca.components, (size, size, 1), (0.0, 255.0))


def linear_transform(
    mean: np.ndarray, basis: np.ndarray, frame_shape: tuple[int, int, int], value_range: tuple[float, float]
) -> FrameTransform:
    """The frame transform z = (x - mean) basis^T with an orthonormal basis.

    Shapes: mean (d,), basis (components, d), where d is what a frame (height, width, channels) holds.

    Args:
        value_range: of a pixel in the units of mean.
    """
    mean, basis = np.ascontiguousarray(mean, "<f4"), np.ascontiguousarray(basis, "<f4")
    low, high = map(float, value_range)
    digest = hashlib.sha256(f"pca {frame_shape} {(low, high)} {len(basis)}".encode() + mean.tobytes() + basis.tobytes())
    return FrameTransform(
        identity=digest.hexdigest(),
        frame_shape=frame_shape,
        size=len(basis),
        encode=lambda x: (x.reshape(len(x), -1) - mean) @ basis.T,
        decode=lambda z: z @ basis + mean,
        value_range=(low, high),
        default=RoundingQuantiser((high - low) / STEPS),
        kind="pca",
    )


def _frames(image: np.ndarray, size: int) -> np.ndarray:
    check_image(image)
    luminance = to_planes(pad(image, size, size), 1)[:1]
    return cut(luminance, size, size).reshape(-1, size * size)
