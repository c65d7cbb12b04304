"""Plain scalars are those of YAML 1.2."""

import pytest

from aekit.recipe.scalars import needs_quotes, read_scalar, show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1.", 1.0),
        (".5", 0.5),
        ("+12", 12),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-.inf", float("-inf")),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("NULL", None),
    ],
)
def test_the_core_schema(text, value):
    assert read_scalar(text) == value
    assert type(read_scalar(text)) is type(value)


@pytest.mark.parametrize("text", ["no", "yes", "on", "off", "1_000", "12:30:00", "2026-01-01", "0b1", "1e", ".", "-"])
def test_what_only_yaml_1_1_takes_for_something_else_is_text(text):
    assert read_scalar(text) == text
    assert not needs_quotes(text)


@pytest.mark.parametrize("text", [".nan", "1e999", "9" * 5000])
def test_numbers_that_no_recipe_holds(text):
    with pytest.raises(ValueError, match="number"):
        read_scalar(text)
    assert needs_quotes(text)


def test_values_are_shown_as_recipes_write_them():
    assert show([None, True, "a", {"b": 1.5}]) == "[null, true, 'a', {b: 1.5}]"
    assert show("x" * 100) == f"'{'x' * 58}…"
