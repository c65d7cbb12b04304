"""The real program on a real pty: first frame, keys, leaving, kinds of terminals, kill -9."""

from __future__ import annotations

import os
import signal

import pyte
import pytest

from aekit.run import read_events
from benchmarks.terminal import AEKIT, Terminal, own_folders

SIZE = (100, 30)


@pytest.fixture
def open_ui(tmp_path, recorded):
    """Start the UI on a pty; more variables may be given."""
    opened = []

    def start(size=SIZE, command=AEKIT, **environ):
        folders = own_folders(tmp_path / "own", tmp_path / "runs")
        variables = {**folders, "AEKIT_STANDBY": "0", **environ}
        opened.append(Terminal(command, variables, size))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.kill()


def screen_of(terminal, size=SIZE):
    """The screen that a terminal shows after these bytes."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    stream.feed(bytes(terminal.received))
    return "\n".join(screen.display)


def leave(terminal):
    terminal.press("q")
    terminal.until(lambda seen: b"\x1b[?1049l" in seen)
    return os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1])


def test_it_opens_leaves_and_opens_with_the_last_frame(open_ui, tmp_path):
    first = open_ui()
    first.until(lambda seen: b"mnist-deep" in seen)
    assert "gan-digits" in screen_of(first)
    assert leave(first) == 0
    frames = list((tmp_path / "own" / "cache" / "aekit").glob("frame-100x30-*.ansi"))
    assert len(frames) == 1

    again = open_ui()
    frame = frames[0].read_bytes()
    again.until(lambda seen: frame in seen)
    # The kept frame comes before anything that Textual writes.
    assert b"\x1b[?1000h" not in again.received[: again.received.index(frame)]
    again.until(lambda seen: b"mnist-deep" in seen, since=again.received.index(frame) + len(frame))
    assert leave(again) == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"NO_COLOR": "1"},
        {"TERM": "xterm", "COLORTERM": ""},
        {"TERM": "screen-256color", "COLORTERM": ""},
        {"TERM": "linux"},
    ],
)
def test_other_terminals(open_ui, environ):
    terminal = open_ui(**environ)
    terminal.until(lambda seen: b"mnist-deep" in seen)
    terminal.press("2")
    terminal.until(lambda seen: b"digits-conv" in seen, since=len(terminal.received))
    if environ.get("NO_COLOR"):
        assert b"\x1b[38;" not in terminal.received
    terminal.press("q")
    assert leave(terminal) == 0


def test_a_dumb_terminal_gets_the_help(open_ui):
    terminal = open_ui(TERM="dumb")
    terminal.until(lambda seen: b"aekit COMMAND" in seen)


def test_resizing_to_nothing_and_back(open_ui):
    terminal = open_ui()
    terminal.until(lambda seen: b"mnist-deep" in seen)
    for columns, rows in ((20, 6), (1, 1), (200, 60), (44, 12)):
        terminal.resize(columns, rows)
        os.kill(terminal.pid, signal.SIGWINCH)
        terminal.until(lambda seen: len(seen) > 0, since=len(terminal.received))
    assert leave(terminal) == 0


def test_killed_it_harms_no_run(open_ui, recorded):
    before = {state: read_events(run.events) for state, run in recorded.items()}
    terminal = open_ui()
    terminal.until(lambda seen: b"mnist-deep" in seen)
    terminal.kill()
    assert {state: read_events(run.events) for state, run in recorded.items()} == before
    again = open_ui()
    again.until(lambda seen: b"mnist-deep" in seen)
    assert leave(again) == 0
