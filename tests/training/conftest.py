"""Small trainings: every test here shares one process and its one import of TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aekit.recipe import Recipe, load_recipe
from aekit.run import EventLog, RunDirectory, create_run
from aekit.training.session import Session

TINY = """
data: {type: digits}
encoder: {type: mlp, units: [12], activation: tanh}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [12], activation: tanh}
trainer: {type: autoencoder, optimizer: {type: adam, learning_rate: 1e-2}}
losses: {mse: {}}
metrics: {squared_error: {}}
steps: 30
batch_size: 32
"""


STACK = """
data: {type: digits}
encoder: {type: mlp, units: [12], activation: sigmoid}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [12], activation: sigmoid}
stages:
- {name: pretrain, trainer: {type: rbm}, steps: 6}
- {name: finetune, trainer: {type: autoencoder, optimizer: adam}, losses: {mse: {}}, steps: 5}
metrics: {squared_error: {}}
batch_size: 32
checkpoints: {keep: 1}
validate: {steps: 3}
"""


@pytest.fixture(scope="session")
def stack_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe of two stages, pretraining in two phases of 6 steps and fine-tuning of 5."""
    path = tmp_path_factory.mktemp("stack") / "stack.yaml"
    path.write_text(STACK)
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Recipe]:
    """`tiny("steps=4")`: a small digits recipe with overrides."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY)
    return lambda *overrides: load_recipe(file, overrides)


@pytest.fixture
def train(runs_folder: Path) -> Callable[..., Session]:
    """Train a recipe in this process, until `until`; the session, whose `run` is the directory."""

    def trained(recipe: Recipe, until: int | None = None, run: RunDirectory | None = None) -> Session:
        resume = run is not None
        run = run or create_run(recipe, ["test"], runs_folder)
        with EventLog(run.events) as log:
            session = Session(load_recipe(run.recipe), run, log, until=until)
            session.execute(resume)
        return session

    return trained
