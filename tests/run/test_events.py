"""The event log: written whole, mended after a kill, read whatever happened to it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aekit.errors import RunError, RunFailed
from aekit.run import EventLog, EventReader, RunDirectory, history, last, latest_events, read_events, status
from aekit.run.reading import lines_backwards

EVENTS = 6


def sample_log(path: Path, count: int = EVENTS) -> bytes:
    with EventLog(path) as log:
        log.write("started", pid=1, host="here", resumed_from=None)
        for step in range(1, count):
            log.write("step", step=step, losses={"loss": 1 / step, "größe": 0.5})
    return path.read_bytes()


def test_events_are_numbered_lines_of_json(log, run):
    log.write("started", pid=7)
    log.write("preview", kind="reconstruction", grid=(2, 8))
    first, second = (json.loads(line) for line in run.events.read_text().splitlines())
    assert (first["n"], first["type"], first["pid"]) == (0, "started", 7)
    assert (second["n"], second["kind"], second["grid"]) == (1, "reconstruction", [2, 8])
    assert abs(first["time"] - second["time"]) < 60


def test_numbers_of_numpy_are_numbers_and_nan_is_null(log, run):
    losses = {"a": np.float32(0.5), "b": np.array([1, 2]), "c": float("nan"), "d": np.float64("inf")}
    written = log.write("step", step=np.int64(3), losses=losses)
    assert read_events(run.events) == [written]
    assert written["losses"] == {"a": 0.5, "b": [1, 2], "c": None, "d": None}
    assert written["step"] == 3


def test_a_second_writer_is_refused_until_the_first_closes(log, run):
    with pytest.raises(RunError, match="another process is writing"):
        EventLog(run.events)
    log.close()
    EventLog(run.events).close()


def test_a_full_disk_fails_in_words():
    with pytest.raises(RunFailed, match="No space left"):
        EventLog(Path("/dev/full")).write("step", step=1)


def test_a_writer_goes_on_after_a_half_written_line(tmp_path):
    path = tmp_path / "events.jsonl"
    whole = sample_log(path)
    path.write_bytes(whole + b'{"n": 6, "time": 17000')
    with EventLog(path) as log:
        assert log.write("warning", message="again")["n"] == EVENTS
    assert path.read_bytes().startswith(whole)
    assert [event["n"] for event in read_events(path)] == list(range(EVENTS + 1))


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_a_log_cut_at_any_byte_is_read_and_written_on(cut):
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        whole = sample_log(run.events)
        cut %= len(whole) + 1
        run.events.write_bytes(whole[:cut])
        lines = whole[:cut].count(b"\n")
        assert [event["n"] for event in read_events(run.events)] == list(range(lines))
        status(run)
        with EventLog(run.events) as log:
            log.write("checkpoint", step=9)
        assert [event["n"] for event in read_events(run.events)] == list(range(lines + 1))


LINES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"{}", b"null", b"[" * 20_000, b'{"n": 1}', b'{"n": true, "time": 1, "type": "step"}']),
    st.sampled_from(
        [b'{"n": 2, "time": NaN, "type": "step"}', b'{"n": 2, "time": 1e999, "type": "step"}', b"\xff\xfe"]
    ),
    st.builds(
        lambda kind, value: json.dumps(
            {"n": 99, "time": 1.0, "type": kind, "step": value, "losses": value, "pid": value}
        ).encode(),
        st.sampled_from(["started", "stage", "step", "epoch", "checkpoint", "answer", "finished", "failed"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=4,
        ),
    ),
)


@settings(max_examples=300, deadline=None)
@given(garbage=st.dictionaries(st.integers(0, EVENTS), LINES, min_size=1, max_size=4))
def test_garbled_lines_are_passed_over(garbage):
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        lines = sample_log(run.events).splitlines()
        for place, line in garbage.items():
            lines[place : place + 1] = [line]
        run.events.write_bytes(b"\n".join(lines) + b"\n")
        events = read_events(run.events)
        history(events)
        latest_events(run.events)
        status(run)
        numbers = [event["n"] for event in events]
        assert numbers == sorted(set(numbers))
        with EventLog(run.events) as log:
            new = log.write("warning", message="on")["n"]
        assert read_events(run.events, after=new - 1)[-1]["type"] == "warning" or new <= max(numbers, default=-1)


@settings(max_examples=200, deadline=None)
@given(text=st.binary(max_size=200).map(lambda b: b.replace(b"a", b"\n")), block=st.integers(1, 64))
def test_lines_backwards_are_the_lines_reversed(text, block):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_bytes(text)
        assert list(lines_backwards(path, block)) == text.split(b"\n")[:-1][::-1]


WRITER = """
import sys
from pathlib import Path
from aekit.run import EventLog
log = EventLog(Path(sys.argv[1]))
while True:
    log.write("step", step=1, losses={"loss": 0.5, "text": "x" * 3000})
"""


def test_no_line_is_torn_after_kill_9(tmp_path, until):
    path = tmp_path / "events.jsonl"
    for round_ in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        before = path.stat().st_size if path.exists() else 0
        until(lambda size=before: path.exists() and path.stat().st_size > size + 50_000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with EventLog(path) as log:
            log.write("warning", message=f"round {round_}")
        lines = path.read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert [json.loads(line)["n"] for line in lines] == list(range(len(lines)))


def test_a_reader_gives_each_event_once_while_the_log_grows(log, run):
    reader = EventReader(run.events)
    assert reader.read() == []
    log.write("started")
    assert [event["type"] for event in reader.read()] == ["started"]
    assert reader.read() == []
    with run.events.open("ab") as file:
        file.write(b'{"n": 1, "time": 1, ')
    assert reader.read() == []
    with run.events.open("ab") as file:
        file.write(b'"type": "step"}\n')
    assert [event["n"] for event in reader.read()] == [1]
    assert reader.garbled == 0


def test_a_reader_waits_for_a_log_that_is_not_there(run):
    reader = EventReader(run.events)
    assert reader.read() == []
    sample_log(run.events)
    assert len(reader.read()) == EVENTS


def test_a_copy_put_in_place_of_the_log_repeats_nothing(run, tmp_path):
    whole = sample_log(run.events)
    reader = EventReader(run.events)
    assert len(reader.read()) == EVENTS
    copy = tmp_path / "copy"
    copy.write_bytes(whole + b'{"n": 6, "time": 1, "type": "warning"}\n')
    copy.replace(run.events)
    assert [event["n"] for event in reader.read()] == [EVENTS]


def test_another_log_in_its_place_starts_over(run):
    sample_log(run.events)
    reader = EventReader(run.events)
    reader.read()
    run.events.unlink()
    with EventLog(run.events) as log:
        log.write("started", pid=99)
    assert [event["pid"] for event in reader.read()] == [99]


def test_reading_after_an_event(run):
    sample_log(run.events)
    assert [event["n"] for event in read_events(run.events, after=3)] == [4, 5]


def test_history_drops_what_a_resume_repeats(log, run):
    log.write("started", resumed_from=None)
    for step in (1, 2, 3):
        log.write("step", step=step, losses={"loss": step})
    log.write("started", resumed_from=1)
    for step in (2, 3):
        log.write("step", step=step, losses={"loss": step * 10})
    rows = history(read_events(run.events))
    assert rows == [{"step": 1, "loss": 1}, {"step": 2, "loss": 20}, {"step": 3, "loss": 30}]


def test_last_and_latest(log, run):
    for process in (1, 2):
        log.write("started", pid=process)
        log.write("step", step=process)
    log.write("answer", verb="pause", ok=True)
    log.write("answer", verb="continue", ok=True)
    latest = latest_events(run.events)
    assert set(latest) == {"started", "step", "answer pause", "answer continue"}
    assert latest["started"]["pid"] == 2
    assert last(read_events(run.events), "step")["step"] == 2
    assert last([], "step") is None
