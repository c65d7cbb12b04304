"""The real standby worker: what it answers, and that a run does not notice what was asked before it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aekit.run import (
    RunDirectory,
    Standby,
    create_run,
    decode_array,
    exit_codes,
    is_alive,
    last,
    read_events,
    start_worker,
    status,
)

Ask = Callable[..., dict[str, Any]]
PLUGIN = '''
"""Points."""

import aekit
import numpy as np


@aekit.data("points")
def points() -> aekit.Data:
    """Random points."""
    x = np.random.default_rng(0).uniform(size=(60, {size})).astype("float32")
    return aekit.Data.from_arrays(x)
'''
RICH = ("trainer.input_noise=0.1", "encoder.normalization=batch", "validate={steps: 4}", "previews={seconds: 0.001}")


@pytest.fixture(scope="module")
def standby() -> Iterator[Standby]:
    """One process for all of this module: its import takes most of the time."""
    started = Standby.start()
    yield started
    if is_alive(started.process.pid):
        os.kill(started.process.pid, signal.SIGKILL)
    started.process.wait()


@pytest.fixture
def ask(standby: Standby) -> Ask:
    def answered(verb: str, **arguments: Any) -> dict[str, Any]:
        answer = standby.wait(standby.ask(verb, **arguments), 120)
        assert answer is not None
        return answer

    return answered


@pytest.fixture(scope="module")
def shelf() -> dict[str, RunDirectory]:
    return {}


@pytest.fixture
def trained(shelf: dict[str, RunDirectory], tiny: Any, train: Any) -> RunDirectory:
    """A finished run, the same one for all of this module."""
    return shelf.get("run") or shelf.setdefault("run", train(tiny("steps=20")).run)


def test_a_check_tells_what_is_built(ask: Ask, tiny: Any) -> None:
    answer = ask("check", source=str(tiny().path), overrides=["encoder.units=[24]"])
    assert (answer["ok"], answer["problems"], answer["steps"]) == (True, [], {"train": 30})
    assert answer["shapes"] == {"encoder": [[8, 8, 1], [24]], "latent": [[24], [4]], "decoder": [[4], [8, 8, 1]]}
    assert answer["parameters"]["encoder"] == 64 * 24 + 24
    assert answer["data"] == {"train": 1437, "validation": 180, "test": 180}
    assert answer["compile"] == "xla_loop" and answer["data_bytes"] == 1797 * 64 * 4


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [("units: [12], activ", 3, "no option 'activ'"), ("size: 0", 4, "size"), ("tied: true, ", 5, "tied weights")],
    ids=["word", "value", "shapes"],
)
def test_a_check_of_a_text_gives_every_problem_its_place(
    ask: Ask, tiny: Any, tmp_path: Path, change: str, line: int, words: str
) -> None:
    text = tiny().path.read_text()
    old = {3: "units: [12], activation", 4: "size: 4", 5: "units: [12], activation: tanh}\ntrainer"}[line]
    new = change if line < 5 else "units: [9], tied: true}\ntrainer"
    answer = ask("check", text=text.replace(old, new), path=str(tmp_path / "unsaved.yaml"))
    assert not answer["ok"] and words in answer["message"]
    problem = answer["problems"][0]
    assert (problem["line"], Path(problem["file"]).name) == (line, "unsaved.yaml")


def test_an_estimate_is_of_all_steps(ask: Ask, tiny: Any) -> None:
    one, ten = (ask("estimate", source=str(tiny().path), overrides=[f"steps={n}"]) for n in (100_000, 1_000_000))
    for answer, steps in ((one, 100_000), (ten, 1_000_000)):
        assert answer["ok"] and answer["steps"] == steps
        together = answer["seconds_to_compile"] + steps * answer["seconds_per_step"]
        assert answer["seconds"] == pytest.approx(together, rel=0.01)


def test_an_estimate_of_a_broken_recipe_gives_its_problems(ask: Ask, tiny: Any) -> None:
    answer = ask("estimate", source=str(tiny().path), overrides=["decoder.tied=true", "encoder.units=[9]"])
    assert not answer["ok"] and "tied weights" in answer["problems"][0]["message"]


def test_a_local_plugin_that_changed_is_read_again(ask: Ask, tiny: Any, tmp_path: Path) -> None:
    plugin = tmp_path / "points.py"
    for size in (5, 11):
        plugin.write_text(PLUGIN.replace("{size}", str(size)))
        answer = ask("check", source=str(tiny().path), overrides=["data={type: points}"], plugins=[str(plugin)])
        assert answer["shapes"]["encoder"][0] == [size], answer["message"]


def test_a_models_answers_are_its_models(ask: Ask, trained: RunDirectory) -> None:
    import aekit

    model = aekit.open_run(trained.path)
    x, y = model.data.validation.x, model.data.validation.y
    assert y is not None
    opened = ask("open", run=str(trained.path))
    assert (opened["step"], opened["code_shape"], opened["range"]) == (20, [4], [0, 1])
    codes = ask("codes", count=1000)
    z = decode_array(codes["z"])
    np.testing.assert_allclose(z, model.encode(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(decode_array(codes["deviation"]), z.std(axis=0), rtol=1e-5)
    assert codes["y"] == y.tolist()
    some = ask("encode", index=[3, 1], split="test")
    np.testing.assert_allclose(decode_array(some["z"]), model.encode(model.data.test.x[[3, 1]]), rtol=1e-5, atol=1e-6)
    x_hat = decode_array(ask("decode", z=z[:2].tolist())["x_hat"])
    np.testing.assert_allclose(x_hat, model.reconstruct(x[:2]), rtol=1e-4, atol=1e-6)
    worst = ask("worst", count=3)
    again = ask("reconstruct", index=worst["index"])
    errors = decode_array(again["errors"])
    np.testing.assert_allclose(errors, np.square(x - model.reconstruct(x)).sum((1, 2, 3))[worst["index"]], rtol=1e-4)
    assert list(errors) == sorted(errors, reverse=True) and decode_array(again["x"]).shape == (3, 8, 8, 1)


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("encode", {"index": [0, 180]}, "there is no validation example 180; they are 0 to 179"),
        ("encode", {"index": [0], "split": "trial"}, "there is no split 'trial'"),
        ("encode", {"index": "all"}, "expected the number of an example"),
        ("encode", {}, "missing 1 required positional argument"),
        ("codes", {"count": 0}, "expected a whole number from 1 on"),
        ("decode", {"z": [[1, 2]]}, r"codes have the shape (n, *(4,)), received (1, 2)"),
        ("decode", {"z": [[1], [2, 3]]}, "ValueError"),
        ("open", {"run": "/nowhere"}, "there is no run"),
        ("train", {"run": "/nowhere"}, "is no run directory"),
        ("check", {"text": "data: {}"}, "expected a source, or a text with its path"),
        ("dance", {}, "no answer to 'dance'"),
    ],
)
def test_what_cannot_be_answered_is_told(
    ask: Ask, trained: RunDirectory, verb: str, arguments: dict[str, Any], words: str
) -> None:
    assert ask("open", run=str(trained.path))["ok"]
    answer = ask(verb, **arguments)
    assert not answer["ok"] and words in answer["message"]


def test_a_question_without_a_model_says_what_to_send(ask: Ask) -> None:
    ask("open", run="/nowhere")
    assert "send `open` first" in ask("worst", count=3)["message"]


def wait_for(condition: Callable[[], Any]) -> Any:
    until = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
    return found


def test_training_after_all_this_gives_the_bits_of_a_fresh_process(
    standby: Standby, ask: Ask, tiny: Any, runs_folder: Path, trained: RunDirectory
) -> None:
    """Last in this module: it takes the process."""
    recipe = tiny(*RICH, "steps=60")
    for verb in ("check", "estimate"):
        assert ask(verb, source=str(recipe.path), overrides=list(RICH))["ok"]
    assert ask("open", run=str(trained.path))["ok"] and ask("worst", count=1)["ok"]
    here, there = (create_run(recipe, ["test"], runs_folder) for _ in range(2))
    process = standby.train(here)
    assert process is standby.process
    fresh = start_worker(there)
    assert (process.wait(120), fresh.wait(120)) == (exit_codes.DONE, exit_codes.DONE)
    one, other = (last(read_events(run.events), "checkpoint") for run in (here, there))
    assert one["sha256"] == other["sha256"]
    started = last(read_events(here.events), "started")
    assert started["pid"] == process.pid and started["command"][1:] == ["train", str(here.path)]
    assert started["command"][0].endswith("standby.py") and status(here).state == "finished"
    assert here.output.exists() and os.getsid(0) != process.pid


def test_a_standby_ends_in_its_import_and_a_run_ends_by_signal(tiny: Any, runs_folder: Path) -> None:
    """Two processes: one that nobody waits for, one that was handed a run before it was ready."""
    left = Standby.start()
    assert left.process.stdin is not None
    taken = Standby.start()
    run = create_run(tiny("steps=100000000"), ["test"], runs_folder)
    left.process.stdin.close()
    assert left.process.wait(30) == 0
    process = taken.train(run, timeout=120)
    try:
        assert process is taken.process
        taken.process.stdin.close()  # type: ignore[union-attr]
        wait_for(lambda: last(read_events(run.events), "step"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == exit_codes.STOPPED
    finally:
        process.kill()
        process.wait()
    assert last(read_events(run.events), "stopped")["reason"] == "SIGTERM"
