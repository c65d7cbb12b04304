"""The tail thread: it brings what is appended, in parts, and survives whatever happens to a log."""

from __future__ import annotations

import json
import threading

import pytest
from aekit_tui.store.record import Curve
from aekit_tui.store.store import Store
from aekit_tui.store.tail import PART

from aekit.run import EventReader


class Inbox:
    """Batches as they come, and a way to wait for them."""

    def __init__(self):
        self.batches, self.came = [], threading.Condition()

    def post(self, batches):
        with self.came:
            self.batches += batches
            self.came.notify_all()

    def until(self, condition):
        with self.came:
            assert self.came.wait_for(condition, 20), self.batches

    @property
    def events(self):
        return [event for batch in self.batches for event in batch.events]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def store(inbox):
    store = Store(inbox.post)
    store.start()
    yield store
    store.shut()


def line(n, **fields):
    return json.dumps({"n": n, "time": 1.8e9, "type": "note", **fields}) + "\n"


def test_what_is_there_and_what_is_appended(store, inbox, recorded):
    run = recorded["stopped"]
    store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    before = len(inbox.events)
    with run.events.open("a") as log:
        log.write(line(900))
        log.flush()
        inbox.until(lambda: len(inbox.events) == before + 1)
        log.write(line(901)[:10])
        log.flush()
        log.write(line(901)[10:])
    inbox.until(lambda: inbox.events[-1]["n"] == 901)


def test_a_log_that_is_replaced_starts_over(store, inbox, recorded):
    run = recorded["stopped"]
    record = store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    store.take(inbox.batches)
    assert record.checkpoints
    run.events.write_text(line(0, other=True))
    inbox.until(lambda: any(batch.restarted for batch in inbox.batches))
    store.take([batch for batch in inbox.batches if batch.restarted])
    assert record.checkpoints == []
    assert [event["n"] for event in record.log] == [0]


def test_garbage_longer_than_a_part_is_passed_over(store, inbox, recorded):
    run = recorded["lost"]
    with run.events.open("a") as log:
        for _ in range(3):
            log.write("x" * PART + "\n")
        log.write("{}\n" * 100_000)
        log.write(line(5000))
    store.open(run)
    inbox.until(lambda: inbox.events and inbox.events[-1]["n"] == 5000)
    assert inbox.batches[-1].garbled == 100_003


def test_a_run_whose_folder_vanishes_is_silent(store, inbox, recorded):
    run = recorded["lost"]
    store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    run.events.unlink()
    other = recorded["stopped"]
    store.open(other)
    inbox.until(lambda: any(batch.run == other and batch.whole for batch in inbox.batches))


def test_reading_in_parts_gives_every_event_once(recorded):
    path = recorded["finished"].events
    whole = EventReader(path).read()
    reader, parts = EventReader(path), []
    while part := reader.read(300):
        parts += part
    assert parts == whole


def test_closed_runs_are_no_longer_read(store, inbox, recorded):
    run = recorded["stopped"]
    store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    store.close([run])
    with run.events.open("a") as log:
        log.write(line(900))
    store.open(recorded["lost"])
    inbox.until(lambda: any(batch.run == recorded["lost"] for batch in inbox.batches))
    assert all(event["n"] != 900 for event in inbox.events)


def test_what_was_under_way_when_a_run_was_closed_does_not_come_twice(store, inbox, recorded):
    run = recorded["finished"]
    store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    late, inbox.batches = inbox.batches, []
    store.close([run])
    record = store.open(run)
    inbox.until(lambda: any(batch.whole for batch in inbox.batches))
    store.take(late)
    store.take(inbox.batches)
    assert [event["n"] for event in record.log] == sorted({event["n"] for event in record.log})
    assert len(record.curves[Curve("loss")]) == 100
