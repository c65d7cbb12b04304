"""`tui`: the terminal application, with options."""

from __future__ import annotations

from pathlib import Path

import click

from aekit.cli.params import runs_option, verb
from aekit.run import find_run


@verb(
    "tui",
    ("aekit tui", "what `aekit` alone does on a terminal"),
    ("aekit tui last", "straight to a run's charts"),
    ("aekit tui --runs /data/runs --theme light", "another folder of runs, in another theme"),
    ("aekit tui --no-standby", "without the process that makes a run start at once, some 450 MB"),
)
@click.argument("name", metavar="[RUN]", required=False)
@runs_option
@click.option("--standby/--no-standby", default=True, help="Keep a process ready that a run can start in at once.")
@click.option("--theme", metavar="NAME", help="The one to show; otherwise the one used last.")
def tui(name: str | None, root: Path | None, standby: bool, theme: str | None) -> int:
    """Open the terminal application: runs as they go, launching, comparing, looking into models."""
    from aekit_tui import main

    run = find_run(name, root) if name else None
    code: int = main(runs=root, standby=standby, theme=theme, run=run)
    return code
