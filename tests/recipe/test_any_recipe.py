"""Whatever a recipe's file holds: a Recipe, or a RecipeError whose problems lie in the text. Nothing else, and soon."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aekit.recipe import Recipe, RecipeError, load_recipe
from aekit.recipe.dump import dump_yaml
from aekit.recipe.load import KEYS
from aekit.recipe.places import COMMAND_LINE, LINE_BREAK

patient = settings(deadline=5000, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

WORDS = [*KEYS, "type", "units", "size", "mlp", "plain", "mse", "adam", "optimizer", "autoencoder", "weight", "dots"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=15,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("recipes") / "recipe.yaml"


def check(file, content, overrides=()):
    """Load the content; the result is a complete recipe, or problems within the text."""
    file.write_bytes(content)
    try:
        recipe = load_recipe(file, overrides)
    except RecipeError as error:
        lines = LINE_BREAK.split(content.decode("utf-8-sig", "replace"))
        assert str(error)
        for problem in error.problems:
            within = list(overrides) if problem.file == COMMAND_LINE else lines
            assert problem.line <= len(within)
            assert problem.line == 0 or 1 <= problem.column <= len(within[problem.line - 1]) + 1
    else:
        assert isinstance(recipe, Recipe)
        file.write_text(recipe.dump(), encoding="utf-8")
        assert load_recipe(file) == recipe


@patient
@given(content=st.binary(max_size=200))
def test_any_bytes(file, content):
    check(file, content)


@patient
@given(data=st.data())
def test_a_recipe_with_some_text_changed(file, recipe_text, data):
    start = data.draw(st.integers(0, len(recipe_text)))
    end = data.draw(st.integers(start, min(start + 20, len(recipe_text))))
    new = data.draw(st.text(st.sampled_from("{}[]:,-\n\t #&*!|>'\"?%@<=abc01.e~"), max_size=6))
    check(file, (recipe_text[:start] + new + recipe_text[end:]).encode())


@patient
@given(tree=st.dictionaries(st.sampled_from(KEYS), TREES, max_size=8))
def test_any_values_under_the_keys_of_recipes(file, tree):
    check(file, dump_yaml(tree).encode("utf-8", "replace"))


@patient
@given(key=st.sampled_from(KEYS), value=TREES)
def test_a_recipe_with_any_value_under_one_key(file, recipe_text, key, value):
    check(file, f"{recipe_text}\n{dump_yaml({key: value})}".encode("utf-8", "replace"))


@patient
@given(
    path=st.lists(st.sampled_from([*WORDS, "0", "1", "x"]) | st.text(max_size=3), min_size=1, max_size=4),
    value=st.text(max_size=8) | st.sampled_from(["null", "{}", "[]", "{type: conv}", "1e-3", "[1, 2]"]),
)
def test_any_override(file, recipe_text, stages_text, path, value):
    override = " ".join(f"{'.'.join(path)}={value}".splitlines())
    for text in (recipe_text, stages_text):
        check(file, text.encode(), [override])
