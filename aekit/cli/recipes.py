"""`recipes` and `show`: what there is to train, and a recipe in full."""

from __future__ import annotations

from pathlib import Path

import click

from aekit.cli.output import new_table, print_json, print_table, say
from aekit.cli.params import (
    json_option,
    overrides_argument,
    plugins_option,
    recipe_argument,
    verb,
)


@verb("recipes", ("aekit recipes", "names and what they are"), ("aekit recipes --json", "with their files"))
@json_option("names, descriptions and files")
def recipes(as_json: bool) -> None:
    """List the recipes that come with aekit."""
    from aekit.recipe import shipped_recipes

    found = shipped_recipes()
    if as_json:
        print_json([{"name": r.name, "description": r.description, "path": str(r.path)} for r in found])
        return
    table = new_table("recipe", "what it is")
    for recipe in found:
        table.add_row(recipe.name, recipe.description)
    print_table(table)
    if found:
        say(f"\n`aekit show {found[0].name}` prints one, `aekit run {found[0].name}` trains it")


@verb(
    "show",
    ("aekit show digits", "with every default written in"),
    ("aekit show digits epochs=3 > mine.yaml", "a recipe of your own, to edit"),
)
@recipe_argument
@overrides_argument
@plugins_option
@json_option("the recipe")
def show(source: str, overrides: tuple[str, ...], plugins: tuple[Path, ...], as_json: bool) -> None:
    """Print a recipe complete: with what it extends, your values, and every default.

    The output is itself a recipe.
    """
    from aekit.recipe import load_recipe

    recipe = load_recipe(source, overrides, plugins)
    if as_json:
        print_json(recipe.as_dict())
    else:
        click.echo(recipe.dump(), nl=False)
