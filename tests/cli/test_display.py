"""What is said of a run where stderr is no terminal."""

from __future__ import annotations

from aekit.cli.display import Lines


def said(capsys, events) -> list[str]:
    """The lines of these events, each given as (seconds, type, fields)."""
    display = Lines()
    for seconds, kind, fields in events:
        display.show({"time": 1000.0 + seconds, "type": kind, **fields})
    return capsys.readouterr().err.splitlines()


def measuring(seconds, left, metric="fid", what="distances"):
    return seconds, "measuring", {"metric": metric, "split": "test", "what": what, "seconds": left}


def test_a_step_line_comes_every_ten_seconds(capsys):
    lines = said(capsys, [(second, "step", {"step": second, "losses": {}}) for second in range(30)])
    assert [line.split()[1] for line in lines] == ["0", "10", "20"]


def test_a_long_measure_says_at_once_how_long_and_then_ever_more_seldom(capsys):
    lines = said(capsys, [measuring(0, None), *(measuring(second, 1700 - second) for second in range(5, 1700, 5))])
    assert lines[0] == "measuring fid on test: distances"
    assert lines[1].startswith("measuring fid on test: distances, about 28 min")
    assert 6 <= len(lines) <= 12, "a line at least for every half of the time, and no more than it takes"


def test_each_measure_and_part_has_its_line_and_steps_go_on_afterwards(capsys):
    long = [measuring(second, 500 - second) for second in range(0, 500, 5)]
    after = [
        measuring(500, 4, what="features"),
        measuring(501, 4, metric="kid"),
        (502, "step", {"step": 9, "losses": {}}),
    ]
    lines = said(capsys, [*long, *after])
    assert [" ".join(line.split()[:2]) for line in lines[-3:]] == ["measuring fid", "measuring kid", "step 9"]
