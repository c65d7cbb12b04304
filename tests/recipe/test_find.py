"""Recipes are found by name or by path."""

import pytest

from aekit.recipe import RecipeError, find_recipe, shipped_recipes
from aekit.recipe.merge import head_comment


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder of shipped recipes, and an empty current folder."""
    folder, here = tmp_path / "shipped", tmp_path / "here"
    folder.mkdir()
    here.mkdir()
    (folder / "deep-faces.yaml").write_text("# Faces, deep.\nseed: 0\n")
    (folder / "digits.yaml").write_text("# A head.\ndescription: 'Digits: all ten'\n")
    monkeypatch.setattr("aekit.recipe.find.shipped_folder", lambda: folder)
    monkeypatch.chdir(here)
    return folder


def test_shipped_recipes_with_their_descriptions(shipped):
    (shipped / "broken.yaml").write_text("description: [\n")
    found = {recipe.name: recipe.description for recipe in shipped_recipes()}
    assert found == {"broken": "", "deep-faces": "Faces, deep.", "digits": "Digits: all ten"}


def test_a_name_or_a_path(shipped):
    assert find_recipe("digits") == shipped / "digits.yaml"
    assert find_recipe(shipped / "digits.yaml") == shipped / "digits.yaml"
    assert find_recipe("../shipped/digits") == shipped / "digits.yaml"


def test_near_misses_among_shipped_recipes_and_files(shipped, tmp_path):
    (tmp_path / "here" / "rings.yaml").touch()
    with pytest.raises(RecipeError) as caught:
        find_recipe("deep-face")
    assert str(caught.value) == (
        "recipe: there is no recipe 'deep-face'. Did you mean 'deep-faces'?\n"
        "    shipped recipes: deep-faces, digits\n"
        "    files: rings.yaml"
    )
    with pytest.raises(RecipeError, match=r"Did you mean 'rings.yaml'\?"):
        find_recipe("ring.yaml")


@pytest.mark.parametrize("source", [".", "/", "nowhere/x.yaml", "a\0b", "x" * 5000])
def test_what_is_no_recipe(shipped, source):
    with pytest.raises(RecipeError, match="there is no recipe"):
        find_recipe(source)


@pytest.mark.parametrize(
    ("content", "head"),
    [
        ("#\n# Title.\n# More.\n", "Title."),
        ("#!aekit\n", "!aekit"),
        ("\n# Title.\n", "Title."),
        ("seed: 1\n# Later.\n", ""),
        ("", ""),
    ],
)
def test_the_head_comment_describes(content, head):
    assert head_comment(content) == head
