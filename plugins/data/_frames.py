"""Frames of photos of different sizes, packed into one flat array that a compiled step can sample from."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from aekit.errors import DataError

LARGEST = 2**31 - 1  # what a 32-bit index can reach


def strips(images: list[np.ndarray], parts: list[str], share: float, size: int) -> dict[str, list[np.ndarray]]:
    """Strips of each image's height, cut from its lower end, for `parts`; "train" keeps the rest.

    Args:
        share: of the height in one strip, at least `size` pixels; with 0 all parts have the whole images.
    """
    cut: dict[str, list[np.ndarray]] = {name: [] for name in ("train", *parts)}
    for image in images:
        strip = max(round(image.shape[0] * share), size) if share else 0
        left = max(0, image.shape[0] - strip * len(parts))
        cut["train"].append(image[:left])
        for number, part in enumerate(parts):
            cut[part].append(image[left + number * strip :][:strip] if strip else image)
    return cut


def pack(images: list[np.ndarray], size: int, part: str) -> dict[str, np.ndarray]:
    """Images (height, width, channels) one after another, with what is needed to find a frame by one number.

    Returns:
        pixels (all, channels) as bytes; of each image: offset of its first pixel, width, and `across`, how
        many frames lie side by side; starts: how many places of frames lie in the images before it, with the
        total as the last.

    Raises:
        DataError: an image smaller than a frame, or more than 32-bit indices can reach.
    """
    heights, widths = np.array([image.shape[:2] for image in images], "int64").T
    if min(heights.min(), widths.min()) < size:
        small = int(np.argmin(np.minimum(heights, widths)))
        raise DataError(
            f"photo_patches: frames of {size} x {size} do not fit into the {part} part of a photo, "
            f"{heights[small]} x {widths[small]} pixels; take a smaller size, larger photos, "
            f"another held_out, or name a validation_image and a test_image"
        )
    ends = np.cumsum(heights * widths)
    if ends[-1] > LARGEST:
        raise DataError(f"photo_patches: {ends[-1]:,} pixels are too many to hold; shrink the photos by side")
    across, down = widths - size + 1, heights - size + 1
    return {
        "pixels": np.concatenate([image.reshape(-1, image.shape[-1]) for image in images]),
        "offsets": (ends - heights * widths).astype("int32"),
        "widths": widths.astype("int32"),
        "across": across.astype("int32"),
        "starts": np.concatenate([[0], np.cumsum(across * down)]).astype("int32"),
    }


def draw_frames(packed: Mapping[str, np.ndarray], size: int, count: int, seed: tuple[int, ...]) -> np.ndarray:
    """`count` frames at places drawn from `seed`, as bytes (count, size, size, channels)."""
    place = np.random.default_rng(seed).integers(packed["starts"][-1], size=count)
    return packed["pixels"][frame_pixels(packed, place, size, np)]


def frame_sampler(size: int, low: float, high: float) -> Callable[..., dict[str, Any]]:
    """`sample` of an `aekit.Stream` over packed images: float32 frames, scaled to [low, high]."""

    def sample(arrays: Mapping[str, Any], seed: Any, count: int) -> dict[str, Any]:
        from keras import ops, random

        place = random.randint((count,), 0, arrays["starts"][-1], seed=seed)
        pixels = ops.take(arrays["pixels"], frame_pixels(arrays, place, size, ops), axis=0)
        return {"x": ops.cast(pixels, "float32") * ((high - low) / 255) + low}  # count, size, size, channels

    return sample


def frame_pixels(packed: Mapping[str, Any], place: Any, size: int, ops: Any) -> Any:
    """Rows of `pixels` of the frames at `place` (count,): (count, size, size), by keras.ops or numpy."""
    image = ops.searchsorted(packed["starts"][1:], place, side="right")
    within = place - ops.take(packed["starts"], image)
    across, width = ops.take(packed["across"], image), ops.take(packed["widths"], image)
    corner = ops.take(packed["offsets"], image) + (within // across) * width + within % across
    square = ops.arange(size, dtype="int32")
    return corner[:, None, None] + square[:, None] * width[:, None, None] + square
