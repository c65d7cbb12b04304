"""Runs of generator against discriminator: resume, health, rollback, samples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import aekit
from aekit.errors import InputError
from aekit.recipe import Recipe, load_recipe
from aekit.run import create_run, find_run, fork_run, read_events, request
from aekit.run.reading import history
from aekit.training.asking import Asking
from aekit.training.checkpoints import CheckpointFolder, read_checkpoint
from aekit.training.rollback import gentler
from aekit.training.session import Stopped

GAME = """
data: {type: digits}
latent: {type: prior, size: 4}
generator: {type: mlp, units: [16], output_bias: data_mean}
discriminator: {type: maxout, units: [8], pieces: 2, hidden_keep: 0.5}
trainer:
  type: gan
  discriminator_steps: 2
  generator_optimizer: {type: adam, learning_rate: 1e-3}
  discriminator_optimizer: {type: sgd, learning_rate: 0.05, momentum: {from: 0.5, to: 0.9, steps: 20}}
  average: 0.9
losses: {gan_bce: {}}
steps: 20
batch_size: 32
validate: {steps: 5}
"""
#: The generator's rate is so large that its units die at once: whatever the noise, it makes one picture.
CERTAIN = (
    "discriminator={type: mlp, units: [8]}", "trainer.generator_optimizer.learning_rate=0.5", "trainer.average=0",
    "trainer.discriminator_steps=1", "steps=60", "validate={steps: 2}",
)  # fmt: skip


@pytest.fixture
def game(tmp_path: Path) -> Callable[..., Recipe]:
    file = tmp_path / "game.yaml"
    file.write_text(GAME)
    return lambda *overrides: load_recipe(file, overrides)


def events(run: Any, kind: str) -> list[dict[str, Any]]:
    return [event for event in read_events(run.events) if event["type"] == kind]


def digest(run: Any) -> str:
    return str(events(run, "checkpoint")[-1]["sha256"])


@pytest.mark.parametrize("at", [1, 13])
def test_a_stopped_game_goes_on_bit_for_bit(game: Any, train: Any, at: int) -> None:
    straight = train(game())
    with pytest.raises(Stopped):
        train(game(), until=at)
    assert digest(train(None, run=find_run("last")).run) == digest(straight.run)


def test_a_game_leaves_its_networks_its_figures_and_its_samples(game: Any, train: Any) -> None:
    run = train(game()).run
    assert sorted(path.name for path in run.models.iterdir()) == ["discriminator.keras", "generator.keras"]
    last = events(run, "epoch")[-1]
    assert set(last["gauges"]) == {
        "real_score", "fake_score", "saturation", "gradient_ratio", "diversity", "coverage",
    }  # fmt: skip
    assert last["health"] == "ok" and set(last["train"]) == {"loss", "discriminator", "generator"}
    preview = events(run, "preview")[-1]
    assert (preview["kind"], preview["grid"], preview["errors"]) == ("samples", [8, 8], [])
    model = aekit.open_run(run.path)
    samples = model.sample(5, seed=3)
    assert samples.shape == (5, 8, 8, 1) and np.array_equal(samples, model.sample(5, seed=3))
    assert not np.allclose(samples, model.sample(5, seed=4))
    z = model.sample_codes(5, seed=3)
    generator = keras.models.load_model(run.models / "generator.keras")
    assert np.allclose(generator(z), samples, atol=1e-6)
    with pytest.raises(InputError, match="the recipe has no encoder"):
        model.sample(5, density="gaussian")


def test_a_game_can_be_asked_for_codes_of_its_prior_and_for_nothing_of_examples(game: Any, train: Any) -> None:
    asking = Asking(aekit.open_run(train(game("steps=2")).run.path))
    codes = asking.codes(500)
    assert codes["source"] == "prior" and codes["z"].shape == (500, 4) and "y" not in codes
    np.testing.assert_array_equal(codes["z"][:7], asking.codes(7)["z"])
    np.testing.assert_allclose(codes["mean"], 0, atol=0.15)
    np.testing.assert_allclose(codes["deviation"], 1, atol=0.15)
    assert asking.decode(codes["z"][:3])["x_hat"].shape == (3, 8, 8, 1)
    for question in (lambda: asking.encode(0), lambda: asking.reconstruct([1]), lambda: asking.worst(3)):
        with pytest.raises(InputError, match="no encoder; its networks are latent, generator, discriminator"):
            question()


def test_a_run_in_progress_is_opened_with_the_average(game: Any, train: Any) -> None:
    with pytest.raises(Stopped):
        train(game(), until=7)
    run = find_run("last")
    found = CheckpointFolder(run.checkpoints).last_good()
    assert found
    average = [found[1].tensors[f"average.generator/{i:03d}"].value for i in range(4)]
    opened = [np.array(v) for v in aekit.open_run(run.path).networks.generator.variables]
    assert all(np.array_equal(a, b) for a, b in zip(average, opened, strict=True))


def test_a_fork_may_begin_an_average_or_leave_it(game: Any, train: Any, runs_folder: Path) -> None:
    plain = train(game("trainer.average=0")).run
    averaging = fork_run(plain, game("steps=21"), None, runs_folder)
    begun = CheckpointFolder(train(None, run=averaging).run.checkpoints).last_good()
    before = CheckpointFolder(plain.checkpoints).last_good()
    assert begun and before
    # One step with the weight 0.1 of what is new; the end of the phase then puts the average into the generator.
    step = begun[1].tensors["average.generator/000"].value - before[1].tensors["generator/000"].value
    assert 0 < np.abs(step).max() < 1e-3
    left = fork_run(averaging, game("trainer.average=0", "steps=22"), None, runs_folder)
    assert events(train(None, run=left).run, "finished")


def test_a_run_in_training_is_asked_for_its_average(game: Any, train: Any, runs_folder: Path) -> None:
    run, z = create_run(game(), ["test"], runs_folder), np.linspace(-1, 1, 8).reshape(2, 4)
    request(run, "decode", z=z.tolist())
    request(run, "checkpoint")
    train(None, run=run)
    decoded, kept = events(run, "answer")
    tensors = read_checkpoint(run.path / kept["file"]).tensors
    model = aekit.open_run(run.path)
    found = {}
    for of in ("average.generator", "generator"):
        for index, variable in enumerate(model.networks.generator.variables):
            variable.assign(tensors[f"{of}/{index:03d}"].value)
        found[of] = model.decode(z)
    assert np.allclose(decoded["x_hat"], found["average.generator"], atol=1e-4)
    assert not np.allclose(decoded["x_hat"], found["generator"], atol=1e-4)


def test_the_generator_starts_from_the_mean_of_the_data(game: Any) -> None:
    from aekit.training.setup import prepare

    prepared = prepare(game())
    generator, data = prepared.networks.generator, prepared.data
    x_hat = prepared.networks.generate(np.zeros((1, *generator.input_shape[1:]), "float32"))
    assert np.allclose(x_hat[0], data.train.x.mean(axis=0), atol=2e-4)


def test_a_collapse_is_an_alert_and_training_goes_on(game: Any, train: Any) -> None:
    run = train(game(*CERTAIN)).run
    alerts = events(run, "alert")
    assert [alert["state"] for alert in alerts] == ["collapsed"] and "samples are alike" in alerts[0]["message"]
    assert alerts[0]["step"] == 22 and events(run, "finished"), "8 judgements that do not count, then 3 alike"


def test_a_collapse_stops_a_run_that_wants_it(game: Any, train: Any) -> None:
    with pytest.raises(Stopped, match="collapsed: samples are alike"):
        train(game(*CERTAIN, "on_collapse=stop"))
    assert events(find_run("last"), "checkpoint")[-1]["reason"] == "collapsed"


def test_a_collapse_is_taken_back_with_lower_rates_and_another_seed(game: Any, train: Any) -> None:
    rollback = "on_collapse={action: rollback, times: 2, rate: 0.01}"
    run = train(game(*CERTAIN, rollback)).run
    backs = events(run, "rollback")
    assert [(back["resumed_from"], back["rollbacks"]) for back in backs] == [(0, 1)]
    assert events(run, "step")[-1]["learning_rate"] == pytest.approx(5e-3)
    steps = [row["step"] for row in history(read_events(run.events))]
    assert steps == sorted(steps) and events(run, "epoch")[-1]["health"] != "collapsed"


def test_a_run_that_was_rolled_back_resumes_bit_for_bit(game: Any, train: Any) -> None:
    rollback = "on_collapse={action: rollback, times: 2, rate: 0.01}"
    straight = train(game(*CERTAIN, rollback, "trainer.average=0.5")).run
    with pytest.raises(Stopped):
        train(game(*CERTAIN, rollback, "trainer.average=0.5"), until=50)
    stopped = find_run("last")
    assert events(stopped, "rollback")
    assert digest(train(None, run=stopped).run) == digest(straight)


def test_a_run_goes_back_so_often_and_then_stops(game: Any, train: Any) -> None:
    with pytest.raises(Stopped, match="collapsed again after 1 rollbacks"):
        train(game(*CERTAIN, "on_collapse={action: rollback, times: 1, rate: 1}"))


def test_a_rollback_lowers_every_rate(game: Any) -> None:
    schedule = {"type": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "warmup_target": 0.2}
    recipe = game("trainer.generator_optimizer={type: adam}", "trainer.optimizer=adam")
    stage = gentler(recipe.stages[0], 0.5)
    assert stage.trainer.options["generator_optimizer"]["learning_rate"] == 0.0005
    assert stage.trainer.options["discriminator_optimizer"]["learning_rate"] == 0.025
    recipe.stages[0].trainer.options["optimizer"] = {"type": "adam", "learning_rate": schedule}
    lower = gentler(recipe.stages[0], 0.5).trainer.options["optimizer"]["learning_rate"]
    assert (lower["initial_learning_rate"], lower["warmup_target"], lower["decay_steps"]) == (0.05, 0.1, 10)


def test_samples_of_a_plain_autoencoder_come_from_a_density_of_its_codes(tiny: Any, train: Any) -> None:
    model = aekit.open_run(train(tiny("steps=100")).run.path)
    codes = model.encode(model.data.train.x)
    for density in (None, "mixture"):
        drawn = model.sample_codes(4000, density=density)
        assert np.allclose(drawn.mean(0), codes.mean(0), atol=0.15 * codes.std())
        assert np.allclose(np.cov(drawn.T), np.cov(codes.T), atol=0.2 * codes.var())
    assert abs(model.sample_codes(4000, density="normal").std() - 1) < 0.05
    assert model.sample(3).shape == (3, 8, 8, 1)
    with pytest.raises(InputError, match="there is no density 'uniform'"):
        model.sample(3, density="uniform")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["generator=null"], "every recipe needs encoder and latent, or latent, generator and discriminator"),
        (["discriminator=null"], "needs a discriminator"),
        (["latent={type: plain, size: 3}"], "without an encoder the latent has to be a prior"),
        (["encoder={type: mlp, units: [4]}"], "a prior takes no features"),
        (["losses={mse: {}}"], "wants 'x_hat'"),
        (["trainer={type: autoencoder}"], "needs a encoder and a decoder"),
        (
            ["trainer.generator_optimizer={type: adam, momentum: {from: 0, to: 1, steps: 2}}"],
            "has no option 'momentum'",
        ),
        (["trainer.generator_optimizer={type: rmsprop, momentum: {from: 0, to: 1, steps: 2}}"], "only sgd"),
    ],
)
def test_what_is_wrong_with_a_game_is_said(game: Any, overrides: list[str], message: str) -> None:
    from aekit.training.check import check_build

    with pytest.raises(Exception, match=message):
        problems = check_build(game(*overrides)).problems
        raise AssertionError(" ".join(problem.message for problem in problems))
