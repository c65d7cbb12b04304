"""Recipes that are no file yet, as an editor holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aekit.recipe import RecipeError, load_recipe, load_recipe_text

RECIPE = """\
# Dots in two numbers.
data: {type: dots}
encoder: {type: mlp, units: [8]}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [8]}
trainer: {type: autoencoder}
losses: {mse: {}}
epochs: 3
"""


def test_a_text_is_the_recipe_that_its_file_would_be(tmp_path):
    path = tmp_path / "rings.yaml"
    recipe = load_recipe_text(RECIPE, path, ["epochs=5"])
    assert not path.exists()
    path.write_text(RECIPE)
    saved = load_recipe(path, ["epochs=5"])
    assert recipe == saved
    assert (recipe.name, recipe.path, recipe.description) == (saved.name, saved.path, "Dots in two numbers.")


def test_a_text_goes_before_the_file_that_is_there(tmp_path):
    path = tmp_path / "rings.yaml"
    path.write_text("data: nothing")
    assert load_recipe_text(RECIPE, path).stages[0].epochs == 3


def test_paths_are_relative_to_where_it_would_stand(tmp_path):
    (tmp_path / "base.yaml").write_text(RECIPE)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "nothing_yet.py").write_text("")
    text = "extends: base.yaml\nplugins: [mine]\nepochs: 7\n"
    assert load_recipe_text(text, tmp_path / "rings.yaml").stages[0].epochs == 7
    with pytest.raises(RecipeError, match="there is no recipe"):
        load_recipe_text(text, tmp_path / "mine" / "rings.yaml")


def test_problems_name_it_in_short_with_their_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError) as error:
        load_recipe_text(RECIPE.replace("units", "unit"), Path("work", "rings.yaml"))
    places = {(problem.file, problem.line) for problem in error.value.problems}
    assert places == {("work/rings.yaml", 3), ("work/rings.yaml", 5)}


def test_it_cannot_extend_itself(tmp_path):
    path = tmp_path / "rings.yaml"
    path.write_text(RECIPE)
    with pytest.raises(RecipeError, match="the recipe extends itself"):
        load_recipe_text("extends: rings.yaml\n", path)


@pytest.mark.parametrize(("text", "words"), [("", "the recipe is empty"), ("#" * 300_000, "is larger than 256 KiB")])
def test_what_is_no_recipe_is_refused_like_a_file(tmp_path, text, words):
    with pytest.raises(RecipeError, match=words):
        load_recipe_text(text, tmp_path / "rings.yaml")


def test_a_byte_order_mark_is_no_part_of_it(tmp_path):
    assert load_recipe_text("\ufeff" + RECIPE, tmp_path / "rings.yaml").description == "Dots in two numbers."
