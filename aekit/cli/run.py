"""`run` and `resume`: the verbs that start a training process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aekit.cli.attend import attend, last_number
from aekit.cli.output import print_json
from aekit.cli.params import (
    json_option,
    overrides_argument,
    plugins_option,
    recipe_argument,
    run_argument,
    runs_option,
    verb,
)
from aekit.errors import RunError
from aekit.run import RunDirectory, create_run, find_run, run_after, runs_root, start_worker, status
from aekit.run.host import hostname

if TYPE_CHECKING:
    from aekit.recipe import Recipe

detach_option = click.option("--detach", is_flag=True, help="Print the run's id and leave it to itself.")


@verb(
    "run",
    ("aekit run digits", "train, and show how it goes"),
    ("aekit run digits epochs=3 encoder.units=[64]", "with other values than the recipe's"),
    ("aekit run mine.yaml --plugins my_plugins", "with components of your own"),
    ("id=$(aekit run digits --detach)", "in the background, from a script"),
    ("aekit run mine.yaml --from last@pretrain", "begin after a finished stage of another run"),
)
@recipe_argument
@overrides_argument
@click.option("--from", "origin", metavar="RUN[@STAGE]", help="Begin after a finished stage of another run.")
@detach_option
@plugins_option
@runs_option
@json_option("the run's events, one a line,")
def run(
    source: str,
    overrides: tuple[str, ...],
    origin: str | None,
    detach: bool,
    plugins: tuple[Path, ...],
    root: Path | None,
    as_json: bool,
) -> int:
    """Train a recipe.

    Ctrl-C stops the run after a checkpoint (exit code 75); a second Ctrl-C leaves it to that. A closed terminal does
    not hurt it: `aekit watch last` shows it again.

    With --from the networks begin as they were at the end of that stage (the last finished one without @STAGE), and
    training with the recipe's stage after the one of this name, or with its first where it has none of this name.
    """
    from aekit.recipe import load_recipe

    recipe = load_recipe(source, overrides, plugins)
    made = _make(recipe, origin, ["aekit", *sys.argv[1:]], root)
    return launch(made, detach, as_json)


def _make(recipe: Recipe, origin: str | None, command: list[str], root: Path | None) -> RunDirectory:
    if origin is None:
        return create_run(recipe, command, runs_root(root))
    name, _, stage = origin.partition("@")
    return run_after(find_run(name, root), stage or None, recipe, root, command)


@verb(
    "resume",
    ("aekit resume last", "go on with the latest run"),
    ("aekit resume 2026-11-22T0610 --detach", "in the background"),
)
@run_argument
@detach_option
@runs_option
@json_option("the run's new events, one a line,")
def resume(name: str, detach: bool, root: Path | None, as_json: bool) -> int:
    """Go on with a stopped, failed or lost run from its last checkpoint.

    On the same machine and number of threads a CPU computes the same bits as if the run had never ended.
    """
    found = find_run(name, root)
    now = status(found)
    if now.state == "running":
        where = "" if now.host in (None, hostname()) else f" on {now.host}"
        raise RunError(f"{found.id} is running{where}; `aekit watch {found.id}` shows it")
    if now.state == "finished":
        raise RunError(f"{found.id} is finished: there is nothing to go on with")
    return launch(found, detach, as_json, resume=True)


def launch(run: RunDirectory, detach: bool, as_json: bool, resume: bool = False) -> int:
    """Start a run's process, and follow it or leave it to itself; returns the exit code."""
    if not detach:
        return attend(run, lambda: start_worker(run, resume), last_number(run), as_json)
    process = start_worker(run, resume)
    process.returncode = 0  # it is left to itself: Python must not warn that nobody waited for it
    if as_json:
        print_json({"id": run.id, "path": str(run.path), "pid": process.pid})
    else:
        click.echo(run.id)
    return 0
