"""A comparison of pretraining with real trainings, of a few steps each."""

from __future__ import annotations

from pathlib import Path

from aekit.recipe import load_recipe
from aekit.report import Trials, conduct, plan_comparison
from aekit.run import EventLog, RunDirectory, read_info
from aekit.training.session import Session

SHORT = ["stages.pretrain.steps=3", "stages.finetune.steps=4", "previews=null"]


def test_every_arm_trains_and_is_counted(stack_file: Path, tmp_path: Path) -> None:
    def train(run: RunDirectory, resume: bool, label: str) -> None:
        with EventLog(run.events) as log:
            Session(load_recipe(run.recipe), run, log).execute(resume or "started_from" in read_info(run))

    plan = plan_comparison(str(stack_file), SHORT, rates=[1e-3, 1e-1], seeds=1)
    comparison = conduct(plan, Trials(tmp_path / "runs", ["test"], plan.runs, train))
    rbm, greedy, random = comparison.results
    assert rbm.presentations == greedy.presentations == (2 * 3 * 32, 4 * 32)
    assert random.presentations == (0, (2 * 3 + 4) * 32)
    # A hundred times the rate is much better in so few steps, whatever the start.
    assert [result.rate for result in comparison.results] == [1e-1] * 3
    assert len({result.test[0] for result in comparison.results}) == 3 and comparison.direction == "lower"
    assert "started_from" in read_info(rbm.runs[0]) and comparison.unit
