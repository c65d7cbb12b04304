"""Requests to a run while it is paused: every one is answered, and no number changes by it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from aekit.recipe import load_recipe
from aekit.run import EventLog, RunDirectory, await_answer, create_run, last, read_events, request
from aekit.training.checkpoints import CheckpointFolder
from aekit.training.session import Session

Answers = dict[str, dict[str, Any]]
QUESTIONS: dict[str, dict[str, Any]] = {
    "sample": {},
    "encode": {"index": [5, 3]},
    "codes": {"count": 40},
    "decode": {"z": [[0.0, 0.5, 0.0, 0.0]]},
    "reconstruct": {"index": 7},
    "checkpoint": {},
}
NOISY = ("trainer.input_noise=0.1", "steps=60", "validate={steps: 10}", "checkpoints=null")


def ask(run: RunDirectory, verb: str, **arguments: Any) -> dict[str, Any]:
    answer = await_answer(run, request(run, verb, **arguments), 120)
    assert answer is not None, f"{verb} was not answered"
    return answer


@pytest.fixture
def asked(tiny: Callable[..., Any], runs_folder: Any) -> tuple[RunDirectory, Answers]:
    """A run that was paused at its beginning, asked everything, and let go on to its end."""
    run = create_run(tiny(*NOISY), ["test"], runs_folder)
    pause = request(run, "pause")

    def questions() -> Answers:
        paused = await_answer(run, pause, 120)
        assert paused is not None
        answers = {verb: ask(run, verb, **arguments) for verb, arguments in QUESTIONS.items()}
        return {"pause": paused, **answers, "continue": ask(run, "continue")}

    with ThreadPoolExecutor(1) as other, EventLog(run.events) as log:
        answers = other.submit(questions)
        Session(load_recipe(run.recipe), run, log).execute()
        return run, answers.result()


def test_everything_is_answered_while_a_run_is_paused(asked: Any) -> None:
    run, answers = asked
    assert all(answer["ok"] for answer in answers.values()), answers
    between = [e for e in read_events(run.events) if answers["pause"]["n"] < e["n"] < answers["continue"]["n"]]
    assert {event["type"] for event in between} == {"answer", "preview", "checkpoint"}
    step = CheckpointFolder(run.checkpoints).path_of(answers["sample"]["step"])
    assert answers["checkpoint"]["file"] == f"checkpoints/{step.name}"
    codes, some = np.array(answers["codes"]["z"]), np.array(answers["encode"]["z"])
    assert codes.shape == (40, 4) and answers["encode"]["index"] == [5, 3]
    np.testing.assert_allclose(some, codes[[5, 3]], atol=2e-4)
    np.testing.assert_allclose(answers["codes"]["mean"], codes.mean(axis=0), atol=2e-4)
    assert np.shape(answers["decode"]["x_hat"]) == (1, 8, 8, 1)
    sampled = [event for event in between if event["type"] == "preview" and "index" not in event]
    assert [event["step"] for event in sampled] == [answers["sample"]["step"]]


def test_questions_never_change_the_numbers(asked: Any, tiny: Any, train: Any) -> None:
    run, _ = asked
    digests = {last(read_events(r.events), "checkpoint")["sha256"] for r in (run, train(tiny(*NOISY)).run)}
    assert len(digests) == 1


def test_a_preview_says_in_what_range_it_is_shown(asked: Any) -> None:
    run, _ = asked
    preview = last(read_events(run.events), "preview")
    assert preview["range"] == [0, 1]
