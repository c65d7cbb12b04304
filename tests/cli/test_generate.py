"""The verbs that make pictures of codes, with a training package that only pretends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from aekit.run.exit_codes import BAD_INPUT


@pytest.fixture
def asked(aekit, monkeypatch):
    """What `aekit.training.generating` was asked for, in a folder with one finished run."""
    calls = []

    def answer(verb, out):
        return lambda run, *rest: calls.append((verb, *rest)) or [Path(rest[out])]

    verbs = {"sample_file": 1, "interpolation_file": 0, "traversal_file": 0}
    module = SimpleNamespace(**{verb: answer(verb, out) for verb, out in verbs.items()})
    monkeypatch.setitem(sys.modules, "aekit.training.generating", module)
    config = SimpleNamespace(list_physical_devices=list)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    aekit("run", "small.yaml")
    return calls


def test_sample_says_how_many_where_and_from_what(aekit, asked):
    assert aekit("sample", "last").stdout == "samples.png\n"
    options = ("-n", "9", "-o", "s.npy", "--seed", "3", "--density", "mixture")
    assert json.loads(aekit("sample", "last", *options, "--json").stdout) == ["s.npy"]
    aekit("sample", "last", "--grid", "5")
    assert asked == [
        ("sample_file", 64, Path("samples.png"), 0, None, None),
        ("sample_file", 9, Path("s.npy"), 3, "mixture", None),
        ("sample_file", 64, Path("samples.png"), 0, None, 5),
    ]


def test_interpolate_and_traverse(aekit, asked):
    assert aekit("interpolate", "last", "a.png", "b.png", "--steps", "4").stdout == "interpolation.png\n"
    aekit("traverse", "last", "--dimension", "3", "--dimension", "0", "--of", "a.png")
    assert asked == [
        ("interpolation_file", Path("interpolation.png"), (Path("a.png"), Path("b.png")), 8, 4, 0),
        ("traversal_file", Path("traversal.png"), (3, 0), 9, 0, Path("a.png")),
    ]


@pytest.mark.parametrize("options", [("-n", "0"), ("--density", "flat"), ("--grid", "0"), ("--seed", "-1")])
def test_what_cannot_be_sampled_is_bad_input(aekit, asked, options):
    assert aekit("sample", "last", *options).exit_code == BAD_INPUT
    assert asked == []
