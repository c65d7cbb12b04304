"""`rate-distortion`: codecs beside each other, on images of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.output import new_table, print_json, print_table, say
from aekit.cli.params import json_option, runs_option, verb

if TYPE_CHECKING:
    from aekit.report import Curve

CODECS = ("jpeg", "jpeg2000", "webp", "pca")
RATES = (0.25, 0.5, 1.0, 1.5)


@verb(
    "rate-distortion",
    ("aekit rate-distortion photos/", "JPEG, JPEG2000, WebP and PCA on all images of a folder"),
    ("aekit rate-distortion photos/ --run last -o chart.svg", "with a run's networks beside them, as a chart"),
    ("aekit rate-distortion a.png b.png --codec jpeg --json", "every image's figures, for a program"),
)
@click.argument("paths", metavar="IMAGES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--run", "names", multiple=True, metavar="RUN", help="A trained run; those of one recipe are one curve.")
@click.option(
    "--bits",
    multiple=True,
    type=click.IntRange(1, 8),
    metavar="N",
    help="Bits of each number of a code on a grid; 6 and 4.",
)
@click.option(
    "--codec",
    "codecs",
    multiple=True,
    type=click.Choice(CODECS),
    help=f"Beside the runs; {', '.join(CODECS)}, all of them where none is named.",
)
@click.option("--grey", is_flag=True, help="Turn the images grey first.")
@click.option(
    "-o", "--out", "chart", type=click.Path(path_type=Path), metavar="FILE", help="The chart: .png, .svg or .pdf."
)
@runs_option
@json_option("every figure")
def rate_distortion(
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    bits: tuple[int, ...],
    codecs: tuple[str, ...],
    grey: bool,
    chart: Path | None,
    root: Path | None,
    as_json: bool,
) -> None:
    """Measure PSNR and SSIM against bits per pixel, in real bytes.

    Each codec writes every image at several settings; a point is the mean over the images. Bits per pixel are
    counted from whole files. PSNR is over all channels, SSIM of the luma.
    """
    from aekit.report import draw_chart, find_images, read_images
    from aekit.report.chart import check_chart

    if chart is not None:
        check_chart(chart)
    files = find_images(paths)
    images = read_images(files, grey)
    curves = _measure(images, names, bits or (6, 4), codecs or CODECS, root)
    title = f"{'1 image' if len(images) == 1 else f'means over {len(images)} images'}{', grey' if grey else ''}"
    if chart is not None:
        say(f"chart      {draw_chart(curves, chart, title)}")
    if as_json:
        sizes = [{"name": name, "shape": image.shape} for name, image in images.items()]
        print_json({"format": 1, "images": sizes, "curves": [curve.as_dict() for curve in curves]})
    else:
        _print(curves)


def _measure(
    images: dict[str, Any], names: tuple[str, ...], bits: tuple[int, ...], codecs: tuple[str, ...], root: Path | None
) -> list[Curve]:
    """Curves of the runs, then of the other codecs in the order of `CODECS`."""
    from aekit.report import CLASSICAL, measure_curve, pca_coders, run_coders

    found: list[tuple[str, str, dict[str, Any]]] = []
    if names:
        found += run_coders(_runs(names, root), bits)
    for name in CODECS:
        if name in codecs and name in CLASSICAL:
            codec = CLASSICAL[name]
            found.append((codec.name, codec.about, codec.coders()))
        elif name in codecs:
            found.append(pca_coders())
    curves = []
    for name, about, coders in found:
        say(f"{name}, {len(coders)} {'setting' if len(coders) == 1 else 'settings'} ...")
        curves.append(measure_curve(name, coders, images, about))
    return curves


def _runs(names: tuple[str, ...], root: Path | None) -> list[Path]:
    from aekit.cli.loading import load_training
    from aekit.run import find_run

    paths = [find_run(name, root).path for name in names]
    load_training("opening", "loading networks")
    return paths


def _print(curves: list[Curve]) -> None:
    """Every point; and for the curves that reach there, PSNR at the same rates."""
    from aekit.report import at_rate

    table = new_table("codec", "setting", "bpp", "PSNR", "SSIM", right=("bpp", "PSNR", "SSIM"))
    for curve in curves:
        for number, point in enumerate(curve.points):
            figures = (f"{point.bpp:.3f}", f"{point.psnr:.2f} dB", f"{point.ssim:.4f}")
            table.add_row(curve.name if not number else "", point.setting, *figures)
    print_table(table)
    heads = [f"{rate:g} bpp" for rate in RATES]
    at = {curve.name: [at_rate(curve, rate) for rate in RATES] for curve in curves}
    reached = {name: values for name, values in at.items() if any(value is not None for value in values)}
    if reached:
        click.echo()
        table = new_table("PSNR at", *heads, right=tuple(heads))
        for name, values in reached.items():
            table.add_row(name, *("" if value is None else f"{value:.2f} dB" for value in values))
        print_table(table)
