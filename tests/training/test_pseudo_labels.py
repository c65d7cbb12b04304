"""Training on few labels and many images: resumed bit for bit, and better than a guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aekit.recipe import Recipe, load_recipe
from aekit.run import find_run
from aekit.training.session import Stopped
from aekit.training.state import read_state

FEW = """
data: {type: digits}
encoder: {type: mlp, units: [24], normalization: batch}
latent: {type: plain, size: 12, activation: relu}
head: {type: mlp, units: []}
trainer:
  {type: pseudo_labels, labels_per_class: 4, labelled_batch: 20, threshold: 0.6, hole: 2, averaging: 0.9,
   optimizer: adam, learning_rate: 1e-2}
losses: {softmax_cross_entropy: {}}
metrics: {error: {}}
batch_size: 32
"""


@pytest.fixture
def few(tmp_path: Path) -> Any:
    file = tmp_path / "few.yaml"
    file.write_text(FEW)

    def made(*overrides: str) -> Recipe:
        return load_recipe(file, overrides)

    return made


def test_a_stopped_run_goes_on_bit_for_bit(few: Any, train: Any) -> None:
    short = few("steps=6", "metrics={}", "previews=null")
    straight = read_state(train(short).stage_run.trainer)
    with pytest.raises(Stopped):
        train(short, until=3)
    resumed = read_state(train(None, run=find_run("last")).stage_run.trainer)
    assert straight.keys() == resumed.keys()
    assert [key for key in straight if straight[key].value.tobytes() != resumed[key].value.tobytes()] == []


def test_it_learns(few: Any, train: Any) -> None:
    session = train(few("steps=150"))
    last = session.stage_run.validate()
    assert last["error"] < 40, "a guess has 90 %"
