"""What this machine, terminal and these folders give, and what to do about each lack; nothing is imported."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aekit.cli.output import size
from aekit.errors import PluginError
from aekit.run import list_runs, runs_root
from aekit.run.info import version
from aekit.run.paths import shown

PACKAGES = (
    "aekit",
    "tensorflow",
    "keras",
    "numpy",
    "scikit-learn",
    "scikit-image",
    "h5py",
    "pydantic",
    "rich",
    "textual",
)
#: Data files that components look for in $AEKIT_DATA, and what else gives them.
DATA_FILES = {
    "mnist.npz": "Keras fetches it (11 MB)",
    "fashion_mnist.npz": "Keras fetches it (30 MB)",
    "cifar10.npz": "Keras fetches it (170 MB)",
    "olivetti_faces.npz": "scikit-learn fetches it (4 MB)",
}
LEAST_DISK = 2e9
LEAST_MEMORY = 3e9
LEAST_COLUMNS, LEAST_ROWS = 80, 24


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        section, what: where it belongs, and what it is.
        found: in a few words.
        good: True, False for a lack, None for what is neither.
        advice: what to do about it.
    """

    section: str
    what: str
    found: str
    good: bool | None = True
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine(root: str | Path | None = None, plugins: Sequence[Path] = ()) -> list[Finding]:
    """Every finding, section by section."""
    return [*software(), *machine(), *terminal(), *folders(root), *data_files(), *plugin_files(plugins)]


def software() -> Iterator[Finding]:
    """Python and the packages that a run imports."""
    good = sys.version_info >= (3, 11)
    yield Finding("Software", "Python", platform.python_version(), good, "" if good else "aekit needs 3.11 or newer")
    for package in PACKAGES:
        found = version(package)
        advice = "" if found else f"pip install {package}"
        yield Finding("Software", package, found or "not installed", found is not None, advice)


def machine() -> Iterator[Finding]:
    """Cores, memory and graphics card."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("Machine", "cores", str(cores))
    free, total = memory()
    if total:
        good = free >= LEAST_MEMORY
        advice = "" if good else "close other programs, or lower `memory:` and batch_size in the recipe"
        yield Finding("Machine", "memory", f"{size(free)} free of {size(total)}", good, advice)
    if shutil.which("nvidia-smi"):
        advice = (
            "" if version("nvidia-cudnn-cu12") else "pip install 'tensorflow[and-cuda]' if TensorFlow does not see it"
        )
        yield Finding("Machine", "GPU", "nvidia-smi is here", True, advice)
    else:
        yield Finding("Machine", "GPU", "none seen (no nvidia-smi on PATH): runs use the processor", None)


def memory() -> tuple[float, float]:
    """Bytes of memory (available, in all), within the limit of a container; zeros where this cannot be told."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        known = {name: float(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
        free, total = known["MemAvailable"], known["MemTotal"]
    except (OSError, KeyError, ValueError, IndexError):
        return 0.0, 0.0
    limit, used = (_number(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    return (min(free, limit - (used or 0.0)), min(total, limit)) if limit else (free, total)


def terminal() -> Iterator[Finding]:
    """Size, colours and characters."""
    columns, rows = shutil.get_terminal_size()
    good = columns >= LEAST_COLUMNS and rows >= LEAST_ROWS
    advice = "" if good else f"tables need some {LEAST_COLUMNS} columns and {LEAST_ROWS} rows"
    name = os.environ.get("TERM") or "no $TERM"
    where = "" if sys.stdout.isatty() else ", stdout is no terminal"
    yield Finding("Terminal", "size", f"{columns} x {rows} ({name}{where})", good, advice)
    yield _colours(name)
    encoding = sys.stdout.encoding or "unknown"
    unicode = encoding.lower().replace("-", "") == "utf8"
    yield Finding("Terminal", "characters", encoding, unicode, "" if unicode else "export LANG=C.UTF-8")


def _colours(name: str) -> Finding:
    if os.environ.get("NO_COLOR"):
        return Finding("Terminal", "colours", "off ($NO_COLOR is set)", None)
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return Finding("Terminal", "colours", "16 million")
    if "256" in name:
        return Finding("Terminal", "colours", "256", None, "export COLORTERM=truecolor if the terminal can")
    good = False if sys.stdout.isatty() else None
    return Finding("Terminal", "colours", "few", good, "export TERM=xterm-256color if the terminal can")


def folders(root: str | Path | None) -> Iterator[Finding]:
    """The folder of runs and the disk under it."""
    folder = runs_root(root).absolute()
    count = len(list_runs(root))
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    writable = standing.is_dir() and os.access(standing, os.W_OK)
    found = f"{shown(folder)}/, {count} run{'' if count == 1 else 's'}" + (
        "" if folder.exists() else " (made by the first)"
    )
    advice = "" if writable else "not writable: set $AEKIT_RUNS or give --runs DIR"
    yield Finding("Folders", "runs", found, writable, advice)
    free = float(shutil.disk_usage(standing).free)
    advice = "" if free >= LEAST_DISK else "remove old runs, or set $AEKIT_RUNS to a larger disk"
    yield Finding("Folders", "disk", f"{size(free)} free", free >= LEAST_DISK, advice)


def data_files() -> Iterator[Finding]:
    """$AEKIT_DATA and the known files in it."""
    given = os.environ.get("AEKIT_DATA")
    if not given:
        advice = "export AEKIT_DATA=DIR to use data files that are here already; otherwise they are fetched"
        yield Finding("Data", "AEKIT_DATA", "not set", None, advice)
        return
    folder = Path(given).expanduser()
    exists = folder.is_dir()
    yield Finding("Data", "AEKIT_DATA", str(folder), exists, "" if exists else "there is no such folder")
    if not exists:
        return
    for name, otherwise in DATA_FILES.items():
        try:
            yield Finding("Data", name, size((folder / name).stat().st_size))
        except OSError:
            yield Finding("Data", name, "not there", None, otherwise)


def plugin_files(given: Sequence[Path]) -> Iterator[Finding]:
    """Where plugins come from, how many components each place has, and which files are broken."""
    from aekit.catalog import read_catalog

    try:
        catalog = read_catalog(given)
    except PluginError as error:
        yield Finding("Plugins", "folders", str(error), False, "see --plugins and $AEKIT_PLUGINS")
        return
    counts: dict[str, int] = {}
    for component in catalog.components.values():
        counts[component.origin] = counts.get(component.origin, 0) + 1
    for origin, count in counts.items():
        yield Finding("Plugins", origin.partition(" ")[0], f"{origin.partition(' ')[2]} {count} components".strip())
    for broken in catalog.broken:
        yield Finding("Plugins", "broken", f"{broken.place}: {broken.reason}", False, "mend the file or take it out")


def _number(path: str) -> float | None:
    try:
        return float(Path(path).read_text())
    except (OSError, ValueError):
        return None
