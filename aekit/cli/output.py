"""What goes to the terminal: consoles, tables, JSON, and numbers as people read them."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from aekit.run.wording import duration as duration
from aekit.run.wording import figure as figure
from aekit.run.wording import size as size

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STATE_STYLES = {
    "running": "cyan",
    "finished": "green",
    "stopped": "yellow",
    "failed": "red",
    "lost": "magenta",
}
#: How training goes, where it does not go well.
HEALTH_STYLES = {"warning": "yellow", "collapsed": "bold red"}


def print_json(value: Any) -> None:
    """One value to stdout: indented for people on a terminal, a line for programs."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def say(message: str) -> None:
    """A line that is no result: to stderr."""
    click.echo(message, err=True)


def errors() -> Console:
    """The console for what is no result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def new_table(*columns: str, header: bool = True, right: tuple[str, ...] = (), places: tuple[str, ...] = ()) -> Table:
    """A table without lines.

    Args:
        right: columns of numbers.
        places: columns of files and lines, dim and never broken, so that they can be clicked or copied.
    """
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_header=header, pad_edge=False)
    for column in columns:
        side: Any = "right" if column in right else "left"
        style = "dim" if column in places else None
        table.add_column(column, justify=side, style=style, no_wrap=column in (*right, *places), overflow="fold")
    return table


def print_table(table: Table) -> None:
    """A table to stdout: fitted to a terminal, at full width and without trailing blanks for a file or a pipe."""
    from rich.console import Console

    if sys.stdout.isatty():
        Console(highlight=False, markup=False).print(table)
        return
    text = io.StringIO()
    Console(file=text, width=4000, highlight=False, markup=False).print(table)
    click.echo("\n".join(line.rstrip() for line in text.getvalue().splitlines()))
