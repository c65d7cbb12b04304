"""Whether this terminal draws octants: asked, not guessed."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty

#: Position, one octant (U+1CD00), position again, the line cleared. A terminal that drops the character does not move.
QUESTION = "\x1b7\r\x1b[6n\U0001cd00\x1b[6n\r\x1b[K\x1b8".encode()
_POSITION = re.compile(rb"\x1b\[\d+;(\d+)R")


def draws_octants(terminal: int, seconds: float = 0.1) -> bool:
    """Whether the cursor moves by one column for an octant; call it before Textual starts, on an empty line.

    It proves that the character is not dropped or doubled, not that the font has it: so octants are offered, and
    are never the default.

    Args:
        terminal: a file descriptor that is open for reading and writing.
        seconds: how long to wait for all of the answer.
    """
    if not os.isatty(terminal) or os.tcgetpgrp(terminal) != os.getpgrp():
        return False
    before = termios.tcgetattr(terminal)
    columns: list[int] = []
    try:
        tty.setcbreak(terminal, termios.TCSANOW)
        os.write(terminal, QUESTION)
        columns = _answers(terminal, time.monotonic() + seconds)
    except OSError:
        return False
    finally:
        # What came in place of an answer must not become key presses.
        termios.tcsetattr(terminal, termios.TCSANOW if len(columns) == 2 else termios.TCSAFLUSH, before)
    return len(columns) == 2 and columns[1] - columns[0] == 1


def _answers(terminal: int, deadline: float) -> list[int]:
    """The columns that the terminal names, two unless the time ran out."""
    received = b""
    while (left := deadline - time.monotonic()) > 0 and len(_POSITION.findall(received)) < 2:
        if select.select([terminal], [], [], left)[0]:
            piece = os.read(terminal, 1024)
            if not piece:
                break
            received += piece
    return [int(column) for column in _POSITION.findall(received)[:2]]
