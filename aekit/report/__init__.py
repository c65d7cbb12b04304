"""Reports: rate and distortion of codecs, measured on images and drawn as a chart; comparisons of pretraining.

Each name is imported when it is first asked for; matplotlib and Keras only inside the functions that need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aekit.lazy import lazy_names

if TYPE_CHECKING:
    from aekit.report.arms import Plan, plan_comparison
    from aekit.report.chart import check_chart, draw_chart
    from aekit.report.classical import CLASSICAL, Classical
    from aekit.report.comparison import Comparison, conduct
    from aekit.report.comparison_chart import draw_comparison
    from aekit.report.images import find_images, read_images
    from aekit.report.learned import coder, pca_coders, run_coders
    from aekit.report.rate_distortion import Curve, Point, at_rate, measure_curve, measure_point
    from aekit.report.trials import Trials

__all__ = [
    "CLASSICAL", "Classical", "Comparison", "Curve", "Plan", "Point", "Trials", "at_rate", "check_chart", "coder",
    "conduct", "draw_chart", "draw_comparison", "find_images", "measure_curve", "measure_point", "pca_coders",
    "plan_comparison", "read_images", "run_coders",
]  # fmt: skip

_MODULES = {
    "arms": ("Plan", "plan_comparison"),
    "chart": ("check_chart", "draw_chart"),
    "classical": ("CLASSICAL", "Classical"),
    "comparison": ("Comparison", "conduct"),
    "comparison_chart": ("draw_comparison",),
    "images": ("find_images", "read_images"),
    "learned": ("coder", "pca_coders", "run_coders"),
    "rate_distortion": ("Curve", "Point", "at_rate", "measure_curve", "measure_point"),
    "trials": ("Trials",),
}

__getattr__, __dir__ = lazy_names(__name__, globals(), _MODULES)
