"""The generated names are those of the installed Keras."""

import pytest

from aekit.recipe import keras_names as written
from aekit.recipe.generate_names import keras_names, snake_case


@pytest.fixture(scope="module")
def installed():
    return keras_names()


@pytest.mark.parametrize("name", ["OPTIMIZERS", "SCHEDULES", "ACTIVATIONS"])
def test_keras_has_just_these_names_and_options(installed, name):
    assert getattr(written, name) == installed[name], "run python -m aekit.recipe.generate_names"


def test_schedules_are_named_like_options():
    assert snake_case("CosineDecayRestarts") == "cosine_decay_restarts"
