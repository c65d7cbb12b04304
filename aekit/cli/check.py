"""`check`: every problem of a recipe, without training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.loading import load_training
from aekit.cli.output import figure, new_table, print_json, print_table, say, size
from aekit.cli.params import json_option, overrides_argument, plugins_option, recipe_argument, verb
from aekit.run.exit_codes import BAD_INPUT, DONE

if TYPE_CHECKING:
    from rich.table import Table

    from aekit.recipe import Entry, Recipe, Stage
    from aekit.training.check import BuildReport


@verb(
    "check",
    ("aekit check digits", "is it right?"),
    ("aekit check mine.yaml latent.size=0", "with another value than the file's"),
    ("aekit check mine.yaml --build", "also make the networks: shapes, value ranges, memory"),
    ("aekit check mine.yaml --json", "problems with file, line and column, for an editor"),
)
@recipe_argument
@overrides_argument
@click.option("--build", is_flag=True, help="Also load the data and make the networks (imports Keras, some 10 s).")
@plugins_option
@json_option("problems and parts")
def check(source: str, overrides: tuple[str, ...], build: bool, plugins: tuple[Path, ...], as_json: bool) -> int:
    """Find every problem of a recipe without training.

    Each problem comes with its place, the near miss and what exists; the exit code is then 2. What depends on
    shapes and data only --build can check.
    """
    from aekit.recipe import RecipeError, load_recipe

    try:
        recipe = load_recipe(source, overrides, plugins)
    except RecipeError as error:
        if not as_json:
            raise
        print_json({"ok": False, "problems": [problem.as_dict() for problem in error.problems]})
        return BAD_INPUT
    report = _build(recipe) if build else None
    problems = report.problems if report else []
    if as_json:
        found = [problem.as_dict() for problem in problems]
        built = {"build": vars(report) | {"problems": found}} if report else {}
        print_json(
            {"ok": not problems, "problems": found, "notes": list(recipe.notes), "recipe": recipe.as_dict(), **built}
        )
    elif problems:
        say("\n".join(map(str, problems)))
    else:
        print_table(_parts(recipe))
        _conclude(recipe, report)
    return BAD_INPUT if problems else DONE


def _build(recipe: Recipe) -> BuildReport:
    report: BuildReport = load_training("check", "loading data and making networks").check_build(recipe)
    return report


def _parts(recipe: Recipe) -> Table:
    """One line a part: what it is, with which options, and where that is defined."""
    table = new_table("part", "type", "options", "defined in", header=False, places=("part", "defined in"))
    for entry in (recipe.data, *recipe.networks.values()):
        table.add_row(*_row(entry.key, entry, recipe))
    for stage in recipe.stages:
        if len(recipe.stages) > 1:
            table.add_row("stage", stage.name, _length(stage))
        table.add_row(*_row("trainer", stage.trainer, recipe))
        for entry in stage.losses:
            table.add_row(*_row("loss", entry, recipe))
        for entry in stage.metrics:
            table.add_row(*_row("metric", entry, recipe))
    if len(recipe.stages) == 1:
        table.add_row("length", "", _length(recipe.stages[0]))
    return table


def _row(part: str, entry: Entry, recipe: Recipe) -> list[str]:
    component = recipe.catalog.find(entry.kind, entry.type)
    weight = {"weight": entry.weight} if entry.weight not in (None, 1, 1.0) else {}
    name = entry.type if entry.key in (part, entry.type) else f"{entry.type} as {entry.key}"
    return [part, name, options_text(entry.options | weight), component.place if component else ""]


def options_text(options: dict[str, Any]) -> str:
    """Options as the command line writes them, "units=[256] activation=relu"."""
    return " ".join(f"{name}={value_text(value)}" for name, value in options.items())


def value_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value) or '""'


def _length(stage: Stage) -> str:
    length = f"{figure(stage.steps)} steps" if stage.epochs is None else f"{figure(stage.epochs)} epochs"
    return f"{length} in batches of {figure(stage.batch_size)}"


def _conclude(recipe: Recipe, report: BuildReport | None) -> None:
    for note in recipe.notes:
        say(f"note: {note}")
    if report is None:
        say("\nnothing wrong; only `aekit check --build` sees shapes, value ranges and memory")
        return
    table = new_table("network", "takes", "gives", "parameters", right=("parameters",))
    for role, (taken, given) in report.shapes.items():
        table.add_row(role, _shape(taken), _shape(given), figure(report.parameters.get(role)))
    click.echo()
    print_table(table)
    for note in report.notes:
        say(f"note: {note}")
    counts = ", ".join(f"{figure(count)} {split}" for split, count in report.data.items())
    single = len(report.steps) == 1
    steps = ", ".join(f"{figure(n)} steps" + ("" if single else f" of {stage}") for stage, n in report.steps.items())
    say(f"\nnothing wrong: {counts} examples ({size(report.data_bytes)}), {steps}, compiled as {report.compile}")


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
