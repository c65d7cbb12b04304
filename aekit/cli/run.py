"""`run` and `resume`: the verbs that start a training process."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aekit.cli.attend import attend
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
from aekit.run import RunDirectory, create_run, find_run, latest_events, runs_root, start_worker, status
from aekit.run.host import hostname

detach_option = click.option("--detach", is_flag=True, help="Print the run's id and leave it to itself.")


@verb(
    "run",
    ("aekit run digits", "train, and show how it goes"),
    ("aekit run digits epochs=3 encoder.units=[64]", "with other values than the recipe's"),
    ("aekit run mine.yaml --plugins my_plugins", "with components of your own"),
    ("id=$(aekit run digits --detach)", "in the background, from a script"),
)
@recipe_argument
@overrides_argument
@detach_option
@plugins_option
@runs_option
@json_option("the run's events, one a line,")
def run(
    source: str,
    overrides: tuple[str, ...],
    detach: bool,
    plugins: tuple[Path, ...],
    root: Path | None,
    as_json: bool,
) -> int:
    """Train a recipe.

    Ctrl-C stops the run after a checkpoint (exit code 75); a second Ctrl-C leaves it to that. A closed terminal does
    not hurt it: `aekit watch last` shows it again.
    """
    from aekit.recipe import load_recipe

    recipe = load_recipe(source, overrides, plugins)
    made = create_run(recipe, ["aekit", *sys.argv[1:]], runs_root(root))
    return launch(made, detach, as_json)


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
    after = max((event["n"] for event in latest_events(run.events).values()), default=-1)
    if not detach:
        return attend(run, lambda: start_worker(run, resume), after, as_json)
    process = start_worker(run, resume)
    process.returncode = 0  # it is left to itself: Python must not warn that nobody waited for it
    if as_json:
        print_json({"id": run.id, "path": str(run.path), "pid": process.pid})
    else:
        click.echo(run.id)
    return 0
