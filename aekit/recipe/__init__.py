"""Recipes: read with line and column, extended, overridden, checked, every problem at once. No Keras in here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aekit.recipe.find import ShippedRecipe, find_recipe, shipped_recipes
from aekit.recipe.problems import Problem, RecipeError
from aekit.recipe.recipe import (
    Checkpoints,
    EarlyStopping,
    Entry,
    Interval,
    OnCollapse,
    PluginRef,
    Previews,
    Recipe,
    Stage,
)

__all__ = [
    "Checkpoints", "EarlyStopping", "Entry", "Interval", "OnCollapse", "PluginRef", "Previews", "Problem", "Recipe",
    "RecipeError", "ShippedRecipe", "Stage", "find_recipe", "load_recipe", "load_recipe_text", "shipped_recipes",
]  # fmt: skip


def load_recipe(source: str | Path, overrides: Sequence[str] = (), plugins: Sequence[str | Path] = ()) -> Recipe:
    """Read and check a recipe; see `aekit.recipe.load.load_recipe`, which is imported when it is called."""
    from aekit.recipe.load import load_recipe as load

    return load(source, overrides, plugins)


def load_recipe_text(
    content: str, path: str | Path, overrides: Sequence[str] = (), plugins: Sequence[str | Path] = ()
) -> Recipe:
    """Read and check a recipe's text; see `aekit.recipe.load.load_recipe_text`, which is imported when it is called."""
    from aekit.recipe.load import load_recipe_text as load

    return load(content, path, overrides, plugins)
