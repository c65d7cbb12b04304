"""Forking a run: its directory, its checkpoint, and what cannot be forked."""

from __future__ import annotations

import pytest

from aekit.errors import RunError
from aekit.recipe import load_recipe
from aekit.run import RunDirectory, checkpoints_of, create_run, fork_run, read_info

RECIPE = """
data: {type: digits}
encoder: {type: mlp, units: [8]}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [8]}
trainer: {type: autoencoder, learning_rate: 1e-2}
losses: {mse: {}}
epochs: 3
"""


@pytest.fixture
def parent(tmp_path) -> RunDirectory:
    """A run with regular checkpoints of two steps and a best one of a third."""
    file = tmp_path / "rings.yaml"
    file.write_text(RECIPE)
    run = create_run(load_recipe(file), ["aekit", "run", "rings"], tmp_path / "runs")
    run.checkpoints.mkdir()
    for name in ("step-000040.h5", "step-1000000.h5", "best-00-000040.h5", "best-00-000025.h5", ".step-000050.h5.part"):
        (run.checkpoints / name).write_text(f"state of {name}")
    return run


def test_checkpoints_are_known_by_their_steps(parent):
    names = {step: path.name for step, path in checkpoints_of(parent).items()}
    assert list(names.items()) == [(25, "best-00-000025.h5"), (40, "step-000040.h5"), (1000000, "step-1000000.h5")]


@pytest.mark.parametrize(
    ("step", "copied", "content"),
    [
        (None, "step-1000000.h5", "step-1000000.h5"),
        (40, "step-000040.h5", "step-000040.h5"),
        (25, "step-000025.h5", "best-00-000025.h5"),
    ],
)
def test_a_fork_has_its_recipe_the_checkpoint_and_its_origin(parent, step, copied, content):
    recipe = load_recipe(parent.recipe, ["epochs=9"])
    made = fork_run(parent, recipe, step, parent.path.parent, ["aekit", "fork"])
    assert [(file.name, file.read_text()) for file in made.checkpoints.iterdir()] == [(copied, f"state of {content}")]
    assert load_recipe(made.recipe) == recipe and made.id != parent.id
    info = read_info(made)
    assert info["forked_from"] == {"run": parent.id, "step": 1000000 if step is None else step}
    assert info["command"] == ["aekit", "fork"] and "forked_from" not in read_info(parent)


def test_a_checkpoint_that_does_not_exist_names_those_that_do(parent):
    with pytest.raises(RunError, match="has no checkpoint of step 41; there are those of the steps 25, 40, 1000000"):
        fork_run(parent, load_recipe(parent.recipe), 41)


def test_a_run_without_a_checkpoint_cannot_be_forked(run):
    with pytest.raises(RunError, match="has no checkpoint yet"):
        fork_run(run, None)


def test_a_checkpoint_that_vanishes_leaves_no_half_made_run(parent, monkeypatch):
    recipe = load_recipe(parent.recipe)
    monkeypatch.setattr("aekit.run.fork._choose", lambda run, step: (7, run.checkpoints / "step-000007.h5"))
    with pytest.raises(RunError, match="could not be copied"):
        fork_run(parent, recipe, 7, parent.path.parent)
    assert list(parent.path.parent.iterdir()) == [parent.path]


LOSS = """
\"\"\"A loss.\"\"\"

import aekit


@aekit.loss("mine")
def mine(out, *, power: float = 2.0):
    \"\"\"Some error.\"\"\"
"""


@pytest.mark.parametrize("fate", ["changed", "gone"])
def test_a_fork_keeps_the_plugin_that_its_parent_was_made_with(parent, tmp_path, fate):
    plugin = tmp_path / "mine.py"
    plugin.write_text(LOSS)
    file = tmp_path / "own.yaml"
    file.write_text(RECIPE.replace("{mse: {}}", "{mine: {}}"))
    made = create_run(load_recipe(file, plugins=[plugin]), [], tmp_path / "runs")
    made.checkpoints.mkdir()
    (made.checkpoints / "step-000001.h5").touch()
    plugin.unlink() if fate == "gone" else plugin.write_text(LOSS.replace("2.0", "3.0"))
    fork = fork_run(made, load_recipe(made.recipe, ["epochs=9"]), root=tmp_path / "runs")
    assert [copy.read_text() for copy in fork.plugins.rglob("*.py")] == [LOSS]
    assert load_recipe(fork.recipe).stages[0].losses[0].options == {"power": 2.0}
