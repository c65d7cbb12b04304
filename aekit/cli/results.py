"""`measure`, `reconstruct` and `verify-resume`: the verbs that load networks (they import Keras when called)."""

from __future__ import annotations

import time
from pathlib import Path

import click

from aekit.cli.display import make_display
from aekit.cli.loading import load_training
from aekit.cli.measures import print_measures
from aekit.cli.output import figure, print_json
from aekit.cli.params import (
    json_option,
    overrides_argument,
    plugins_option,
    recipe_argument,
    run_argument,
    runs_option,
    verb,
)
from aekit.run import find_run
from aekit.run.exit_codes import DONE, FAILED


@verb(
    "measure",
    ("aekit measure last", "the metrics that its recipe names"),
    ("aekit measure last squared_error pca_baseline", "these metrics"),
)
@run_argument
@click.argument("metrics", metavar="[METRIC]...", nargs=-1)
@runs_option
@json_option("the measures")
def measure(name: str, metrics: tuple[str, ...], root: Path | None, as_json: bool) -> None:
    """Compute metrics on a finished run, into its metrics.json."""
    run = find_run(name, root)
    training = load_training("measuring", "loading networks and data")
    display = make_display()
    try:
        measures = training.measure_run(
            run.path,
            list(metrics) or None,
            lambda kind, **fields: display.show({"type": kind, "time": time.time(), **fields}),
        )
    finally:
        display.close()
    if as_json:
        print_json(measures)
    else:
        print_measures(measures)


@verb(
    "reconstruct",
    ("aekit reconstruct last photo.png", "into reconstructions/"),
    ("aekit reconstruct last *.png --out seen/", "many, elsewhere"),
)
@run_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    "folder",
    default="reconstructions",
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the pictures go.",
)
@runs_option
@json_option("the files written")
def reconstruct(name: str, files: tuple[Path, ...], folder: Path, root: Path | None, as_json: bool) -> None:
    """Send images through a run's encoder and decoder; prints the files that it wrote."""
    run = find_run(name, root)
    training = load_training("reconstructing", "loading networks")
    written = [str(path) for path in training.reconstruct_files(run.path, list(files), folder)]
    if as_json:
        print_json(written)
    else:
        click.echo("\n".join(written))


@verb(
    "verify-resume",
    ("aekit verify-resume digits", "interrupt it at some step, resume, compare every bit"),
    ("aekit verify-resume digits --steps 50 --at 17", "at that step"),
)
@recipe_argument
@overrides_argument
@click.option("--steps", default=200, show_default=True, type=click.IntRange(min=2), help="How many steps to train.")
@click.option("--at", type=click.IntRange(min=1), help="The step to interrupt at; otherwise one at random.")
@plugins_option
@json_option("the report")
def verify_resume(
    source: str, overrides: tuple[str, ...], steps: int, at: int | None, plugins: tuple[Path, ...], as_json: bool
) -> int:
    """Prove that a recipe resumes bit for bit on this machine.

    Trains some steps in one go, and again with an interruption and a resume from the checkpoint, then compares every
    tensor of the state. Exit code 1 if any bit differs.
    """
    from aekit.recipe import load_recipe

    if at is not None and at >= steps:
        raise click.BadParameter(f"{at} is not before the last of {steps} steps.", param_hint="'--at'")
    recipe = load_recipe(source, overrides, plugins)
    report = load_training("verify", f"training {figure(steps)} steps twice").verify_resume(recipe, steps, at)
    if as_json:
        print_json({**vars(report), "equal": report.equal})
    else:
        click.echo(f"straight   {report.straight}")
        click.echo(f"resumed    {report.resumed}   interrupted at step {figure(report.interrupted_at)}")
        click.echo("equal bit for bit" if report.equal else f"different: {', '.join(report.differing)}")
    return DONE if report.equal else FAILED
