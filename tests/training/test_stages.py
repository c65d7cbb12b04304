"""Stages and phases: what each leaves for the next, and runs that begin after another one's stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aekit.errors import CheckpointError, RunError
from aekit.recipe import load_recipe
from aekit.run import EventLog, RunDirectory, create_run, find_run, read_events, read_info, run_after, stages_of
from aekit.training.checkpoints import read_checkpoint
from aekit.training.session import Session, Stopped

KERNELS = {"encoder/000": "decoder/002", "latent/000": "decoder/000"}


@pytest.fixture(scope="module")
def stacked(stack_file: Path, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A run that was pretrained for two phases of 6 steps, and fine-tuned for 5; tests only read it."""
    folder, recipe = tmp_path_factory.mktemp("stacked"), load_recipe(stack_file)
    run = create_run(recipe, ["test"], folder / "runs")
    with EventLog(run.events) as log:
        Session(load_recipe(run.recipe), run, log).execute()
    return run


def events(run: RunDirectory, kind: str) -> list[dict[str, Any]]:
    return [event for event in read_events(run.events) if event["type"] == kind]


def state(path: Path) -> dict[str, np.ndarray]:
    return {key: tensor.value for key, tensor in read_checkpoint(path).tensors.items()}


def test_phases_follow_one_another_and_unroll(stacked: RunDirectory) -> None:
    found = [(event["name"], event["phase"], event["first_step"]) for event in events(stacked, "stage")]
    assert found == [
        ("pretrain", "layer 1, 64-12", 0),
        ("pretrain", "layer 2, 12-4", 6),
        ("finetune", "train", 12),
    ]
    listed = [event["phases"] for event in events(stacked, "stage")]
    assert listed == [["layer 1, 64-12", "layer 2, 12-4"], ["layer 1, 64-12", "layer 2, 12-4"], ["train"]]
    assert {event["kind"] for event in events(stacked, "preview") if event["step"] == 6} == {
        "reconstruction",
        "filters",
    }
    pretrained = state(stages_of(stacked)["pretrain"])
    for up, down in KERNELS.items():
        assert np.array_equal(pretrained[up], pretrained[down].T)


def test_the_end_of_every_stage_is_kept(stacked: RunDirectory) -> None:
    assert list(stages_of(stacked)) == ["pretrain", "finetune"]
    assert sorted(path.name for path in stacked.checkpoints.glob("step-*")) == ["step-000017.h5"]
    assert read_checkpoint(stages_of(stacked)["pretrain"]).progress["total"] == 12


def test_a_stage_is_measured_on_validation_data_and_the_last_on_both(stacked: RunDirectory) -> None:
    (between,) = events(stacked, "measured")
    assert between["stage"] == "pretrain" and between["step"] == 12
    assert list(between["measures"]["squared_error"]) == ["validation"]
    (finished,) = events(stacked, "finished")
    assert list(finished["measures"]["squared_error"]) == ["validation", "test"]


@pytest.mark.parametrize("at", [4, 6, 12, 14])
def test_resume_is_exact_inside_and_between_phases_and_stages(
    stack_file: Path, train: Any, stacked: RunDirectory, runs_folder: Path, at: int
) -> None:
    with pytest.raises(Stopped):
        train(load_recipe(stack_file), until=at)
    resumed = find_run("last", runs_folder)
    assert resumed.id != stacked.id
    train(load_recipe(stack_file), run=resumed)
    for name in ("pretrain", "finetune"):
        one, other = (read_checkpoint(stages_of(run)[name]).digest for run in (stacked, resumed))
        assert one == other


def test_each_phase_keeps_its_own_best(stack_file: Path, train: Any) -> None:
    session = train(load_recipe(stack_file, ["best=loss", "stages.pretrain.trainer.learning_rate=1e-9"]))
    pretrained = state(stages_of(session.run)["pretrain"])
    # The second phase's best must not bring back a first layer from before, nor the first phase's a second layer.
    for up, down in KERNELS.items():
        assert np.array_equal(pretrained[up], pretrained[down].T)


def test_a_run_after_a_stage_goes_on_as_its_own_run_did(
    stack_file: Path, train: Any, stacked: RunDirectory, runs_folder: Path
) -> None:
    made = run_after(stacked, "pretrain", load_recipe(stack_file), runs_folder)
    assert read_info(made)["started_from"] == {"run": stacked.id, "stage": "pretrain", "first_stage": 1}
    train(load_recipe(stack_file), run=made)
    assert [event["name"] for event in events(made, "stage")] == ["finetune"]
    one, other = (state(stages_of(run)["finetune"]) for run in (stacked, made))
    assert one.keys() == other.keys() and not [key for key in one if not np.array_equal(one[key], other[key])]
    assert read_checkpoint(stages_of(made)["finetune"]).progress["total"] == 5


def test_another_recipe_begins_with_its_first_stage(tiny: Any, train: Any, stacked: Any, runs_folder: Path) -> None:
    recipe = tiny("encoder.activation=sigmoid", "decoder.activation=sigmoid", "steps=1", "trainer.optimizer=sgd")
    made = run_after(stacked, None, recipe, runs_folder)
    session = train(recipe, run=made)
    change = state(session.folder.path_of(1))["encoder/000"] - state(stages_of(stacked)["finetune"])["encoder/000"]
    assert 0 < np.abs(change).max() < 0.01


def test_what_cannot_be_begun_after_is_said(
    tiny: Any, train: Any, stacked: Any, stack_file: Path, runs_folder: Path
) -> None:
    with pytest.raises(RunError, match=r"no finished stage 'pretran'. Did you mean 'pretrain'\?.*pretrain, finetune"):
        run_after(stacked, "pretran", load_recipe(stack_file), runs_folder)
    with pytest.raises(RunError, match="nothing is left to train: 'finetune' is the last stage of stack"):
        run_after(stacked, None, load_recipe(stack_file), runs_folder)
    made = run_after(stacked, "pretrain", tiny("encoder.units=[13]"), runs_folder)
    with pytest.raises(CheckpointError, match=r"encoder/000 is .*\(64, 12\).* there, .*\(64, 13\)"):
        train(tiny(), run=made)
    with pytest.raises(RunError, match="has finished no stage yet"):
        run_after(made, "pretrain", load_recipe(stack_file), runs_folder)
