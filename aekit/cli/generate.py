"""`sample`, `interpolate` and `traverse`: pictures of what a run's networks make (they import Keras when called)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aekit.cli.loading import load_training
from aekit.cli.output import print_json
from aekit.cli.params import json_option, run_argument, runs_option, verb
from aekit.run import find_run

seed_option = click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of the samples.")


def out_option(default: str, what: str) -> Any:
    """`-o FILE`, saying what it may be."""
    return click.option(
        "-o", "--out", default=default, show_default=True, type=click.Path(path_type=Path), metavar="FILE", help=what
    )


@verb(
    "sample",
    ("aekit sample last", "64 samples as one picture, samples.png"),
    ("aekit sample last -n 10000 -o samples.npy --seed 1", "an array, float32 in data units"),
    ("aekit sample last -n 100 -o samples/", "a picture of each"),
    ("aekit sample last --density mixture", "of a plain autoencoder, by a mixture fitted on its codes"),
)
@run_argument
@click.option("-n", "count", default=64, show_default=True, type=click.IntRange(min=1), help="How many.")
@out_option("samples.png", "NAME.png is a grid, NAME.npy their arrays, anything without an ending a folder.")
@seed_option
@click.option("--grid", "columns", type=click.IntRange(min=1), metavar="COLUMNS", help="Columns of the grid.")
@click.option(
    "--density",
    type=click.Choice(["gaussian", "mixture", "normal"]),
    help="Where codes come from, if not from the recipe's prior: fitted on training codes, or N(0, I).",
)
@runs_option
@json_option("the files written")
def sample(
    name: str,
    count: int,
    out: Path,
    seed: int,
    columns: int | None,
    density: str | None,
    root: Path | None,
    as_json: bool,
) -> None:
    """Generate examples by a run's networks; prints the files that it wrote.

    Codes come from the prior of a generator, from N(0, I) for a variational autoencoder, and for a plain one from a
    Gaussian fitted on the codes of its training data.
    """
    run = find_run(name, root)
    training = load_training("generating", "loading networks")
    tell(training.sample_file(run.path, count, out, seed, density, columns), as_json)


@verb(
    "interpolate",
    ("aekit interpolate last", "eight ways between samples, interpolation.png"),
    ("aekit interpolate last one.png other.png --steps 12", "from one picture to another"),
)
@run_argument
@click.argument("ends", metavar="[PICTURE PICTURE]", nargs=-1, type=click.Path(path_type=Path))
@click.option("-n", "count", default=8, show_default=True, type=click.IntRange(min=1), help="Rows, between samples.")
@click.option("--steps", default=10, show_default=True, type=click.IntRange(min=2), help="Pictures in a row.")
@out_option("interpolation.png", "The picture, NAME.png.")
@seed_option
@runs_option
@json_option("the files written")
def interpolate(
    name: str, ends: tuple[Path, ...], count: int, steps: int, out: Path, seed: int, root: Path | None, as_json: bool
) -> None:
    """Go from one code to another in even steps; prints the file that it wrote."""
    run = find_run(name, root)
    training = load_training("generating", "loading networks")
    tell(training.interpolation_file(run.path, out, ends, count, steps, seed), as_json)


@verb(
    "traverse",
    ("aekit traverse last", "the first eight numbers of a sample's code, traversal.png"),
    ("aekit traverse last --dimension 3 --dimension 7 --of face.png", "two numbers of a picture's code"),
)
@run_argument
@click.option(
    "--dimension", "dimensions", multiple=True, type=click.IntRange(min=0), metavar="N",
    help="Which number of the code, from 0; may be given more than once.",
)  # fmt: skip
@click.option("--of", "picture", type=click.Path(path_type=Path), metavar="PICTURE", help="Whose code is changed.")
@click.option("--steps", default=9, show_default=True, type=click.IntRange(min=2), help="Pictures in a row.")
@out_option("traversal.png", "The picture, NAME.png.")
@seed_option
@runs_option
@json_option("the files written")
def traverse(
    name: str,
    dimensions: tuple[int, ...],
    picture: Path | None,
    steps: int,
    out: Path,
    seed: int,
    root: Path | None,
    as_json: bool,
) -> None:
    """Change one number of a code after another, over three standard deviations; prints the file that it wrote."""
    run = find_run(name, root)
    training = load_training("generating", "loading networks")
    tell(training.traversal_file(run.path, out, dimensions, steps, seed, picture), as_json)


def tell(written: list[Path], as_json: bool) -> None:
    """The files on stdout."""
    names = [str(path) for path in written]
    if as_json:
        print_json(names)
    else:
        click.echo("\n".join(names))
