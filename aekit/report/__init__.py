"""Reports: rate and distortion of codecs, measured on images and drawn as a chart.

Each name is imported when it is first asked for; matplotlib and Keras only inside the functions that need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aekit.lazy import lazy_names

if TYPE_CHECKING:
    from aekit.report.chart import check_chart, draw_chart
    from aekit.report.classical import CLASSICAL, Classical
    from aekit.report.images import find_images, read_images
    from aekit.report.learned import coder, pca_coders, run_coders
    from aekit.report.rate_distortion import Curve, Point, at_rate, measure_curve, measure_point

__all__ = [
    "CLASSICAL", "Classical", "Curve", "Point", "at_rate", "check_chart", "coder", "draw_chart", "find_images",
    "measure_curve", "measure_point", "pca_coders", "read_images", "run_coders",
]  # fmt: skip

_MODULES = {
    "chart": ("check_chart", "draw_chart"),
    "classical": ("CLASSICAL", "Classical"),
    "images": ("find_images", "read_images"),
    "learned": ("coder", "pca_coders", "run_coders"),
    "rate_distortion": ("Curve", "Point", "at_rate", "measure_curve", "measure_point"),
}

__getattr__, __dir__ = lazy_names(__name__, globals(), _MODULES)
