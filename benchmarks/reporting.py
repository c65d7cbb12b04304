"""Where figures are kept: benchmarks/results/NAME.json, with the machine that they are from."""

from __future__ import annotations

import json
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """The processor, its cores, and the versions that matter."""
    model = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    versions: dict[str, str | None] = {}
    for package in ("tensorflow", "keras", "jax", "torch", "numpy"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version(), **versions}


def write(name: str, content: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"\nwritten: {path}")


def read(name: str) -> dict[str, Any]:
    """What was measured the last time; empty where nothing was."""
    path = RESULTS / f"{name}.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def row(figure: str, target: str, measured: str, met: bool) -> dict[str, Any]:
    """A line of the README's table."""
    return {"figure": figure, "target": target, "measured": measured, "met": bool(met)}
