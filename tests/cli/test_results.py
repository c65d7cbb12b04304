"""The verbs that load networks, with a training package that only pretends."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from aekit.cli.loading import load_training
from aekit.errors import PluginError
from aekit.recipe import Problem
from aekit.run import list_runs
from aekit.run.exit_codes import BAD_INPUT, DONE, FAILED

MEASURES = {"psnr": {"test": {"value": 20.0, "n": 10, "standard_error": 0.5, "unit": "dB"}}}


@dataclass
class Build:
    problems: list = field(default_factory=list)
    parameters: dict = field(default_factory=lambda: {"encoder": 1234})
    shapes: dict = field(default_factory=lambda: {"encoder": ((8, 8, 1), (64,))})
    compile: str = "xla"
    data: dict = field(default_factory=lambda: {"train": 1437, "test": 180})
    data_bytes: int = 460_000
    steps: dict = field(default_factory=lambda: {"train": 115})
    notes: list = field(default_factory=list)


@dataclass
class Verification:
    steps: int
    interrupted_at: int
    straight: str = "ab12"
    resumed: str = "ab12"
    differing: tuple = ()

    @property
    def equal(self) -> bool:
        return self.straight == self.resumed


@pytest.fixture(autouse=True)
def notices(monkeypatch):
    """A TensorFlow that only makes noise; gives the function that does, to be replaced."""
    config = SimpleNamespace(list_physical_devices=lambda: os.write(2, b"pages of notices\n"))
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    return config


@pytest.fixture
def training(monkeypatch):
    """Put a pretended module of aekit.training in place."""

    def put(name, **functions):
        monkeypatch.setitem(sys.modules, f"aekit.training.{name}", SimpleNamespace(**functions))

    return put


def test_start_up_notices_are_kept_aside(training, capfd):
    training("measuring", measure_run=len)
    assert load_training("measuring", "loading").measure_run == len
    assert capfd.readouterr().err == "loading ...\n"


def test_start_up_notices_are_shown_where_the_start_fails(training, notices, capfd):
    def fail():
        os.write(2, b"no such library\n")
        raise ImportError("tensorflow")

    notices.list_physical_devices = fail
    training("measuring")
    with pytest.raises(ImportError):
        load_training("measuring", "loading")
    assert capfd.readouterr().err == "loading ...\nno such library\n"


def test_measure_prints_what_it_measured(aekit, training):
    asked = []

    def measure_run(path, metrics, tell):
        asked.append(metrics)
        tell("measuring", metric="psnr", split="test", what="decoding", done=2, total=9, seconds=40.2)
        return MEASURES

    training("measuring", measure_run=measure_run)
    aekit("run", "small.yaml")
    result = aekit("measure", "last", "psnr")
    assert result.stdout.splitlines()[1].split() == ["psnr", "test", "20.00", "±", "0.50", "10", "dB"]
    assert "measuring psnr on test: decoding, about 40 s" in result.stderr
    assert json.loads(aekit("measure", "last", "--json").stdout) == MEASURES
    assert asked == [["psnr"], None]


def test_what_a_measure_was_computed_on_stands_beside_it(aekit, training):
    about = {"value": 1.5, "n": 180, "on": "features digits-features 3fa9c2, 180 of each", "seed": 0}
    training("measuring", measure_run=lambda path, metrics, tell: {"fid": {"test": about}} | MEASURES)
    aekit("run", "small.yaml")
    lines = aekit("measure", "last").stdout.splitlines()
    assert lines[0].split()[-1] == "on"
    assert lines[1].endswith("features digits-features 3fa9c2, 180 of each, seed 0") and lines[2].endswith("dB")


def test_an_unknown_metric_is_bad_input(aekit, training):
    def measure_run(path, metrics, tell):
        raise PluginError("there is no metric 'psnrr'. Did you mean 'psnr'?")

    training("measuring", measure_run=measure_run)
    aekit("run", "small.yaml")
    result = aekit("measure", "last", "psnrr")
    assert result.exit_code == BAD_INPUT and "Did you mean 'psnr'?" in result.stderr


def test_reconstruct_prints_the_files_it_wrote(aekit, training, place):
    training("reconstructing", reconstruct_files=lambda run, files, folder: [folder / file.name for file in files])
    aekit("run", "small.yaml")
    assert aekit("reconstruct", "last", "a.png", "b.png", "-o", "seen").stdout == "seen/a.png\nseen/b.png\n"
    assert json.loads(aekit("reconstruct", "last", "a.png", "--json").stdout) == ["reconstructions/a.png"]


def test_verify_resume_tells_by_its_exit_code(aekit, training):
    training("verify", verify_resume=lambda recipe, steps, at: Verification(steps, at or 7))
    result = aekit("verify-resume", "small.yaml", "--steps", "20", "--at", "9")
    assert result.exit_code == DONE and "equal bit for bit" in result.stdout and "step 9" in result.stdout
    assert json.loads(aekit("verify-resume", "small.yaml", "--json").stdout)["equal"] is True
    different = Verification(20, 7, resumed="cd34", differing=("encoder/003",))
    training("verify", verify_resume=lambda recipe, steps, at: different)
    result = aekit("verify-resume", "small.yaml")
    assert result.exit_code == FAILED and "different: encoder/003" in result.stdout
    assert aekit("verify-resume", "small.yaml", "--steps", "5", "--at", "5").exit_code == BAD_INPUT


def test_check_build_shows_the_networks(aekit, training):
    training("check", check_build=lambda recipe: Build())
    result = aekit("check", "small.yaml", "--build")
    assert result.exit_code == DONE
    assert result.stdout.splitlines()[-1].split() == ["encoder", "8", "x", "8", "x", "1", "64", "1,234"]
    assert "1,437 train, 180 test examples (460 kB), 115 steps, compiled as xla" in result.stderr
    assert (
        json.loads(aekit("check", "small.yaml", "--build", "--json").stdout)["build"]["parameters"]["encoder"] == 1234
    )


def test_check_build_tells_what_does_not_fit(aekit, training):
    wrong = Problem("small.yaml", 4, 1, 7, "the decoder gives (8, 8), the data has (8, 8, 1)", (), "decoder: {}")
    training("check", check_build=lambda recipe: Build(problems=[wrong]))
    result = aekit("check", "small.yaml", "--build")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert "small.yaml:4:1: the decoder gives" in result.stderr and "^^^^^^^" in result.stderr
    report = json.loads(aekit("check", "small.yaml", "--build", "--json").stdout)
    assert report["ok"] is False and "the decoder gives" in report["problems"][0]["message"]


def test_a_run_of_a_runs_recipe_keeps_its_name(aekit):
    aekit("run", "small.yaml")
    first = list_runs()[0]
    aekit("run", str(first.recipe), "epochs=1")
    assert {run.title.removesuffix("-2") for run in list_runs()} == {"small"}
