"""Forks: another run's state under other values, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from aekit.errors import CheckpointError, RunError
from aekit.recipe import load_recipe
from aekit.run import EventLog, RunDirectory, fork_run, history, read_events
from aekit.training.checkpoints import Checkpoint, CheckpointFolder
from aekit.training.session import Session, Stopped

RATE = "trainer.optimizer.learning_rate"
COSINE = f"{RATE}={{type: cosine_decay, initial_learning_rate: 1e-3, decay_steps: 60}}"


@pytest.fixture
def parent(tiny: Any, train: Any) -> RunDirectory:
    """A run that has finished 30 steps, at a learning rate of 1e-2."""
    run: RunDirectory = train(tiny("trainer.input_noise=0.1")).run
    return run


@pytest.fixture
def fork(runs_folder: Any) -> Callable[..., Session]:
    """Fork a run and train it, until `until`."""

    def forked(run: RunDirectory, *overrides: str, until: int | None = None, step: int | None = None) -> Session:
        made = fork_run(run, load_recipe(run.recipe, overrides), step, runs_folder)
        return go_on(made, until)

    return forked


def go_on(run: RunDirectory, until: int | None = None) -> Session:
    with EventLog(run.events) as log:
        session = Session(load_recipe(run.recipe), run, log, until=until)
        try:
            session.execute(resume=True)
        except Stopped:
            assert until is not None
    return session


def newest(run: RunDirectory) -> Checkpoint:
    found = CheckpointFolder(run.checkpoints).last_good()
    assert found
    return found[1]


def events(run: RunDirectory, kind: str) -> list[dict[str, Any]]:
    return [event for event in read_events(run.events) if event["type"] == kind]


def test_a_finished_run_goes_on_for_longer_as_if_it_had_been_longer(
    parent: Any, fork: Any, tiny: Any, train: Any
) -> None:
    forked = fork(parent, "steps=50")
    straight = train(tiny("trainer.input_noise=0.1", "steps=50"))
    one, other = newest(forked.run), newest(straight.run)
    assert one.progress["total"] == 50
    assert all((one.tensors[key].value == other.tensors[key].value).all() for key in other.tensors)
    assert history(read_events(forked.run.events))[0]["step"] > 30
    assert events(forked.run, "finished") and newest(parent).progress["total"] == 30


def test_the_learning_rate_is_the_new_recipes_and_the_rest_of_the_optimizer_is_not(parent: Any, fork: Any) -> None:
    before = newest(parent)
    at_once = fork(parent, "steps=50", f"{RATE}=5e-4", until=30)
    after = newest(at_once.run)
    changed = [key for key in before.tensors if (after.tensors[key].value != before.tensors[key].value).any()]
    assert [after.tensors[key].path.split("/")[-1] for key in changed] == ["learning_rate"]
    assert after.tensors[changed[0]].value == np.float32(5e-4)
    session = go_on(at_once.run)
    assert all(event["learning_rate"] == pytest.approx(5e-4) for event in events(session.run, "step"))


def test_a_fork_that_was_stopped_goes_on_bit_for_bit(parent: Any, fork: Any) -> None:
    straight = fork(parent, "steps=50", f"{RATE}=5e-4", "best=loss", "validate={steps: 4}")
    broken = fork(parent, "steps=50", f"{RATE}=5e-4", "best=loss", "validate={steps: 4}", until=41)
    assert newest(go_on(broken.run).run).digest == newest(straight.run).digest


def test_a_rate_becomes_a_schedule_and_a_schedule_a_rate(parent: Any, fork: Any) -> None:
    scheduled = fork(parent, "steps=45", COSINE)
    assert events(scheduled.run, "step")[-1]["learning_rate"] < 1e-3
    back = fork(scheduled.run, "steps=60", f"{RATE}=2e-3")
    assert events(back.run, "step")[-1]["learning_rate"] == pytest.approx(2e-3)
    assert newest(back.run).tensors["optimizer/000"].value == 60


def test_noise_may_come_and_go(parent: Any, fork: Any) -> None:
    without = fork(parent, "steps=40", "trainer.input_noise=0")
    again = fork(without.run, "steps=50", "trainer.input_noise=0.2")
    assert newest(again.run).progress["total"] == 50


def test_losses_may_change_and_the_parents_best_is_forgotten(tiny: Any, train: Any, fork: Any) -> None:
    run = train(tiny("best=mse", "validate={steps: 5}")).run
    forked = fork(run, "losses={squared_error: {}}", "best=squared_error", "steps=60")
    best = [event["step"] for event in events(forked.run, "checkpoint") if event["best"]]
    assert best and min(best) > 30


def test_an_early_stop_of_the_parent_does_not_stop_the_fork(tiny: Any, train: Any, fork: Any) -> None:
    stopping = "early_stopping={measure: loss, patience: 2, minimum_change: 100}"
    run = train(tiny(stopping, "validate={steps: 3}", "steps=100")).run
    assert newest(run).progress["total"] == 9
    assert fork(run, "early_stopping=null", "steps=40").progress.total == 40


def test_an_earlier_checkpoint_is_a_beginning_too(tiny: Any, train: Any, fork: Any) -> None:
    run = train(tiny("checkpoints={seconds: 0.001, keep: 100}", "validate={steps: 5}")).run
    assert fork(run, "steps=35", step=10).progress.total == 35


@pytest.mark.parametrize(
    ("overrides", "error", "words"),
    [
        (("steps=50", "encoder.units=[13]"), CheckpointError, r"does not fit: encoder/000 is .*\(64, 12\).* there"),
        (("steps=50", "encoder.units=[12, 5]"), CheckpointError, r"does not fit: the checkpoint lacks encoder/002"),
        (("steps=50", "trainer.optimizer={type: sgd}"), CheckpointError, r"does not fit: "),
        ((), RunError, r"nothing is left to train: the checkpoint has 30 steps of stage 'train', the recipe 30"),
        (("steps=20",), RunError, r"nothing is left to train"),
    ],
    ids=["width", "depth", "optimizer", "same-length", "shorter"],
)
def test_what_does_not_fit_is_refused_before_a_step(
    parent: Any, fork: Any, runs_folder: Any, overrides: tuple[str, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        fork(parent, *overrides)
    made = max(runs_folder.iterdir())
    assert not events(RunDirectory(made), "step")


STAGES = """
data: {type: digits}
encoder: {type: mlp, units: [12]}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [12]}
trainer: {type: autoencoder}
losses: {mse: {}}
batch_size: 32
checkpoints: {seconds: 3600, keep: 9}
stages:
- {name: first, steps: 10}
- {name: second, steps: 20}
"""


def test_stages_go_on_from_where_the_checkpoint_was(tmp_path: Any, train: Any, fork: Any) -> None:
    file = tmp_path / "stages.yaml"
    file.write_text(STAGES)
    run = train(load_recipe(file)).run
    assert fork(run, "stages.second.steps=25").progress.total == 35
    longer_first = fork(run, "stages.first.steps=15", step=10)
    assert [event["name"] for event in events(longer_first.run, "stage")] == ["first", "second"]
    assert longer_first.progress.total == 35
    file.write_text(STAGES.replace("- {name: second, steps: 20}\n", ""))
    made = fork_run(run, load_recipe(file), None, tmp_path / "runs")
    with pytest.raises(CheckpointError, match="it is of stage 1"):
        go_on(made)
