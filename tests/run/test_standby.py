"""The standby worker as its front end sees it: questions, handing over a run, and every way to lose it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aekit.run import Standby, decode_array, enough_memory, exit_codes, is_alive, read_events, status, stop
from aekit.run import standby as standby_module
from aekit.training.channel import encode_array

#: A front end: it starts a standby, does what it is told, says which processes there are, and waits to be killed.
FRONT_END = """
import sys, time
from pathlib import Path
from aekit.run import RunDirectory, Standby
standby = Standby.start(module="fake_standby")
for verb in sys.argv[2:]:
    standby.train(RunDirectory(Path(sys.argv[1]))) if verb == "train" else standby.ask(verb)
while not (standby.ready or "train" in sys.argv):
    time.sleep(0.01)
print(standby.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def begin(monkeypatch):
    """Start fake standby workers, and leave none behind."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr("aekit.run.process.WORKER", "fake_worker")
    started = []

    def start(kind=""):
        monkeypatch.setenv("FAKE_STANDBY", kind)
        started.append(Standby.start(module="fake_standby"))
        return started[-1]

    yield start
    for standby in started:
        standby.process.kill()
        standby.process.wait()
        standby.close()


def test_a_question_gets_its_answer(begin):
    standby = begin()
    numbers = [standby.ask("echo", word=word) for word in ("one", "two", "three")]
    assert standby.wait(numbers[2], 20)["echo"] == {"word": "three"}
    assert [answer["echo"]["word"] for answer in standby.poll()] == ["one", "two"]
    assert standby.poll() == [] and not standby.busy
    assert standby.ready and standby.seconds == 0.25


def test_it_has_a_session_of_its_own_and_ends_when_it_is_closed(begin, until):
    standby = begin()
    until(lambda: standby.ready)
    assert os.getsid(standby.process.pid) == standby.process.pid
    standby.close()
    assert not standby.alive and not standby.ready
    assert not is_alive(standby.process.pid)


def test_what_libraries_print_and_garbage_hurt_no_answer(begin):
    standby = begin()
    for verb in ("print", "garbage"):
        standby.ask(verb)
    assert standby.wait(standby.ask("echo", a=1), 20)["echo"] == {"a": 1}
    assert [answer["id"] for answer in standby.poll()] == [1, 2]


def test_a_line_that_is_no_request_is_answered_too(begin):
    standby = begin()
    standby.process.stdin.write(b"dance\n")
    assert standby.wait(standby.ask("echo"), 20)["ok"]


def test_a_dead_worker_leaves_no_question_open(begin):
    standby = begin()
    before, after = standby.ask("die"), standby.ask("echo")
    for number in (before, after, standby.ask("echo")):
        answer = standby.wait(number, 20)
        assert (answer["ok"], answer["ended"]) == (False, True)
    standby.process.wait()
    assert standby.wait(standby.ask("echo"), 0)["message"] == "the standby worker has ended"
    assert not standby.alive


def test_waiting_gives_up_after_its_time(begin):
    standby = begin()
    number = standby.ask("hang")
    assert standby.wait(number, 0.01) is None
    assert standby.busy


@pytest.mark.parametrize("kind", ["", "late"])
def test_it_becomes_a_run_ready_or_not(begin, run, kind, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "finish")
    standby = begin(kind)
    process = standby.train(run)
    assert process is standby.process and not standby.alive
    standby.close()
    assert process.wait(20) == exit_codes.DONE
    assert run.output.read_text() == "a run's output\n"
    assert read_events(run.events)[0]["pid"] == process.pid
    assert status(run).state == "finished"


def test_a_handover_goes_before_what_waits(begin, run, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "finish")
    standby = begin()
    standby.ask("hold")  # until a handover waits
    waiting = standby.ask("echo")
    assert standby.train(run).wait(20) == exit_codes.DONE
    assert standby.wait(waiting, 20)["ended"]


@pytest.mark.parametrize("verb", ["refuse", "die"])
def test_an_ordinary_worker_takes_a_run_that_it_cannot(begin, run, verb, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "finish")
    standby = begin()
    standby.wait(standby.ask(verb), 20)
    process = standby.train(run)
    assert process is not standby.process
    assert process.wait(20) == exit_codes.DONE
    assert read_events(run.events)[0]["pid"] == process.pid


def test_a_worker_that_does_not_answer_in_time_is_replaced(begin, run, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "finish")
    standby = begin("deaf")
    process = standby.train(run, timeout=0.05)
    assert process is not standby.process and not is_alive(standby.process.pid)
    assert process.wait(20) == exit_codes.DONE


def front_end(run, *verbs):
    """A process with a standby; it, and the standby's process id."""
    process = subprocess.Popen([sys.executable, "-c", FRONT_END, str(run.path), *verbs], stdout=subprocess.PIPE)
    return process, int(process.stdout.readline())


@pytest.mark.parametrize("verbs", [(), ("hang",)], ids=["idle", "busy"])
def test_it_ends_with_a_front_end_that_is_killed(run, until, monkeypatch, verbs):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    parent, worker = front_end(run, *verbs)
    assert is_alive(worker)
    parent.kill()
    parent.communicate()
    until(lambda: not is_alive(worker))


def test_a_run_outlives_a_front_end_that_is_killed(run, until, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("FAKE_WORKER", "endless")
    parent, worker = front_end(run, "train")
    until(lambda: status(run).detail == "training")
    parent.kill()
    parent.communicate()
    seen = status(run).step
    until(lambda: status(run).step > seen)
    assert status(run).pid == worker
    stop(run)
    until(lambda: status(run).state == "stopped")


def test_a_run_is_not_lost_with_a_front_end_that_goes_before_the_answer(begin, run, until, monkeypatch):
    monkeypatch.setenv("FAKE_WORKER", "finish")
    standby = begin("late")
    line = json.dumps({"id": 1, "verb": "train", "arguments": {"run": str(run.path)}})
    standby.process.stdin.write(line.encode() + b"\n")
    standby.process.stdin.close()
    assert standby.process.wait(20) == exit_codes.DONE
    assert status(run).state == "finished"


def test_a_refused_handover_leaves_the_end_of_requests_its_meaning(begin, run):
    standby = begin()
    assert standby.wait(standby.ask("refuse"), 20)["ok"]
    assert standby.wait(standby.ask("train", run=str(run.path)), 20)["message"] == "not me"
    assert standby.wait(standby.ask("echo"), 20)["ok"]
    standby.process.stdin.close()
    assert standby.process.wait(20) == 0


def test_arrays_come_back_as_they_were():
    x = np.array([[1.5, -0.0], [np.pi, 1e-30]], "float32")
    sent = json.loads(json.dumps(encode_array(x)))
    assert (decode_array(sent) == x).all() and decode_array(sent).dtype == np.float32
    assert decode_array(encode_array(np.zeros((0, 3)))).shape == (0, 3)
    labels = np.arange(3)
    assert encode_array(labels) is labels and encode_array("text") == "text"


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("MemAvailable:    3906249 kB\n", False),
        ("MemAvailable:    3906250 kB\n", True),
        ("Mem: 1\n", True),
        (None, True),
    ],
)
def test_memory_decides_whether_there_is_one(text, enough, tmp_path, monkeypatch):
    said = tmp_path / "meminfo"
    if text:
        said.write_text(f"MemTotal:       16000000 kB\n{text}")
    monkeypatch.setattr(standby_module, "Path", lambda path: said)
    assert enough_memory(4e9) is enough
