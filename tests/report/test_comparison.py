"""What a comparison of pretraining counts and concludes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from aekit.errors import RunFailed
from aekit.report.arms import plan_comparison, trial_recipe
from aekit.report.comparison import Result, check_comparable, sentence
from aekit.report.pairs import Difference, paired, spread
from aekit.report.presentations import phases_of, presented, presented_before, validation_curve
from aekit.run import EventLog, RunDirectory
from aekit.run.info import add_info

STACK = """
data: {type: digits}
encoder: {type: mlp, units: [6], activation: sigmoid}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [6], activation: sigmoid}
stages:
- {name: pretrain, trainer: {type: rbm}, epochs: 3}
- name: finetune
  trainer: {type: autoencoder, optimizer: {type: adam, learning_rate: {type: cosine_decay, decay_steps: 100}}}
  losses: {mse: {}}
  epochs: 2
metrics: {squared_error: {}}
seed: 5
"""


@pytest.fixture
def stack(tmp_path: Path) -> str:
    (tmp_path / "stack.yaml").write_text(STACK)
    return str(tmp_path / "stack.yaml")


def test_the_arms_are_whole_recipes(stack: str) -> None:
    plan = plan_comparison(stack, greedy=["input_drop=0.2"])
    written, greedy, random = (arm.recipe for arm in plan.arms)
    assert [stage.trainer.type for stage in written.stages] == ["rbm", "autoencoder"]
    assert greedy.stages[0].trainer.type == "greedy" and greedy.stages[0].trainer.options["input_drop"] == 0.2
    assert greedy.stages[0].epochs == 3 and greedy.stages[1:] == written.stages[1:] == random.stages
    assert (plan.measure, plan.rates, plan.seeds) == ("squared_error", (0.000333, 0.001, 0.003), (5, 6, 7))
    assert plan.runs == 3 * (3 + 2)


def test_a_trial_changes_rate_seed_and_length_alone(stack: str) -> None:
    arm = plan_comparison(stack).arms[0]
    recipe = trial_recipe(arm, 0.01, 9, steps=50, longer=2.5)
    last = recipe.stages[-1]
    assert (recipe.seed, recipe.name, last.steps, last.epochs) == (9, "stack-rbm-rate0.01-seed9", 50, None)
    schedule = last.trainer.options["optimizer"]["learning_rate"]
    assert schedule == {"type": "cosine_decay", "initial_learning_rate": 0.01, "decay_steps": 250}
    assert recipe.stages[0] == arm.recipe.stages[0] and recipe.networks == arm.recipe.networks


def test_measures_on_unlike_nets_are_not_compared(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "other"):
        runs.append(RunDirectory(tmp_path / name))
        runs[-1].path.mkdir()
        about = {"value": 1.0, "n": 9, "on": f"features {name} 3fa9c2"}
        runs[-1].metrics.write_text(json.dumps({"measures": {"fid": {"test": about}}}))
    check_comparable(runs[:1], "fid")
    with pytest.raises(RunFailed, match=r"fid is not comparable.*one: features one 3fa9c2; other: features other"):
        check_comparable(runs, "fid")


def test_paired_differences_are_scipys_t_test() -> None:
    differences = np.random.default_rng(0).normal(0.3, 1, 5)
    found, theirs = paired(list(differences)), stats.ttest_1samp(differences, 0)
    low, high = theirs.confidence_interval(0.95)
    assert found.half_width is not None
    assert (found.mean - found.half_width, found.mean + found.half_width) == pytest.approx((low, high))
    assert found.beyond_noise == (theirs.pvalue < 0.05)
    assert spread(list(differences)) == pytest.approx(differences.std(ddof=1))
    assert paired([0.5]) == Difference(0.5, None, 1) and not paired([0.5]).beyond_noise


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (Difference(-0.512, 0.11, 3), "lowers error by 0.51 ± 0.11 (95 %, 3 seeds): beyond noise."),
        (Difference(0.05, 0.11, 3), "raises error by 0.05 ± 0.11 (95 %, 3 seeds): within noise."),
        (Difference(-0.512, None, 1), "lowers error by 0.512 with one seed; more seeds tell whether that is noise."),
    ],
)
def test_the_conclusion_in_words(stack: str, difference: Difference, expected: str) -> None:
    result = Result(plan_comparison(stack).arms[0], {}, 0.1, (0, 0), (), (), (), difference)
    assert sentence(result, "error") == f"Pretraining by rbm {expected}"


def run_with(path: Path, *events: tuple[str, dict[str, Any]]) -> RunDirectory:
    run = RunDirectory(path)
    run.path.mkdir()
    run.recipe.write_text("")
    with EventLog(run.events) as log:
        for kind, fields in events:
            log.write(kind, **fields)
    return run


def stage(name: str, index: int, phase: str, first_step: int, batch_size: int) -> tuple[str, dict[str, Any]]:
    fields = {"name": name, "index": index, "phase": phase, "steps": 10, "first_step": first_step}
    return "stage", {**fields, "batch_size": batch_size}


def epoch(step: int, **validation: float) -> tuple[str, dict[str, Any]]:
    return "epoch", {"step": step, "train": {}, "validation": validation}


def test_presentations_are_counted_over_phases_resumes_and_runs(tmp_path: Path) -> None:
    first = run_with(
        tmp_path / "first",
        ("started", {"resumed_from": None}),
        stage("pretrain", 0, "a", 0, 2),
        stage("pretrain", 0, "b", 7, 2),  # the first phase ended early, after 7 of 10 steps
        ("started", {"resumed_from": 9}),
        stage("pretrain", 0, "b", 7, 2),
        stage("finetune", 1, "train", 17, 5),
        epoch(19, loss=3.0),
        epoch(21, loss=9.0),
        ("started", {"resumed_from": 20}),
        stage("finetune", 1, "train", 17, 5),
        epoch(21, loss=2.0, error=1.0),
    )
    assert presented(phases_of(first), 21) == 17 * 2 + 4 * 5
    assert presented(phases_of(first), 21, "pretrain") == 34 and presented(phases_of(first), 8) == 16
    assert validation_curve(first, "loss") == {44: 3.0, 54: 2.0}
    assert validation_curve(first, "error") == {44: 3.0, 54: 1.0}
    after = run_with(tmp_path / "after", stage("finetune", 1, "train", 0, 5), epoch(3, loss=1.5))
    add_info(after, started_from={"run": "first", "stage": "pretrain", "first_stage": 1})
    assert presented_before(after) == 34 and validation_curve(after, "loss") == {49: 1.5}
