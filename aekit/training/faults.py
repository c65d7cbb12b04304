"""A component that fails: told at the place in the recipe that called for it."""

from __future__ import annotations

from aekit import registry
from aekit.recipe import Entry, Problem, RecipeError


def fault(entry: Entry, message: str) -> RecipeError:
    """The error to raise for what is wrong with an entry: file:line:column, message, caret, where it is defined."""
    text = f"{entry.kind} '{entry.type}': {message}"
    defined = registry.find(entry.kind, entry.type).place
    if entry.place is None:
        return RecipeError([Problem("recipe", 0, 0, 0, text, place=defined)])
    return RecipeError([Problem.at(entry.place, text, place=defined)])


def first_line(error: BaseException) -> str:
    """An exception in one line: what it is, and the first line of what it says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
