"""Parsed logs on disk: a run of hours opens in a tenth of a second. Anything here may be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from aekit.run import EventReader, RunDirectory

from .record import Curve, Record
from .series import Series

FORMAT = 4
_LISTS = ("stages", "previews", "checkpoints", "measured", "alerts", "rollbacks")


def save_record(record: Record, place: dict[str, Any], folder: Path) -> None:
    """Remember a record and the place up to which its log has been read; a folder that cannot be written is skipped."""
    about = {
        "format": FORMAT,
        "place": place,
        "curves": [list(curve) for curve in record.curves],
        "log": list(record.log),
        "began": record.began,
        "latest": record.latest,
        "answers": record.answers,
        **{name: getattr(record, name) for name in _LISTS},
    }
    arrays = {
        f"{number}.{name}": array
        for number, series in enumerate(record.curves.values())
        for name, array in series.as_arrays().items()
    }
    path = _file(record.run, folder)
    aside = path.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.savez(file, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)  # type: ignore[arg-type]
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)


def load_record(run: RunDirectory, reader: EventReader, folder: Path) -> Record | None:
    """The remembered record, with `reader` put where it ends; None where there is none, or another format."""
    try:
        with np.load(_file(run, folder)) as stored:
            about = json.loads(stored["about"].tobytes())
            if about["format"] != FORMAT or run.events.stat().st_size < about["place"]["offset"]:
                return None
            record = Record(run)
            for number, (name, split) in enumerate(about["curves"]):
                arrays = {key.partition(".")[2]: stored[key] for key in stored.files if key.startswith(f"{number}.")}
                record.curves[Curve(name, split)] = Series.from_arrays(arrays)
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile):
        return None
    for name in _LISTS:
        setattr(record, name, about[name])
    record.find_phases()
    record.log.extend(about["log"])
    record.latest, record.answers, record.began = about["latest"], about["answers"], about["began"]
    reader.go_to(about["place"])
    return record


def _file(run: RunDirectory, folder: Path) -> Path:
    return folder / f"{hashlib.sha256(os.fsencode(run.path)).hexdigest()[:24]}.npz"
