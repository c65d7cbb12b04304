"""Labelled points in a plane as a picture."""

from collections.abc import Sequence

import numpy as np

from ._sheet import INK, PAPER

#: Ten colours that are told apart, also by most of the colour-blind; more classes take them in turn.
COLORS = (
    (31, 119, 180), (255, 127, 14), (44, 160, 44), (214, 39, 40), (148, 103, 189),
    (140, 86, 75), (227, 119, 194), (127, 127, 127), (188, 189, 34), (23, 190, 207),
)  # fmt: skip
SIDE, MARGIN = 560, 12
#: Of a disc in pixels: for a few points, and for a thousand and more.
RADII = 3.0, 1.6
#: Drawn so many times larger, then shrunk: small discs stay round.
FINER = 3
#: The share of the points at each end of an axis that may lie on its border.
OUTSIDE = 0.002


def scatter(points: np.ndarray, labels: np.ndarray, names: Sequence[str] = ()) -> np.ndarray:
    """Points (n, 2), a colour for each label and its name at the middle of its points, as bytes (SIDE, SIDE, 3)."""
    from PIL import Image, ImageDraw, ImageFont

    low, high = (np.quantile(points, share, axis=0) for share in (OUTSIDE, 1 - OUTSIDE))
    places = np.clip((points - low) / np.maximum(high - low, 1e-12), 0, 1) * (SIDE - 2 * MARGIN) + MARGIN
    places[:, 1] = SIDE - places[:, 1]
    large = Image.new("RGB", (SIDE * FINER, SIDE * FINER), (PAPER,) * 3)
    draw = ImageDraw.Draw(large)
    reach = RADII[len(points) >= 1000] * FINER
    for (x, y), label in zip(places * FINER, labels, strict=True):
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=COLORS[label % len(COLORS)])
    page = large.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(16)
    for label in np.unique(labels):
        x, y = np.median(places[labels == label], axis=0)
        name = names[label] if names else str(label)
        draw.text((x, y), name, (INK,) * 3, font, anchor="mm", stroke_width=3, stroke_fill=(PAPER,) * 3)
    return np.asarray(page)
