"""A terminal for programs to run in: a pty of a given size, keys written to it, bytes read from it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

AEKIT = (sys.executable, "-m", "aekit")


class Terminal:
    """A program on a pty of its own; it is killed when the block ends.

    Args:
        command: program and arguments.
        environ: beside this process' environment.
        size: columns and rows.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        size: tuple[int, int] = (120, 40),
        folder: Path | None = None,
    ) -> None:
        columns, rows = size
        # The size is the terminal's own, not that of the one around it.
        outer = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        whole = {**outer, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environ}
        # The child waits for a byte, so that it never starts on a terminal whose size is not set yet.
        ready, go = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            os.read(ready, 1)
            if folder:
                os.chdir(folder)
            os.execvpe(command[0], list(command), whole)
        os.close(ready)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.received = bytearray()
        self.started = time.perf_counter()
        os.write(go, b"x")
        os.close(go)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def kill(self) -> None:
        """kill -9, and wait for the end."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def read(self, seconds: float) -> bytes:
        """What comes within so many seconds, at once when something has come; empty when nothing or at the end."""
        try:
            if not select.select([self.fd], [], [], seconds)[0]:
                return b""
            data = os.read(self.fd, 1_048_576)
        except OSError:
            return b""
        self.received += data
        return data

    def listen(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        before, end = len(self.received), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return len(self.received) - before

    def until(self, condition: Callable[[bytes], bool], seconds: float = 60.0, since: int = 0) -> float:
        """Read until the bytes after the first `since` fulfil a condition; seconds since now.

        Raises:
            TimeoutError: they did not.
        """
        began = time.perf_counter()
        while not condition(bytes(self.received[since:])):
            if time.perf_counter() - began > seconds:
                raise TimeoutError(f"it did not come; the last bytes: {bytes(self.received[-2000:])!r}")
            self.read(0.05)
        return time.perf_counter() - began

    def cpu(self) -> float:
        """Seconds of processor time of the program so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of resident memory of the program."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def own_folders(root: Path, runs: Path) -> dict[str, str]:
    """Variables with which the UI keeps its state, cache and runs below a folder."""
    folders = {f"XDG_{name}_HOME": str(root / name.lower()) for name in ("STATE", "CACHE", "CONFIG")}
    return {**folders, "AEKIT_RUNS": str(runs)}
