"""`compare-pretraining`, with runs whose figures are known by heart (tests/run/fake_stages.py)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from aekit.recipe import load_recipe
from aekit.run import list_runs, read_info
from aekit.run.exit_codes import BAD_INPUT, DONE, FAILED, STOPPED

STACK = """\
data: {type: digits}
encoder: {type: mlp, units: [12], activation: sigmoid}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [12], activation: sigmoid}
stages:
- {name: pretrain, trainer: {type: rbm}, steps: 6, batch_size: 20}
- {name: finetune, trainer: {type: autoencoder, learning_rate: 1e-3}, losses: {mse: {}}, steps: 10, batch_size: 16}
metrics: {squared_error: {}, pca_baseline: {}}
"""
RATES = ("--rates", "1e-3,1e-2")


@pytest.fixture(autouse=True)
def stack(place, monkeypatch):
    monkeypatch.setattr("aekit.run.process.WORKER", "fake_stages")
    (place / "stack.yaml").write_text(STACK)


def titles():
    return [run.title for run in list_runs("runs")]


def test_the_table_the_figure_and_what_they_say(aekit, place):
    result = aekit("compare-pretraining", "stack.yaml", "--seeds", "2", *RATES)
    assert result.exit_code == DONE
    # Rates 1e-3 and 1e-2 with seed 0, then the better one with seed 1: the first rate costs nothing, the other 1.
    rows = [line.split() for line in result.stdout.splitlines()[2:6]]
    assert rows[1][:2] == ["rbm", "0.001"] and "1.050" in rows[1] and "-2" in rows[1]
    assert rows[2][:2] == ["greedy", "0.001"] and rows[3][:3] == ["random", "start", "0.001"]
    assert "Pretraining by rbm lowers squared_error by 2" in result.stdout and "beyond noise" in result.stdout
    assert "6 of 9: greedy, rate 0.001, seed 1" in result.stderr
    assert titles()[:3] == [f"stack-rbm-rate{rate}-seed{seed}" for rate, seed in ((0.001, 0), (0.01, 0), (0.001, 1))]
    (folder,) = (place / "runs" / "comparisons").iterdir()
    assert (folder / "comparison.png").stat().st_size > 10_000
    assert "The best rate lies at the edge of those tried for: rbm, greedy, random start." in result.stderr


def test_json_has_every_figure(aekit, place):
    found = json.loads(aekit("compare-pretraining", "stack.yaml", "--seeds", "2", *RATES, "--json").stdout)
    rbm, greedy, random = found["arms"]
    assert [arm["name"] for arm in found["arms"]] == ["rbm", "greedy", "random"] and found["seeds"] == [0, 1]
    assert rbm["tuning"] == [{"rate": 1e-3, "validation": 11.0}, {"rate": 1e-2, "validation": 12.0}]
    assert [run["test"] for run in greedy["runs"]] == [2.0, 2.1]
    assert greedy["difference"] == pytest.approx({"mean": -1, "half_width": 0, "n": 2, "beyond_noise": True}, abs=1e-6)
    assert random["difference"] is None and random["test"]["standard_deviation"] == pytest.approx(0.1 / math.sqrt(2))
    assert json.loads(next((place / "runs").glob("comparisons/*/comparison.json")).read_text()) == found


def test_the_random_start_is_given_the_presentations_of_the_pretraining(aekit):
    found = json.loads(aekit("compare-pretraining", "stack.yaml", "--seeds", "1", *RATES, "--json").stdout)
    rbm, _, random = found["arms"]
    assert rbm["presentations"] == {"before": 2 * 6 * 20, "last_stage": 10 * 16}
    assert random["presentations"] == {"before": 0, "last_stage": 2 * 6 * 20 + 10 * 16}
    recipe = load_recipe(list_runs("runs")[-1].recipe)
    assert [stage.name for stage in recipe.stages] == ["finetune"] and recipe.stages[0].steps == 10 + 240 // 16


def test_pretraining_is_done_once_for_all_rates(aekit):
    aekit("compare-pretraining", "stack.yaml", "--seeds", "1", *RATES, "--without-greedy")
    first, other = list_runs("runs")[:2]
    assert read_info(other)["started_from"] == {"run": first.id, "stage": "pretrain", "first_stage": 1}
    assert len(titles()) == 4


def test_it_goes_on_where_it_was(aekit, place, monkeypatch):
    stop = place / "stop"
    stop.touch()
    monkeypatch.setenv("FAKE_STOP", str(stop))
    command = ("compare-pretraining", "stack.yaml", "--seeds", "1", "--rates", "1e-3")
    first = aekit(*command)
    assert first.exit_code == STOPPED and "the same command goes on" in first.stderr and len(titles()) == 1
    assert aekit(*command).exit_code == DONE
    whole = titles()
    assert whole == [f"stack-{arm}-rate0.001-seed0" for arm in ("rbm", "greedy", "random")]
    again = aekit(*command)
    assert again.exit_code == DONE and titles() == whole and "1 of 3" not in again.stderr
    assert aekit(*command, "stages.finetune.steps=11").exit_code == DONE
    assert len(titles()) == 6, "another recipe has runs of its own"


def test_a_rate_that_diverges_is_not_chosen(aekit):
    found = json.loads(aekit("compare-pretraining", "stack.yaml", "--seeds", "1", "--rates", "2,1e-2", "--json").stdout)
    assert found["arms"][0]["tuning"] == [{"rate": 2.0, "validation": None}, {"rate": 1e-2, "validation": 12.0}]
    all_of_them = aekit("compare-pretraining", "stack.yaml", "--rates", "3,4")
    assert all_of_them.exit_code == FAILED and "every rate diverged (3, 4)" in all_of_them.stderr


def test_a_run_that_breaks_ends_the_comparison(aekit, monkeypatch):
    monkeypatch.setattr("aekit.run.process.WORKER", "no_such_worker")
    result = aekit("compare-pretraining", "stack.yaml")
    assert result.exit_code == FAILED and "output.txt" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["small.yaml"], "small has one stage"),
        (["stack.yaml", "--pretraining", "finetune"], "'finetune' is the last stage of stack"),
        (["stack.yaml", "--pretraining", "pretran"], "no stage 'pretran'. Did you mean 'pretrain'? It has pretrain"),
        (["stack.yaml", "--measure", "squared_eror"], "no metric 'squared_eror'. Did you mean 'squared_error'?"),
        (["stack.yaml", "stages.finetune.metrics={}"], "stage 'finetune' has no metrics"),
        (["stack.yaml", "stages.finetune.trainer={type: rbm}"], "trainer 'rbm' of stage 'finetune' has no optimizer"),
        (["stack.yaml", "--rates", "1e-3,fast"], "expected positive numbers such as 1e-3,3e-3, received '1e-3,fast'"),
        (["stack.yaml", "--greedy", "input_dorp=0.2"], "Did you mean 'input_drop'?"),
        (["stack.yaml", "--greedy", "input_drop=0.2", "--without-greedy"], "--without-greedy leaves out"),
        (["stack.yaml", "stages.pretrain.trainer={type: greedy}", "--greedy", "loss=auto"], "is greedy by itself"),
    ],
)
def test_what_it_refuses_before_anything_is_trained(aekit, place, words, message):
    result = aekit("compare-pretraining", *words)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "") and message in result.stderr
    assert not (place / "runs").exists()


def test_its_process_never_imports_tensorflow(aekit, place):
    command = ["compare-pretraining", "stack.yaml", "--seeds", "1", "--rates", "1e-3"]
    aekit(*command)
    code = (
        "import sys\nfrom aekit.cli import main\n"
        f"try:\n    main({command!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'keras', 'tensorflow', 'sklearn', 'aekit_plugins'} & set(sys.modules)\nassert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(place), capture_output=True)
