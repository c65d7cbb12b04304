"""What is known of a run beside its curves, in sections: measures, networks, checkpoints, how and where it was made."""

from __future__ import annotations

import re
import shlex
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from rich.text import Text

from aekit.run import RunDirectory, read_info
from aekit.run.files import read_object
from aekit.run.reading import mapping, number
from aekit.run.wording import computed_on, figure, in_order, measured, size

from ..store.record import Record

#: Enough of YAML to colour it: a key before a colon; a comment at a line's start or after a blank.
_KEY = re.compile(r"[A-Za-z_][\w.]*(?=:(?:\s|$))")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")

LEAST_ROOM = 30


@dataclass(frozen=True)
class Files:
    """What stands in the files of a run, apart from its log.

    Args:
        recipe: recipe.yaml, as it is.
        info: run.json.
        measures: of metrics.json.
        sizes: bytes of each checkpoint that is still there.
    """

    recipe: str = ""
    info: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A title, and rows of cells."""

    title: str
    rows: list[tuple[str, ...]]


def read_files(run: RunDirectory) -> Files:
    """Read them; what cannot be read is empty."""
    try:
        recipe = run.recipe.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        recipe = f"# {error.strerror}: {run.recipe}"
    measures = mapping((read_object(run.metrics) or {}).get("measures"))
    return Files(recipe, read_info(run), measures, _sizes(run))


def sections(record: Record, files: Files) -> list[Section]:
    """Everything that is known, in the order in which people ask for it."""
    found = [
        Section("measures", _measures(record.measures or files.measures)),
        *(
            Section(f"measures after {at.get('stage')}", _measures(mapping(at.get("measures"))))
            for at in record.measured
        ),
        Section("networks", _networks(record)),
        Section("training", _training(record)),
        Section("checkpoints", _checkpoints(record, files)),
        Section("made", _made(record, files)),
    ]
    return [section for section in found if section.rows]


def as_text(parts: Sequence[Section], width: int) -> Text:
    """Sections as aligned columns."""
    text = Text()
    for section in parts:
        text.append(f"{section.title}\n", "bold")
        first = [row[:-1] for row in section.rows]
        widths = [max(len(cell) for cell in column) for column in zip_longest(*first, fillvalue="")]
        for row in section.rows:
            head = "  " + "".join(f"{cell:<{room}}  " for cell, room in zip(row[:-1], widths, strict=False))
            last = _last_column(row[-1], len(head), width)
            text.append(head.rstrip() if last.startswith("\n") else head, "dim" if len(row) == 2 else "")
            text.append(last)
        text.append("\n")
    return text


def _last_column(cell: str, left: int, width: int) -> str:
    """A row's last cell, going on under itself; under the whole row where there is little room beside it."""
    room = width - left
    if len(cell) > room and room < LEAST_ROOM:
        return "\n" + textwrap.indent(textwrap.fill(cell, max(LEAST_ROOM, width - 6)), " " * 6) + "\n"
    return ("\n" + " " * left).join(textwrap.wrap(cell, max(1, room)) or [""]) + "\n"


def colored_recipe(recipe: str, key: str, comment: str) -> Text:
    """A recipe with its keys and comments in colours; the text itself is untouched."""
    text = Text(recipe)
    for line in re.finditer(r"[^\n]+", recipe):
        code = _COMMENT.split(line[0], maxsplit=1)[0]
        for name in _KEY.finditer(code):
            text.stylize(key, line.start() + name.start(), line.start() + name.end())
        text.stylize(comment, line.start() + len(code), line.end())
    return text


# ------------------------------------------------------------------ the sections


def _measures(measures: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name in in_order(measures):
        for split, measure in mapping(measures[name]).items():
            found = mapping(measure)
            shown = " ".join(measured(found)).strip()
            unit, count = str(found.get("unit") or ""), figure(found.get("n"))
            about = (f"n {count}" if count else "", unit, computed_on(found))
            rows.append((name, str(split), shown, ", ".join(filter(None, about))))
    return rows


def _networks(record: Record) -> list[tuple[str, ...]]:
    parts = mapping(record.latest.get("stage", {}).get("parameters"))
    known = [count for count in parts.values() if number(count) is not None]
    rows: list[tuple[str, ...]] = [(str(role), f"{figure(count)} parameters") for role, count in parts.items()]
    return [*rows, ("together", f"{figure(sum(known))} parameters")] if len(known) > 1 else rows


def _training(record: Record) -> list[tuple[str, ...]]:
    stage = record.latest.get("stage", {})
    batch, each = number(stage.get("batch_size")), number(stage.get("steps_per_epoch"))
    several = len(record.phases) > 1
    rows: list[tuple[str, ...]] = [("stage", record.phases[-1].title if several else "")]
    rows += [("steps", figure(stage.get("steps"))), ("batch size", figure(batch))]
    if batch and each:
        rows.append(("an epoch", f"{figure(each)} steps, about {figure(int(each * batch))} examples"))
    rows.append(("compile", str(stage.get("compile") or "")))
    return [row for row in rows if row[1]]


def _checkpoints(record: Record, files: Files) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for event in record.checkpoints:
        name = str(event.get("file") or "").rpartition("/")[2]
        if name in files.sizes:
            reason = str(event.get("reason") or "")
            rows.append((name, size(files.sizes[name]), f"step {figure(event.get('step'))}", reason))
    if record.checkpoints and not rows:
        return [("none is left", "")]
    return rows


def _made(record: Record, files: Files) -> list[tuple[str, ...]]:
    info, who = files.info, record.latest.get("started", {})
    created = number(info.get("created"))
    command = info.get("command")
    versions = ", ".join(f"{name} {version}" for name, version in mapping(info.get("versions")).items() if version)
    rows: list[tuple[str, ...]] = [
        ("id", record.run.id),
        ("folder", str(record.run.path)),
        ("created", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(created)) if created else ""),
        ("command", shlex.join(map(str, command)) if isinstance(command, list) else ""),
        ("forked from", _forked(info.get("forked_from"))),
        ("begins after", _after(mapping(info.get("started_from")))),
        ("host", str(who.get("host") or info.get("host") or "")),
        ("process", str(who.get("pid") or info.get("pid") or "")),
        ("seed", figure(info.get("seed"))),
        ("threads", figure(info.get("threads"))),
        ("versions", versions),
    ]
    return [row for row in rows if row[1]]


def _forked(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items() if item is not None)
    return str(value or "")


def _after(origin: Mapping[str, Any]) -> str:
    return f"stage {origin.get('stage')} of {origin.get('run')}" if origin else ""


def _sizes(run: RunDirectory) -> dict[str, int]:
    try:
        return {path.name: path.stat().st_size for path in run.checkpoints.glob("*.h5")}
    except OSError:
        return {}
