"""Options and arguments that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from aekit.cli.group import Examples, Verb

Function = TypeVar("Function", bound=Callable[..., Any])


def verb(name: str, *examples: tuple[str, str]) -> Callable[[Callable[..., Any]], Verb]:
    """Make a function a verb of the command line; examples are (command line, what it is for)."""
    given: Examples = examples
    return click.command(name, cls=Verb, examples=given)


run_argument = click.argument("name", metavar="RUN")
recipe_argument = click.argument("source", metavar="RECIPE")
overrides_argument = click.argument("overrides", metavar="[KEY=VALUE]...", nargs=-1)
runs_option = click.option(
    "--runs",
    "root",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of runs; otherwise $AEKIT_RUNS, or ./runs.",
)
plugins_option = click.option(
    "--plugins",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A folder of plugins, or one plugin file; may be given more than once.",
)


def json_option(what: str) -> Callable[[Function], Function]:
    """`--json`, saying what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON.")
