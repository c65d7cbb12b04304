"""`fork` from the command line."""

from __future__ import annotations

import json

import pytest

from aekit.run import latest_events, list_runs, read_info


@pytest.fixture
def parent(aekit):
    """A finished run of the fake worker, with two checkpoints."""
    assert aekit("run", "small.yaml").exit_code == 0
    run = list_runs()[-1]
    run.checkpoints.mkdir(exist_ok=True)
    for step in (4, 10):
        (run.checkpoints / f"step-{step:06d}.h5").write_text(f"state {step}")
    return run


def test_a_fork_is_a_new_run_with_other_values(aekit, parent):
    result = aekit("fork", "last", "epochs=9", "trainer.optimizer.learning_rate=1e-4")
    assert result.exit_code == 0
    made = next(run for run in list_runs() if run.id != parent.id)
    assert read_info(made)["forked_from"] == {"run": parent.id, "step": 10}
    assert "epochs: 9" in made.recipe.read_text() and "epochs: 5" in parent.recipe.read_text()
    assert (made.checkpoints / "step-000010.h5").read_text() == "state 10"
    assert latest_events(made.events)["finished"]


def test_a_fork_may_begin_earlier_and_in_the_background(aekit, parent, until):
    result = aekit("fork", parent.id, "--step", "4", "--detach", "--json")
    made = next(run for run in list_runs() if run.id == json.loads(result.stdout)["id"])
    assert read_info(made)["forked_from"]["step"] == 4
    until(lambda: "finished" in latest_events(made.events))


def test_a_checkpoint_that_is_not_there_ends_it_before_anything_is_made(aekit, parent):
    result = aekit("fork", "last", "--step", "5")
    assert result.exit_code == 2
    assert "has no checkpoint of step 5; there are those of the steps 4, 10" in result.stderr
    assert list_runs() == [parent]


def test_a_wrong_value_has_its_place(aekit, parent):
    result = aekit("fork", "last", "latent.sizes=3")
    assert result.exit_code == 2 and "Did you mean 'size'?" in result.stderr
    assert list_runs() == [parent]
