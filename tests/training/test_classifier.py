"""A supervised top on a pretrained encoder: frozen and whole, resumed, saved, measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aekit
from aekit.errors import InputError
from aekit.recipe import Recipe, load_recipe
from aekit.run import find_run, read_events
from aekit.training.checkpoints import read_checkpoint
from aekit.training.session import Stopped

STAGED = """
data: {type: digits}
encoder: {type: mlp, units: [24], normalization: batch}
latent: {type: plain, size: 12}
decoder: {type: mlp, units: [24]}
head: {type: mlp, units: [10]}
stages:
- {name: pretrain, trainer: {type: autoencoder}, losses: {mse: {}}, metrics: {}}
- name: top
  trainer: {type: classifier, labels_per_class: 4, input_noise: 0.1}
  freeze: [encoder, latent, head/encoder_0]
- {name: whole, trainer: {type: classifier, optimizer: adam, learning_rate: 1e-2, input_drop: 0.1}, steps: 100}
losses: {softmax_cross_entropy: {label_smoothing: 0.1}}
metrics: {accuracy: {}, error: {}}
steps: 8
batch_size: 64
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "staged.yaml"
    path.write_text(STAGED)
    return path


def staged(file: Path, *overrides: str) -> Recipe:
    return load_recipe(file, overrides)


def state(run: Any, stage: str) -> dict[str, np.ndarray]:
    (path,) = run.checkpoints.glob(f"stage-*-{stage}.h5")
    return {key: tensor.value for key, tensor in read_checkpoint(path).tensors.items()}


def test_a_top_learns_on_frozen_networks_and_then_the_whole(file: Path, train: Any) -> None:
    run = train(staged(file)).run
    pretrained, top, whole = (state(run, stage) for stage in ("pretrain", "top", "whole"))
    networks = [key for key in pretrained if key.split("/")[0] in ("encoder", "latent", "decoder", "head")]
    changed = [
        {key for key in networks if (one[key] != other[key]).any()} for one, other in ((pretrained, top), (top, whole))
    ]
    assert changed[0] == {"head/002", "head/003"}, "the logits alone; no statistics of the frozen normalisation either"
    assert {key.split("/")[0] for key in changed[1]} == {"encoder", "latent", "head"}

    model = aekit.open_run(run.path)
    x, y = model.data.test.x, model.data.test.y
    probabilities = model.classify(x)
    assert probabilities.shape == (180, 10) and np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    right = 100 * float((probabilities.argmax(axis=1) == y).mean())
    accuracy, error = (model.measures[name]["test"] for name in ("accuracy", "error"))
    assert accuracy["value"] == pytest.approx(right) and right > 80
    assert error["value"] == pytest.approx(100 - right)
    assert accuracy["interval"][0] < right < accuracy["interval"][1]
    last = [event for event in read_events(run.events) if event["type"] == "epoch"][-1]
    validation = model.measures["error"]["validation"]["value"]
    assert last["validation"]["error"] == pytest.approx(validation), "live and measured errors are the same thing"
    assert sorted(path.name for path in run.figures.iterdir()) == ["accuracy-confusion.png", "accuracy-mistakes.png"]


def test_a_stopped_top_goes_on_bit_for_bit(file: Path, train: Any) -> None:
    supervised = ("stages.pretrain=null", "stages.top.steps=4", "stages.whole.steps=4")
    short = staged(file, *supervised, "metrics={}", "previews=null", "compile=graph")
    straight = state(train(short).run, "whole")
    for at in (2, 6):
        with pytest.raises(Stopped):
            train(short, until=at)
        resumed = state(train(None, run=find_run("last")).run, "whole")
        assert straight.keys() == resumed.keys()
        assert all((straight[key] == resumed[key]).all() for key in straight), f"stopped at step {at}"


def test_a_supervised_net_needs_no_decoder(file: Path, train: Any) -> None:
    run = train(staged(file, "decoder=null", "stages.pretrain=null", "stages.top=null", "stages.whole.steps=2")).run
    assert sorted(path.name for path in run.models.iterdir()) == ["classifier.keras", "encoder.keras"]
    model = aekit.open_run(run.path)
    assert model.code_shape == (12,) and model.encode(model.data.test.x[:3]).shape == (3, 12)
    with pytest.raises(InputError, match="the recipe has no decoder; its networks are encoder, latent, head"):
        model.reconstruct(model.data.test.x[:3])


def test_a_model_without_a_head_says_so(tiny: Any, train: Any) -> None:
    run = train(tiny("steps=1", "metrics={}")).run
    model = aekit.open_run(run.path)
    with pytest.raises(InputError, match="the recipe has no head; its networks are encoder, latent, decoder"):
        model.classify(model.data.test.x[:3])
