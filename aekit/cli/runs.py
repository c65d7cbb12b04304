"""`runs` and `watch`: what runs there are, and how one goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aekit.cli.attend import attend
from aekit.cli.output import HEALTH_STYLES, STATE_STYLES, duration, figure, new_table, print_json, print_table, say
from aekit.cli.params import json_option, run_argument, runs_option, verb
from aekit.run import RunDirectory, Status, find_run, list_runs, runs_root, status
from aekit.run.exit_codes import INTERRUPTED
from aekit.run.paths import shown

if TYPE_CHECKING:
    from rich.table import Table


@verb(
    "runs",
    ("aekit runs", "the latest twenty"),
    ("aekit runs --all --runs /data/runs", "all of another folder"),
    ("aekit runs --json | jq -r '.[] | select(.state == \"lost\").id'", "ids of the lost ones"),
)
@click.option("-n", "count", default=20, show_default=True, type=click.IntRange(min=1), help="How many, latest first.")
@click.option("--all", "everything", is_flag=True, help="Every run.")
@runs_option
@json_option("all states")
def runs(count: int, everything: bool, root: Path | None, as_json: bool) -> None:
    """List runs and their states, the latest first."""
    found = list_runs(root)[::-1]
    chosen = found if everything else found[:count]
    states = {run: status(run) for run in chosen}
    if as_json:
        print_json([{"id": run.id, "path": str(run.path), **now.as_dict()} for run, now in states.items()])
    elif not found:
        say(f"there are no runs in {shown(runs_root(root))}/ yet; `aekit run RECIPE` starts one")
    else:
        print_table(_table(states))
        if len(found) > len(chosen):
            say(f"and {len(found) - len(chosen)} older ones: --all")


def _table(states: dict[RunDirectory, Status]) -> Table:
    from rich.text import Text

    table = new_table("id", "status", "recipe", "stage", "step", "loss", "age", right=("step", "loss", "age"))
    for run, now in states.items():
        state = Text(now.state, STATE_STYLES[now.state])
        if now.state == "running":
            state.append(f" {now.detail}", "dim")
        if now.health in HEALTH_STYLES:
            state.append(f" {now.health}", HEALTH_STYLES[now.health])
        loss = now.losses.get("loss", next(iter(now.losses.values()), None))
        step = figure(now.step)
        table.add_row(run.id, state, run.title, now.stage or "", step, figure(loss), duration(now.age))
    return table


@verb(
    "watch",
    ("aekit watch last", "the latest run"),
    ("aekit watch 2026-11-22T0610 --json", "its events, as they come"),
)
@run_argument
@runs_option
@json_option("the run's events, one a line,")
def watch(name: str, root: Path | None, as_json: bool) -> int:
    """Follow a run until it ends, or replay one that is over.

    Ctrl-C ends the watching and leaves the run alone. The exit code tells how the run ended, as that of `aekit run`.
    """
    run = find_run(name, root)
    try:
        return attend(run, as_json=as_json)
    except KeyboardInterrupt:
        say(f"{run.id} goes on by itself" if not status(run).is_over else "")
        return INTERRUPTED
