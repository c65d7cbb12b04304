"""The verbs around a run: started, watched, stopped, resumed, with their exit codes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess

import pytest

from aekit.cli.output import duration, figure, size
from aekit.run import EventLog, list_runs, status
from aekit.run.exit_codes import BAD_INPUT, DONE, FAILED, INTERRUPTED, STOPPED
from aekit.run.wording import in_order, measured, values, with_error


def training(run) -> bool:
    return status(run).detail == "training"


@pytest.fixture
def endless(start, until, monkeypatch):
    """A watched run that goes on until it is told to stop: (the watching process, the run)."""
    monkeypatch.setenv("FAKE_WORKER", "endless")

    def begin(*arguments):
        process = start("run", "small.yaml", *arguments)
        run = until(lambda: list_runs() and list_runs()[-1])
        until(lambda: training(run))
        return process, run

    yield begin
    for run in list_runs():
        if not status(run).is_over:
            os.kill(status(run).pid, signal.SIGKILL)


def test_a_run_is_shown_to_its_end_with_its_measures(aekit):
    result = aekit("run", "small.yaml", "epochs=2")
    assert result.exit_code == DONE
    header, measure, baseline = result.stdout.splitlines()
    assert header.split() == ["metric", "split", "value", "n", "unit"]
    assert measure.split()[:6] == ["squared_error", "test", "4.250", "±", "0.050", "1,000"]
    assert baseline.startswith("pca_baseline.squared_error")
    assert "stage train" in result.stderr and "finished at step 10" in result.stderr
    (run,) = list_runs()
    assert "epochs: 2" in run.recipe.read_text()


def test_events_for_programs(aekit):
    result = aekit("run", "small.yaml", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["n"] for event in events] == list(range(len(events)))
    assert (events[0]["type"], events[-1]["type"]) == ("started", "finished")
    assert aekit("watch", "last", "--json").stdout == result.stdout


def test_a_detached_run_prints_its_id(aekit, until):
    identity = aekit("run", "small.yaml", "--detach").stdout.strip()
    (run,) = list_runs()
    assert run.id == identity
    until(lambda: status(run).state == "finished")
    assert aekit("watch", identity).exit_code == DONE


def test_a_wrong_recipe_makes_no_run(aekit):
    result = aekit("run", "small.yaml", "latent.size=none")
    assert (result.exit_code, result.stdout, list_runs()) == (BAD_INPUT, "", [])
    assert "command line:1:" in result.stderr


def test_a_failed_run_says_why(aekit, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "fail")
    result = aekit("run", "small.yaml")
    assert result.exit_code == FAILED
    assert "failed at step 1: the loss became NaN at step 2" in result.stderr
    assert "checkpoints/step-000001.h5 is intact" in result.stderr
    assert aekit("watch", "last").exit_code == FAILED


def test_a_run_that_dies_without_a_word_shows_its_output(aekit, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "crash")
    result = aekit("run", "small.yaml")
    assert result.exit_code == FAILED
    assert "MemoryError: the machine is full" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_after_a_checkpoint(endless, number):
    process, run = endless()
    process.send_signal(number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == STOPPED
    assert "stopping after a checkpoint" in told and f"aekit resume {run.id}" in told
    assert status(run).state == "stopped"


def test_a_hangup_leaves_the_run_alive(endless):
    process, run = endless()
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=20)
    assert status(run).state == "running"


def test_a_second_interrupt_leaves_the_run_to_its_checkpoint(endless, monkeypatch, until):
    process, run = endless()
    os.kill(status(run).pid, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    until(lambda: "stopping" in process.stderr.readline() or None)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert "goes on by itself" in told
    os.kill(status(run).pid, signal.SIGCONT)
    until(lambda: status(run).state == "stopped")


def test_interrupted_before_there_is_anything_to_keep(start, until, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "mute")
    process = start("run", "small.yaml")
    until(lambda: process.stderr.readline().startswith("run "))
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert "interrupted before its first checkpoint" in told


def test_a_killed_run_is_lost_and_resumes(endless, aekit, monkeypatch):
    process, run = endless()
    os.kill(status(run).pid, signal.SIGKILL)
    _, told = process.communicate(timeout=20)
    assert process.returncode == FAILED
    assert "SIGKILL" in told
    assert status(run).state == "lost"
    monkeypatch.setenv("FAKE_WORKER", "finish")
    assert aekit("resume", "last").exit_code == DONE


def test_stop_from_elsewhere_and_resume(endless, aekit, monkeypatch):
    process, run = endless()
    watcher = aekit("stop", run.id)
    assert watcher.exit_code == DONE and f"{run.id} stopped at step" in watcher.stderr
    assert process.wait(20) == STOPPED
    again = aekit("stop", run.id)
    assert again.exit_code == BAD_INPUT and "does not run: it is stopped" in again.stderr
    monkeypatch.setenv("FAKE_WORKER", "finish")
    result = aekit("resume", "last", "--json")
    assert result.exit_code == DONE
    first = json.loads(result.stdout.splitlines()[0])
    assert first["type"] == "started" and first["resumed_from"] >= 1
    assert "nothing to go on with" in aekit("resume", "last").stderr


def test_pause_and_continue(endless, aekit):
    _, run = endless()
    assert "is running" in aekit("resume", "last").stderr
    assert "is paused" in aekit("pause", "last").stderr
    assert status(run).detail == "paused"
    assert "running paused" in aekit("runs").stdout
    assert json.loads(aekit("continue", "last", "--json").stdout)["ok"] is True
    assert aekit("stop", "last", "--json").exit_code == DONE


def test_a_run_that_cannot_answer_is_told_so(endless, aekit):
    _, run = endless()
    os.kill(status(run).pid, signal.SIGSTOP)
    result = aekit("pause", "last", "--timeout", "0.1")
    assert result.exit_code == FAILED and "has not answered" in result.stderr
    assert "was asked to stop" in aekit("stop", "last", "--timeout", "0").stderr


def test_watching_from_another_process(endless, start):
    _, run = endless()
    watcher = start("watch", run.id, "--json")
    events = [json.loads(watcher.stdout.readline()) for _ in range(5)]
    assert [event["type"] for event in events] == ["started", "stage", "step", "step", "step"]
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(20) == INTERRUPTED
    assert status(run).state == "running"


def test_a_terminal_gets_a_bar_on_stderr_and_a_clean_stdout(start):
    master, slave = pty.openpty()
    process = start("run", "small.yaml", stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    seen = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(master)
    out = process.stdout.read()
    assert process.wait(20) == DONE
    assert b"stage train" in seen and b"\x1b[" in seen
    assert "\x1b" not in out and out.splitlines()[1].startswith("squared_error")


def test_runs_are_listed_latest_first(aekit, place):
    assert "there are no runs in runs/" in aekit("runs").stderr
    assert json.loads(aekit("runs", "--json").stdout) == []
    aekit("run", "small.yaml"), aekit("run", "small.yaml")
    header, *rows = aekit("runs").stdout.splitlines()
    assert header.split() == ["id", "status", "recipe", "stage", "step", "loss", "age"]
    assert [row.split()[0] for row in rows] == [run.id for run in list_runs()[::-1]]
    title = list_runs()[-1].title
    assert rows[0].split()[1:6] == ["finished", title, "train", "10", "0.1"]
    assert len(aekit("runs", "-n", "1").stdout.splitlines()) == 2
    assert {row["state"] for row in json.loads(aekit("runs", "--json").stdout)} == {"finished"}


def test_runs_elsewhere(aekit, place, monkeypatch):
    aekit("run", "small.yaml", "--runs", "there")
    assert not (place / "runs").exists()
    assert len(json.loads(aekit("runs", "--runs", "there", "--json").stdout)) == 1
    monkeypatch.setenv("AEKIT_RUNS", str(place / "there"))
    assert aekit("watch", "last").exit_code == DONE


def test_warnings_and_alerts_are_shown(aekit):
    aekit("run", "small.yaml")
    with EventLog(list_runs()[0].events) as log:
        log.write("warning", message="the step is slow")
        log.write("alert", message="kl is zero")
        log.write("a word of a later version", x=1)
    shown = aekit("watch", "last").stderr
    assert "warning: the step is slow" in shown and "alert: kl is zero" in shown


def test_no_such_run(aekit):
    aekit("run", "small.yaml")
    result = aekit("watch", "lats")
    assert result.exit_code == BAD_INPUT
    assert "Did you mean 'last'?" in result.stderr


def test_baselines_follow_their_metric():
    names = ["pca.psnr", "psnr", "pca.squared_error", "squared_error", "fid.inner"]
    assert in_order(dict.fromkeys(names)) == ["psnr", "pca.psnr", "squared_error", "pca.squared_error", "fid.inner"]


def test_a_value_is_told_to_the_second_digit_of_its_error():
    assert with_error(0.82519, 0.03306) == ("0.825", "± 0.033")
    assert with_error(12345.6, 210.0) == ("12,346", "± 210")
    assert with_error(0.5, None) == with_error(0.5, 0.0) == ("0.5", "")
    assert measured({"value": 98.33, "standard_error": 0.95, "interval": [95.2, 99.43]}) == (
        "98.3",
        "95.2 to 99.4 (95 %)",
    )


def test_losses_in_words():
    assert values({"kl": 0.5, "loss": 0.8}) == "loss 0.8  kl 0.5"
    assert values({"cross_entropy": 20.0, "loss": 20.0}) == "cross_entropy 20"
    assert values({"loss": None}) == "loss not finite"
    assert values("garbled") == ""


def test_numbers_as_people_read_them():
    assert [figure(v) for v in (1234, 0.123456, 1e-7, 123456.7, None)] == ["1,234", "0.1235", "1e-07", "123,457", ""]
    assert [duration(s) for s in (5, 119, 240, 7200, 200_000)] == ["5 s", "119 s", "4 min", "2 h", "2 d"]
    assert [size(n) for n in (999, 11e6, 2e12)] == ["999 bytes", "11 MB", "2 TB"]
