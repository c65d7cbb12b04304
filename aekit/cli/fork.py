"""`fork`: a new run from a checkpoint of another."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aekit.cli.params import json_option, overrides_argument, run_argument, runs_option, verb
from aekit.cli.run import detach_option, launch
from aekit.run import find_run, fork_run


@verb(
    "fork",
    ("aekit fork last trainer.optimizer.learning_rate=1e-4", "the latest run, from here on at another rate"),
    ("aekit fork last epochs=600", "longer than the finished run was"),
    ("aekit fork 2026-11-22T0610 --step 4400 --detach", "from an earlier checkpoint, in the background"),
)
@run_argument
@overrides_argument
@click.option("--step", type=click.IntRange(min=0), help="Of the checkpoint to go on from; the newest otherwise.")
@detach_option
@runs_option
@json_option("the new run's events, one a line,")
def fork(
    name: str, overrides: tuple[str, ...], step: int | None, detach: bool, root: Path | None, as_json: bool
) -> int:
    """Go on from a checkpoint as a new run, with other values.

    Networks, optimizer and position in the data are the checkpoint's; the learning rate, the losses and how long are
    the recipe's with the values given here. The run forked from stays as it is, and may be running.
    """
    from aekit.recipe import load_recipe

    parent = find_run(name, root)
    recipe = load_recipe(parent.recipe, overrides)
    made = fork_run(parent, recipe, step, root, ["aekit", *sys.argv[1:]])
    return launch(made, detach, as_json, resume=True)
