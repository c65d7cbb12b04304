"""How a run's process, and every command, says in one number how it ended."""

from __future__ import annotations

DONE = 0
FAILED = 1
BAD_INPUT = 2
STOPPED = 75  # with a checkpoint: `aekit resume` goes on (EX_TEMPFAIL of sysexits.h)
INTERRUPTED = 130  # before there was a checkpoint
