"""run.json: what made a run, and where. Begun when the run is made, completed once by its process."""

from __future__ import annotations

import json
import os
import platform
import time
from typing import Any

from aekit.run.files import read_object, write_whole
from aekit.run.host import hostname, process_start
from aekit.run.paths import RunDirectory

FORMAT = 1
PACKAGES = ("aekit", "keras", "tensorflow", "numpy")


def begin_info(run: RunDirectory, command: list[str], seed: int, plugins: dict[str, str]) -> dict[str, Any]:
    """Write what is known before the run's process starts.

    Args:
        command: the command line, word for word.
        plugins: sha256 of each copied plugin file, by its path under the run's plugins/.
    """
    return _write(
        run,
        {
            "format": FORMAT,
            "id": run.id,
            "command": command,
            "seed": seed,
            "created": round(time.time(), 3),
            "plugins": plugins,
        },
    )


def write_info(run: RunDirectory, threads: int | None = None, **more: Any) -> dict[str, Any]:
    """Complete run.json with this process: host, pid, its start, versions; called by it, before TensorFlow.

    What a first process wrote stays: a resume leaves the file alone, and its pid is in its `started` event.

    Args:
        threads: of the computation, where fixed; a resume with another number is not bit-exact.
        more: further facts, e.g. command and seed of a run that was made without `create_run`.
    """
    known = read_info(run)
    if "pid" in known:
        return known
    process = {"host": hostname(), "pid": os.getpid(), "process_start": process_start(os.getpid())}
    facts = {"format": FORMAT, "id": run.id, "created": round(time.time(), 3), **known, **more}
    return _write(run, {**facts, **process, "versions": versions(), "threads": threads})


def add_info(run: RunDirectory, **facts: Any) -> dict[str, Any]:
    """Put further facts into run.json, e.g. what the run was forked from."""
    return _write(run, {**read_info(run), **facts})


def read_info(run: RunDirectory) -> dict[str, Any]:
    """run.json, or an empty mapping while there is none."""
    return read_object(run.info) or {}


def versions(packages: tuple[str, ...] = PACKAGES) -> dict[str, str | None]:
    """Version of each package, None where it is not installed, and Python's; nothing is imported."""
    return {**{name: version(name) for name in packages}, "python": platform.python_version()}


def version(package: str) -> str | None:
    """The installed version of a package, or None."""
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _write(run: RunDirectory, info: dict[str, Any]) -> dict[str, Any]:
    write_whole(run.info, json.dumps(info, indent=2) + "\n")
    return info
