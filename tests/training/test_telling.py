"""What is told while metrics compute, and how a stop reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import aekit
from aekit.plugins import load_components
from aekit.recipe import Recipe, load_recipe
from aekit.run import read_events
from aekit.run.wording import describe
from aekit.training import telling
from aekit.training.finishing import measure
from aekit.training.session import Session
from aekit.training.stopping import Stopped
from aekit.training.telling import Telling

Told = list[dict[str, Any]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [100.0]
    monkeypatch.setattr(telling.time, "monotonic", lambda: now[0])
    yield now


def teller(told: Told) -> Telling:
    return Telling(lambda kind, **fields: told.append({"type": kind, **fields}), lambda: None)


def test_a_long_part_is_told_with_its_time_once_its_pace_is_known(clock: list[float]) -> None:
    told: Told = []
    with teller(told).of("fid", "test"):
        for chunk in range(1, 11):
            clock[0] += 30.0 if chunk == 1 else 2.0  # the first one is compiled
            aekit.progress(chunk, 10, "distances")
    assert [(event["done"], event["seconds"]) for event in told] == [(2, 16.0), (5, 10.0), (8, 4.0)]
    assert describe(told[0]) == ("dim", "measuring fid on test: distances, about 16 s")


def test_short_parts_are_not_worth_a_word(clock: list[float]) -> None:
    told: Told = []
    with teller(told).of("fid", "test"):
        for what in ("encoding", "distances"):
            for chunk in range(1, 11):
                clock[0] += 0.2
                aekit.progress(chunk, 10, what)
    assert told == []


def test_a_part_that_comes_again_has_a_pace_of_its_own(clock: list[float]) -> None:
    told: Told = []
    with teller(told).of("fid", "test"):
        for pace in (100.0, 2.0):
            for chunk in range(1, 5):
                clock[0] += pace
                aekit.progress(chunk, 4, "distances")
    assert [event["seconds"] for event in told] == [200.0, 100.0, 4.0]


def test_an_announcement_is_told_at_once(clock: list[float]) -> None:
    told: Told = []
    with teller(told).of("fid", "test"):
        aekit.progress(0, 1, "training digits-features, which is kept")
    assert [describe({"n": 0, **event}) for event in told] == [
        ("dim", "measuring fid on test: training digits-features, which is kept")
    ]


def test_nobody_listens() -> None:
    aekit.progress(1, 2, "distances")


METRIC = '''
"""A metric that takes its time."""

import aekit


@aekit.metric("slow")
def slow(model, split):
    """Counts."""
    aekit.progress(0, 10, "counting")
    for number in range(10):
        aekit.progress(number + 1, 10, "counting")
    return {"": aekit.Measure(1.0, 3, on="fingers", seed=4), "floor": aekit.Measure(2.0, 3)}
'''


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "slow.py"
    path.write_text(METRIC)
    return path


@pytest.fixture
def counting(plugin: Path, tiny: Callable[..., Recipe]) -> Recipe:
    return load_recipe(tiny().path, ["steps=2", "metrics={slow: {}}", f"plugins=[{plugin}]"])


def test_a_run_tells_what_it_measures(counting: Recipe, train: Callable[..., Session]) -> None:
    session = train(counting)
    events = [event for event in read_events(session.run.events) if event["type"] == "measuring"]
    assert [(e["metric"], e["split"], e["what"], e["seconds"]) for e in events] == [
        ("slow", "validation", "counting", None),
        ("slow", "test", "counting", None),
    ]
    measures = aekit.open_run(session.run.path).measures
    assert list(measures) == ["slow", "slow.floor"]
    assert (measures["slow"]["test"]["on"], measures["slow"]["test"]["seed"]) == ("fingers", 4)
    assert "on" not in measures["slow.floor"]["test"] and "seed" not in measures["slow.floor"]["test"]


def test_a_stop_reaches_a_metric(counting: Recipe) -> None:
    load_components(counting.catalog, counting.wanted)
    looks = iter(range(9))

    def look() -> None:
        if next(looks) == 1:  # the first look is before the metric
            raise Stopped("enough")

    with pytest.raises(Stopped, match="enough"):
        measure(None, counting.metrics, before_each=look)  # type: ignore[arg-type]
