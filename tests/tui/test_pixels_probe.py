"""The question whether a terminal draws octants, put to terminals that answer, answer wrongly, or say nothing."""

from __future__ import annotations

import os
import pty
import termios
import threading
import tty

import pytest
from aekit_tui.pixels.probe import QUESTION, draws_octants


class FakeTerminal:
    """The other end of a pseudo-terminal: waits for the question, then writes its answer."""

    def __init__(self, answer: bytes) -> None:
        self.master, self.terminal = pty.openpty()
        self.asked = b""
        self.answer = answer
        self.thread = threading.Thread(target=self._reply)
        self.thread.start()

    def _reply(self) -> None:
        while len(self.asked) < len(QUESTION):
            self.asked += os.read(self.master, 1024)
        os.write(self.master, self.answer)

    def close(self) -> None:
        self.thread.join()
        os.close(self.master)
        os.close(self.terminal)


@pytest.mark.parametrize(
    ("answer", "drawn"),
    [
        (b"\x1b[5;1R\x1b[5;2R", True),
        (b"\x1b[5;1R\x1b[5;1R", False),  # dropped, as tmux 3.3a does
        (b"\x1b[5;1R\x1b[5;3R", False),
        (b"\x1b[5;1R", False),
        (b"", False),
        (b"qwerty\x1b]11;rgb:00\x07\x1b[?1;2c", False),
    ],
)
def test_the_probe_believes_only_an_answer(answer, drawn, monkeypatch):
    fake = FakeTerminal(answer)
    try:
        monkeypatch.setattr(os, "tcgetpgrp", lambda terminal: os.getpgrp())  # this terminal controls no session
        before = termios.tcgetattr(fake.terminal)
        assert draws_octants(fake.terminal) is drawn
        assert termios.tcgetattr(fake.terminal) == before
        assert fake.asked == QUESTION
        assert not _unread(fake.terminal)
    finally:
        fake.close()


def _unread(terminal: int) -> bytes:
    """What would become key presses."""
    tty.setcbreak(terminal, termios.TCSANOW)
    os.set_blocking(terminal, False)
    try:
        return os.read(terminal, 1024)
    except BlockingIOError:
        return b""


def test_what_is_no_terminal_is_not_asked(tmp_path):
    with (tmp_path / "file").open("w+b") as file:
        assert not draws_octants(file.fileno())
        assert file.tell() == 0
