"""`extends` builds on another recipe."""

from pathlib import Path

import pytest


@pytest.fixture
def extend(load, recipe_text):
    """`extend(text)` reads a recipe that extends base.yaml."""

    def extended(text, *overrides):
        Path("base.yaml").write_text(recipe_text)
        return load(f"extends: base.yaml\n{text}", *overrides)

    return extended


def test_mappings_merge_lists_replace_and_null_removes(extend):
    recipe = extend("encoder: {units: [9], batch_norm: true}\nlatent: null\nlosses: {kl: {}, mse: null}\n")
    assert recipe.networks["encoder"].options == {"units": [9], "activation": "relu", "batch_norm": True}
    assert list(recipe.networks) == ["encoder", "decoder"]
    assert [loss.key for loss in recipe.stages[0].losses] == ["kl"]
    assert recipe.seed == 1


def test_a_new_type_drops_the_old_options(extend):
    recipe = extend("encoder: {type: conv, filters: [4]}\ntrainer: {type: gan}")
    assert "units" not in recipe.networks["encoder"].options
    assert recipe.stages[0].trainer.options["optimizer"] == {"type": "adam"}


def test_steps_replace_inherited_epochs(extend):
    assert extend("steps: 9").stages[0].epochs is None
    assert extend("epochs: 9").stages[0].epochs == 9


def test_null_turns_settings_off(extend):
    assert extend("checkpoints: null\npreviews: null").checkpoints is None


def test_the_description_is_the_recipes_own_if_it_has_one(extend, load, recipe_text):
    assert extend("").description == "A recipe to try things on."
    assert extend("description: mine").description == "mine"
    Path("base.yaml").write_text(f"description: inherited\n{recipe_text}")
    assert load("extends: base.yaml").description == "inherited"
    assert load("# Its own head.\nextends: base.yaml").description == "Its own head."


def test_recipes_are_extended_by_name_without_their_ending(extend, load):
    extend("")
    assert load("extends: base").seed == 1


def test_problems_stand_where_the_text_does(problems_of, recipe_text, tmp_path):
    (tmp_path / "base.yaml").write_text(recipe_text.replace("units: [64, 32]", "units: x"))
    problems = problems_of("extends: base.yaml\nlatent: {sise: 1}\n")
    assert [problem.split(": ")[0] for problem in problems] == ["base.yaml:4:29", "recipe.yaml:2:10"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("extends: recipe.yaml", "recipe.yaml:1:10: the recipe extends itself"),
        ("extends: recipes.yaml", "recipe.yaml:1:10: there is no recipe 'recipes.yaml'. Did you mean 'recipe.yaml'?"),
        ("extends: [a, b]", "recipe.yaml:1:10: expected the name or the file of one recipe"),
        ("extends: .", "recipe.yaml:1:10: there is no recipe '.': it is a folder"),
    ],
)
def test_what_cannot_be_extended(problems_of, text, problem):
    [found] = problems_of(text)
    assert found.startswith(problem)
