"""Which run made a file: its identity looked for among the runs' newest checkpoints, remembered between calls, or
among the PCAs that runs keep.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aekit.codec.container import unpack
from aekit.codec.identity import checkpoint_identity
from aekit.codec.run_pca import stored_pca
from aekit.errors import CodecError
from aekit.folders import cache_folder
from aekit.run import RunDirectory, list_runs, runs_root
from aekit.run.files import read_object, write_whole


def find_model(data: bytes, root: str | Path | None = None) -> RunDirectory:
    """The newest run whose networks, or whose PCA, made a file.

    Args:
        data: the file.
        root: the folder of runs; $AEKIT_RUNS or ./runs by default.

    Raises:
        CodecError: no run there has them; the message names the identity.
    """
    content = unpack(data)
    wanted = content.identity.hex()
    identity = _pca_identity if content.transform == "pca" else _Cache().identity
    runs = list_runs(root)
    for run in reversed(runs):
        if (identity(run) or "").startswith(wanted):
            return run
    if not runs:
        raise CodecError(
            f"there are no runs in {runs_root(root)}/, so the model {wanted} that made the file is not there"
        )
    what = "keeps the PCA" if content.transform == "pca" else "is the model"
    raise CodecError(
        f"none of the {len(runs)} runs in {runs_root(root)}/ {what} {wanted} that made the file. "
        "--runs DIR looks elsewhere"
    )


def _pca_identity(run: RunDirectory) -> str | None:
    try:
        found = stored_pca(run)
    except CodecError:
        return None
    return found.identity if found else None


class _Cache:
    """Identities by checkpoint file, kept in the user's cache folder; losing it costs time only."""

    def __init__(self) -> None:
        self.path = cache_folder() / "identities.json"
        self.known: dict[str, Any] = read_object(self.path) or {}

    def identity(self, run: RunDirectory) -> str | None:
        """Of the run's newest checkpoint that can be read; None where there is none."""
        files = sorted(run.checkpoints.glob("step-*.h5"), key=lambda path: (len(path.name), path.name))
        return next(filter(None, map(self._identity, reversed(files))), None)

    def _identity(self, file: Path) -> str | None:
        seen = file.stat()
        stamp = [seen.st_size, seen.st_mtime_ns]
        entry = self.known.get(str(file))
        if isinstance(entry, list) and len(entry) == 3 and entry[:2] == stamp and isinstance(entry[2], str | None):
            return entry[2]
        found = checkpoint_identity(file)
        self.known[str(file)] = [*stamp, found]
        self._write()
        return found

    def _write(self) -> None:
        kept = {path: entry for path, entry in self.known.items() if Path(path).exists()}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, json.dumps(kept), durable=False)
        except OSError:
            return
