"""This machine and its processes, as far as a run's status needs them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def hostname() -> str:
    return os.uname().nodename


def process_start(pid: int) -> str | None:
    """When a process began, as text to compare (boot, ticks since it); None without /proc or process."""
    fields = _stat(pid)
    if not fields:
        return None
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        boot = "boot"
    return f"{boot}/{fields[19]}"


def is_alive(pid: Any, start: Any = None) -> bool:
    """Whether a process runs on this machine and, where `start` can be compared, is the one that began then.

    A zombie counts as dead: nothing of it will write again.
    """
    if type(pid) is not int or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass  # it lives, and belongs to somebody else
    except (ProcessLookupError, OverflowError):
        return False
    fields = _stat(pid)
    if fields and fields[0] in ("Z", "X"):
        return False
    found = process_start(pid)
    return not (isinstance(start, str) and found is not None and found != start)


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat after the name (which may hold spaces): state, ..., start at 19."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return fields if len(fields) > 19 else None
