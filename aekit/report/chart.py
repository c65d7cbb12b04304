"""Charts drawn by matplotlib without a screen: rate and distortion, and what other figures share."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aekit.errors import InputError
from aekit.report.rate_distortion import Curve

SUFFIXES = (".png", ".svg", ".pdf")
#: One colour and mark a curve, in order; told apart also in grey and by eyes that see few colours.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c510a")
MARKS = "os^Dv<>P"
LEGEND_COLUMNS = 4


def check_chart(path: Path) -> None:
    """Whether a chart can be written there: before hours of coding, not after.

    Raises:
        InputError: an ending that is no format of ours, or matplotlib is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: a chart is written as {', '.join(SUFFIXES)}")
    if find_spec("matplotlib") is None:
        raise InputError("a chart needs matplotlib: pip install matplotlib")


def draw_chart(curves: Sequence[Curve], path: Path, title: str = "") -> Path:
    """Draw the curves in PSNR and in SSIM, side by side; the file's ending says the format.

    Raises:
        InputError: as `check_chart`.
    """
    check_chart(path)
    figure = new_figure(11, 5)
    left, right = figure.subplots(1, 2)
    _draw(left, curves, "psnr", "PSNR in dB")
    _draw(right, curves, "ssim", "SSIM")
    lines, names = left.get_legend_handles_labels()
    columns = max(min(len(names), LEGEND_COLUMNS), 1)  # below the axes, where it hides no curve
    figure.legend(lines, names, frameon=False, fontsize=9, loc="outside lower center", ncols=columns)
    figure.suptitle(title, fontsize=11)
    return save_figure(figure, path)


def new_figure(width: float, height: float) -> Any:
    """An empty matplotlib figure without a screen; sizes in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Any, path: Path) -> Path:
    """Write a figure, in a folder that need not exist; equal figures are equal files."""
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "aekit"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path


def _draw(axes: Any, curves: Sequence[Curve], measure: str, label: str) -> None:
    for number, curve in enumerate(curves):
        rates = [point.bpp for point in curve.points]
        values = [getattr(point, measure) for point in curve.points]
        colour, mark = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)]
        axes.plot(rates, values, color=colour, marker=mark, markersize=4, linewidth=1.4, label=curve.name)
    axes.set_xlabel("bits per pixel")
    axes.set_ylabel(label)
    axes.set_xlim(left=0)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
