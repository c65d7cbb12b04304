"""The thread that looks at the list of runs, as often as the list is cheap to look at."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from aekit.folders import cache_folder

from .listing import Listing, Row

#: Seconds between two looks, and the most of its time that the thread may spend looking.
EVERY = 1.0
SHARE = 0.01


class Looker:
    """Looks at a folder of runs from a thread.

    Args:
        root: the folder.
        post: called from the thread with all rows, newest first, whenever they are not as before.
    """

    def __init__(self, root: Path, post: Callable[[list[Row]], object]) -> None:
        self._listing = Listing(root, index_file(root))
        self._post = post
        self._wake = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="looker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def look_now(self) -> None:
        """Do not wait for the next turn: a run has just been made."""
        self._wake.set()

    def close(self) -> None:
        self._ended = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1.0)

    def _work(self) -> None:
        before: list[Row] | None = None
        while not self._ended:
            began = time.thread_time()
            rows = self._listing.rows()
            if rows != before:
                before = rows
                self._post(rows)
            spent = time.thread_time() - began
            self._wake.wait(max(EVERY, spent / SHARE))
            self._wake.clear()


def index_file(root: Path) -> Path:
    """Where the rows of this folder of runs are remembered."""
    name = hashlib.sha256(os.fsencode(root.absolute())).hexdigest()[:16]
    return cache_folder() / f"runs-{name}.json"
