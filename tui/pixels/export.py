"""Frames as an animated picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aekit.run.files import write_whole


def save_gif(frames: Sequence[np.ndarray], path: Path, seconds_per_frame: float = 0.2) -> None:
    """Write a GIF that repeats for ever, whole or not at all.

    Args:
        frames: pictures of one size, (height, width) or (height, width, 1 or 3), uint8.

    Raises:
        ValueError: when there are no frames, or they differ in size.
    """
    from PIL import Image

    if len({frame.shape[:2] for frame in frames}) != 1:
        raise ValueError(f"Expected frames of one size. Received: {[frame.shape for frame in frames]}")
    pages = [Image.fromarray(frame[..., 0] if frame.shape[2:] == (1,) else frame) for frame in frames]
    content = io.BytesIO()
    milliseconds = round(seconds_per_frame * 1000)
    pages[0].save(content, "GIF", save_all=True, append_images=pages[1:], duration=milliseconds, loop=0)
    write_whole(path, content.getbuffer(), durable=False)
