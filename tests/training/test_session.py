"""A whole run: its directory, its events, its endings, its resume."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import aekit
from aekit.errors import CheckpointError, DataError, NonFiniteError
from aekit.run import last, pending, read_events, request
from aekit.training.checkpoints import CheckpointFolder
from aekit.training.session import Stopped


def events(session: Any, kind: str) -> list[dict[str, Any]]:
    return [event for event in read_events(session.run.events) if event["type"] == kind]


def test_a_run_leaves_everything_that_its_directory_promises(tiny: Any, train: Any) -> None:
    session = train(tiny("epochs=6"))
    run = session.run
    assert sorted(path.name for path in run.models.iterdir()) == ["decoder.keras", "encoder.keras"]
    measures = json.loads(run.metrics.read_text())["measures"]
    assert measures["squared_error"]["test"]["n"] == 180
    epochs = events(session, "epoch")
    assert [event["step"] for event in epochs] == [44 * 5, 44 * 6]
    assert epochs[-1]["validation"]["loss"] < 0.08
    finished = events(session, "finished")[0]
    assert finished["measures"] == measures
    preview = events(session, "preview")[-1]
    rows, columns = preview["grid"]
    assert np.load(run.path / preview["arrays"]).shape == (rows, columns, 8, 8, 1)
    with Image.open(run.path / preview["file"]) as picture:
        assert picture.width > picture.height
    stage = events(session, "stage")[0]
    assert stage["compile"] in run.recipe.read_text() and stage["steps"] == 264


def test_training_twice_gives_the_same_bits(tiny: Any, train: Any) -> None:
    digests = {events(train(tiny()), "checkpoint")[-1]["sha256"] for _ in range(2)}
    assert len(digests) == 1


def test_validation_and_previews_never_change_the_numbers(tiny: Any, train: Any) -> None:
    noisy = ("trainer.input_noise=0.2", "checkpoints=null")
    often = train(tiny(*noisy, "validate={steps: 3}", "previews={seconds: 0.001}"))
    never = train(tiny(*noisy, "validate={steps: 1000}", "previews=null"))
    one, other = (CheckpointFolder(s.run.checkpoints).last_good()[1].tensors for s in (often, never))
    assert all((one[key].value == other[key].value).all() for key in one)


@pytest.mark.parametrize("at", [1, 17, 29])
def test_a_stopped_run_goes_on_bit_for_bit(tiny: Any, train: Any, at: int) -> None:
    rich = ("trainer.input_noise=0.1", "encoder.normalization=batch", "validate={steps: 4}")
    straight = train(tiny(*rich))
    with pytest.raises(Stopped) as stop:
        train(tiny(*rich), until=at)
    del stop
    from aekit.run import find_run

    resumed = train(None, run=find_run("last"))
    assert events(resumed, "checkpoint")[-1]["sha256"] == events(straight, "checkpoint")[-1]["sha256"]


def test_the_best_validation_comes_back_at_the_end(tiny: Any, train: Any) -> None:
    session = train(tiny("best=loss", "validate={steps: 5}", "steps=60", "trainer.optimizer.learning_rate=0.3"))
    values = {event["step"]: event["validation"]["loss"] for event in events(session, "epoch")}
    best = [event for event in events(session, "checkpoint") if event["best"]][-1]
    assert best["step"] == min(values, key=lambda step: values[step])
    model = aekit.open_run(session.run.path)
    x = model.data.validation.x
    error = float(np.square(x - model.reconstruct(x)).mean())
    assert error == pytest.approx(values[best["step"]], rel=1e-4)


def test_early_stopping_ends_a_stage_after_its_patience(tiny: Any, train: Any) -> None:
    stopping = "early_stopping={measure: loss, patience: 2, minimum_change: 100}"
    session = train(tiny(stopping, "validate={steps: 3}", "steps=1000"))
    assert [event["step"] for event in events(session, "epoch")] == [3, 6, 9]
    assert session.progress.total == 9


def test_nan_stops_the_run_with_step_loss_and_last_good_checkpoint(tiny: Any, train: Any) -> None:
    with pytest.raises(
        NonFiniteError, match=r"loss, mse became NaN or infinite at step \d+; there is no checkpoint yet"
    ):
        train(tiny("trainer.optimizer={type: sgd, learning_rate: 1e38}", "output=linear"))


def test_requests_are_answered_between_two_calls(tiny: Any, train: Any, runs_folder: Any) -> None:
    from aekit.recipe import load_recipe
    from aekit.run import EventLog, create_run
    from aekit.training.session import Session

    run = create_run(tiny("steps=100000"), ["test"], runs_folder)
    for verb, arguments in (
        ("checkpoint", {}),
        ("reconstruct", {"index": 3}),
        ("reconstruct", {"index": 10**6}),
        ("decode", {"z": [[0, 0, 0, 0]]}),
        ("decode", {"z": [[0, 0]]}),
        ("dance", {}),
        ("pause", {}),
        ("continue", {}),
        ("stop", {}),
    ):
        request(run, verb, **arguments)
    with EventLog(run.events) as log, pytest.raises(Stopped):
        Session(load_recipe(run.recipe), run, log).execute()
    answers = [event for event in read_events(run.events) if event["type"] == "answer"]
    assert [answer["ok"] for answer in answers] == [True, True, False, True, False, False, True, True, True]
    assert "they are 0 to 179" in answers[2]["message"]
    assert np.shape(answers[3]["x_hat"]) == (1, 8, 8, 1)
    assert "no answer to 'dance'" in answers[5]["message"]
    assert not pending(run)
    assert last(read_events(run.events), "preview")["index"] == 3


def test_a_checkpoint_of_another_recipe_is_refused_by_name(tiny: Any, train: Any) -> None:
    with pytest.raises(Stopped):
        train(tiny(), until=5)
    from aekit.run import find_run

    run = find_run("last")
    run.recipe.write_text(run.recipe.read_text().replace("[12]", "[13]"))
    with pytest.raises(CheckpointError, match=r"encoder/000 is .*\(64, 12\) float32 there, .*\(64, 13\) float32 here"):
        train(None, run=run)


def test_a_full_disk_leaves_the_last_checkpoint_whole(tiny: Any, train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from aekit.run import files, find_run
    from aekit.training.session import Session
    from aekit.training.worker import explain

    def fsync(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    real = Session.checkpoint

    def filling(self: Session, reason: str, wait: bool = True) -> str:
        name = real(self, reason)
        monkeypatch.setattr(files, "os", SimpleNamespace(fsync=fsync, getpid=os.getpid))
        return name

    monkeypatch.setattr(Session, "checkpoint", filling)
    with pytest.raises(OSError) as failure:
        train(tiny("checkpoints={seconds: 0.001}", "validate={steps: 3}"))
    assert "the disk is full" in str(explain(failure.value))
    folder = CheckpointFolder(find_run("last").checkpoints)
    assert folder.last_good() and len(list(folder.path.iterdir())) == 1


def test_open_run_gives_the_model_and_the_record(tiny: Any, train: Any) -> None:
    session = train(tiny())
    model = aekit.open_run("last")
    x = model.data.test.x[:5]
    assert model.encode(x).shape == (5, 4)
    assert (model.decode(model.encode(x)) == model.reconstruct(x)).all()
    assert model.recipe.batch_size if hasattr(model.recipe, "batch_size") else model.recipe.stages[0].batch_size == 32
    assert model.measures["squared_error"]["test"]["value"] == pytest.approx(
        float(np.square(model.data.test.x - model.reconstruct(model.data.test.x)).sum((1, 2, 3)).mean()), rel=1e-5
    )
    assert model.history[-1]["step"] == 30 and "loss" in model.history[-1]
    assert model.path == session.run.path
    with pytest.raises(DataError, match=r"received one example of shape \(8, 8, 1\); give a batch"):
        model.encode(x[0])
    with pytest.raises(DataError, match=r"the shape \(8, 8, 1\), received \(4, 4, 1\)"):
        model.encode(x[:, :4, :4])


def test_open_run_needs_no_data(tiny: Any, train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    train(tiny())
    monkeypatch.setattr("aekit.training.opening.load_data", lambda recipe: pytest.fail("data was loaded"))
    assert aekit.open_run("last").decode(np.zeros((2, 4))).shape == (2, 8, 8, 1)


def test_train_from_python(tiny: Callable[..., Any], runs_folder: Any) -> None:
    model = aekit.train(tiny().path, steps=8, **{"encoder.units": [5]})
    assert model.networks.encoder.output_shape == (None, 5) and model.step == 8
    assert model.path.parent == runs_folder


def test_verify_resume_compares_every_bit(tiny: Any) -> None:
    from aekit.training.verify import verify_resume

    report = verify_resume(tiny("trainer.input_drop=0.3"), steps=12, at=5)
    assert report.equal and report.differing == () and report.interrupted_at == 5
