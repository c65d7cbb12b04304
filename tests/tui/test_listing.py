"""The list of runs: one row each, looked at again only where something has changed."""

from __future__ import annotations

import json
import shutil

from aekit_tui.store import listing
from aekit_tui.store.listing import Listing, thinned


def by_id(rows):
    return {row.run.id: row for row in rows}


def test_every_state_newest_first(recorded, tmp_path):
    rows = Listing(tmp_path / "runs").rows()
    assert [row.run for row in rows] == sorted((row.run for row in rows), key=lambda run: run.id, reverse=True)
    found = by_id(rows)
    for state, run in recorded.items():
        assert found[run.id].status.state == ("finished" if state == "other" else state)
    first = found[recorded["finished"].id]
    assert first.rate == 91_000
    assert len(first.spark) == listing.SPARK
    assert first.spark[0] > first.spark[-1]


def test_a_run_that_is_over_is_looked_at_once(recorded, tmp_path, monkeypatch):
    index = tmp_path / "index.json"
    Listing(tmp_path / "runs", index).rows()
    looked, look = [], listing.look
    monkeypatch.setattr(listing, "look", lambda run, before=None: looked.append(run.id) or look(run, before))
    Listing(tmp_path / "runs", index).rows()
    assert looked == [recorded["running"].id]


def test_a_run_that_goes_on_is_looked_at_again(recorded, tmp_path):
    index, run = tmp_path / "index.json", recorded["stopped"]
    Listing(tmp_path / "runs", index).rows()
    with run.events.open("a") as log:
        log.write(json.dumps({"n": 900, "time": 1.9e9, "type": "finished", "step": 1300}) + "\n")
    row = by_id(Listing(tmp_path / "runs", index).rows())[run.id]
    assert (row.status.state, row.status.step) == ("finished", 1300)


def test_a_damaged_index_is_made_anew(recorded, tmp_path):
    index = tmp_path / "index.json"
    expected = by_id(Listing(tmp_path / "runs", index).rows()).keys()
    for content in ("", "[]", '{"format": 2, "rows": {"a": {}}}', '{"format": 2, "rows": 3}', "\x00"):
        index.write_text(content)
        assert by_id(Listing(tmp_path / "runs", index).rows()).keys() == expected


def test_runs_come_and_go(recorded, tmp_path):
    look = Listing(tmp_path / "runs")
    before = len(look.rows())
    shutil.rmtree(recorded["failed"].path)
    assert len(look.rows()) == before - 1
    assert Listing(tmp_path / "nowhere").rows() == []


def test_thinning_keeps_both_ends():
    assert thinned(range(1000), 5) == (0, 250, 500, 749, 999)
    assert thinned([1.0, 2.0], 5) == (1.0, 2.0)
