"""Principal components of small frames as a transform: the linear codec that a network has to beat."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from aekit.codec.frames import FrameTransform
from aekit.codec.quantisers import UniformQuantiser
from aekit.codec.transform import check_image, cut, pad, to_planes
from aekit.errors import CodecError


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
    given = [images] if isinstance(images, np.ndarray) else list(images)
    if not given or not 1 <= components <= size * size:
        raise CodecError(f"PCA of {size}x{size} frames takes images and 1 to {size * size} components")
    frames = np.concatenate([_frames(image, size) for image in given]).astype("float64")
    mean = frames.mean(0)
    covariance = (frames - mean).T @ (frames - mean) / len(frames)
    values, vectors = np.linalg.eigh(covariance)
    basis = vectors[:, np.argsort(values)[::-1][:components]].T
    basis *= np.where(basis[np.arange(components), np.abs(basis).argmax(1)] < 0, -1, 1)[:, None]
    return linear_transform(mean.astype("float32"), np.ascontiguousarray(basis, "float32"), size)


def linear_transform(mean: np.ndarray, basis: np.ndarray, size: int) -> FrameTransform:
    """The frame transform z = (x - mean) basis^T with an orthonormal basis.

    Shapes: mean (size * size,), basis (components, size * size).
    """
    digest = hashlib.sha256(f"pca {size} {len(basis)}".encode() + mean.tobytes() + basis.tobytes())
    return FrameTransform(
        identity=digest.hexdigest(),
        frame_shape=(size, size, 1),
        size=len(basis),
        encode=lambda x: (x.reshape(len(x), -1) - mean) @ basis.T,
        decode=lambda z: z @ basis + mean,
        value_range=(0.0, 255.0),
        default=UniformQuantiser(bits=4),
        kind="pca",
    )


def _frames(image: np.ndarray, size: int) -> np.ndarray:
    check_image(image)
    luminance = to_planes(pad(image, size, size), 1)[:1]
    return cut(luminance, size, size).reshape(-1, size * size)
