"""A sheet of pictures with a line of text under each."""

from collections.abc import Sequence

import numpy as np

GAP, LINE, PAPER, INK = 8, 18, 255, 20
Captioned = tuple[np.ndarray, str] | None


def sheet(rows: Sequence[Sequence[Captioned]]) -> np.ndarray:
    """Rows of (bytes (height, width, channels), caption), None for an empty place, as bytes (height, width, 3)."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = max(_shapes(rows, 0)), max(_shapes(rows, 1))
    tall, wide = height + LINE + GAP, width + GAP
    size = (max(map(len, rows)) * wide + GAP, len(rows) * tall + GAP)
    page = Image.new("RGB", size, (PAPER,) * 3)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for row, places in enumerate(rows):
        for column, place in enumerate(places):
            if place is None:
                continue
            pixels, caption = place
            left, top = GAP + column * wide, GAP + row * tall
            page.paste(Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)).copy()), (left, top))
            draw.text((left, top + pixels.shape[0] + 2), caption, fill=(INK,) * 3, font=font)
    return np.asarray(page)


def _shapes(rows: Sequence[Sequence[Captioned]], axis: int) -> list[int]:
    return [place[0].shape[axis] for places in rows for place in places if place is not None]
