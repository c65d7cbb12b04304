"""A run as the screens see it, grown from events; nothing in a log makes it raise."""

from __future__ import annotations

import json
import random

import numpy as np
from aekit_tui.store.cache import load_record, save_record
from aekit_tui.store.record import ANSWERS, LOG_LENGTH, Curve, Record

from aekit.run import EventReader, RunDirectory, read_events


def read(run: RunDirectory) -> Record:
    record = Record(run)
    record.take(read_events(run.events))
    return record


def test_step_and_epoch_events_become_curves(recorded):
    record = read(recorded["finished"])
    loss = record.curves[Curve("loss")]
    assert loss.steps[-1] == 6600
    assert loss.epochs[-1] == 40
    assert loss.values[0] > loss.values[-1]
    assert len(record.curves[Curve("loss", "validation")]) == 40
    assert record.losses == ["loss", "mse"]
    assert record.curves[Curve("rate")].values[0] == 91_000


def test_what_is_no_curve_is_kept_by_kind(recorded):
    record = read(recorded["finished"])
    assert [event["step"] for event in record.previews] == [0, 1650, 3300, 4950, 6600]
    assert record.stages[0]["steps"] == 6600
    assert record.measures["squared_error"]["test"]["value"] == 0.818
    assert record.is_over
    assert not read(recorded["running"]).is_over


def test_batches_of_any_size_give_the_same_record(recorded):
    events = read_events(recorded["finished"].events)
    whole, parts = Record(recorded["finished"]), Record(recorded["finished"])
    whole.take(events)
    cut = random.Random(0)
    while events:
        size = cut.randint(1, 9)
        parts.take(events[:size])
        events = events[size:]
    for curve, series in whole.curves.items():
        np.testing.assert_array_equal(series.values, parts.curves[curve].values)
    assert list(whole.log) == list(parts.log)


def test_a_resume_voids_what_its_steps_repeat(recorded):
    run = recorded["stopped"]
    record = read(run)
    assert record.curves[Curve("loss")].steps[-1] == 1200
    assert [event["step"] for event in record.previews] == [1200]
    record.take([{"n": 999, "time": 1.8e9, "type": "started", "resumed_from": 600}])
    assert record.curves[Curve("loss")].steps[-1] == 600
    assert record.previews == []
    assert not record.is_over


def test_nothing_in_an_event_makes_it_raise(recorded):
    odd = [None, "x", -1, 1.5, [], {}, [1], {"loss": "x"}, {"loss": None}, float("inf"), True, 10**400]
    for event in read_events(recorded["finished"].events):
        for key in event.keys() - {"n", "time", "type"}:
            record = Record(recorded["finished"])
            record.take([{**event, key: value} for value in odd])


def test_a_remembered_record_is_the_same_and_reading_goes_on(recorded, tmp_path):
    run = recorded["stopped"]
    reader = EventReader(run.events)
    record = Record(run)
    record.take(reader.read())
    save_record(record, reader.place, tmp_path / "cache")

    again = EventReader(run.events)
    loaded = load_record(run, again, tmp_path / "cache")
    assert loaded is not None
    assert loaded.curves.keys() == record.curves.keys()
    assert loaded.began == record.began > 0
    np.testing.assert_array_equal(loaded.curves[Curve("mse")].values, record.curves[Curve("mse")].values)
    assert again.read() == []
    with run.events.open("a") as log:
        log.write(json.dumps({"n": 500, "time": 1.8e9, "type": "step", "step": 1260, "losses": {"loss": 1.0}}) + "\n")
    loaded.take(again.read())
    assert loaded.curves[Curve("loss")].steps[-1] == 1260


def test_a_damaged_memory_is_no_memory(recorded, tmp_path):
    run, cache = recorded["stopped"], tmp_path / "cache"
    reader = EventReader(run.events)
    record = Record(run)
    record.take(reader.read())
    save_record(record, reader.place, cache)
    file = next(cache.iterdir())
    content = file.read_bytes()
    for damaged in (b"", content[:100], b"garbage" * 100, content[: len(content) // 2]):
        file.write_bytes(damaged)
        assert load_record(run, EventReader(run.events), cache) is None


def test_a_long_log_keeps_its_beginning_and_not_every_answer(recorded, tmp_path):
    record = read(recorded["running"])
    began = read_events(recorded["running"].events)[0]["time"]
    first = record.latest["started"]["n"] + 10_000
    record.take([{"n": first + n, "time": began + n, "type": "note"} for n in range(2 * LOG_LENGTH)])
    assert record.began == began
    asked = [{"n": first + n, "time": began, "type": "answer", "request": str(n), "z": [[0.0]]} for n in range(1000)]
    record.take(asked)
    assert len(record.answers) <= ANSWERS
    assert record.answers["999"]["z"] == [[0.0]]
    record.restart()
    assert (record.began, record.answers) == (0.0, {})
