"""The catalog: what every plugin file offers, read from its source without importing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from aekit.errors import near_miss
from aekit.plugins import PluginFile, find_plugin_files


class Absent(Enum):
    """Why a parameter has no default to show."""

    MISSING = "missing"
    UNKNOWN = "unknown"


#: The parameter has no default: a recipe must give it.
MISSING = Absent.MISSING
#: The default is an expression whose value is known only when the plugin runs.
UNKNOWN = Absent.UNKNOWN


@dataclass(frozen=True)
class Parameter:
    """One option of a component.

    Args:
        name: as recipes write it.
        annotation: its source, or None.
        default: the literal, MISSING or UNKNOWN.
        line: in the plugin's file.
        doc: its text under Args in the docstring.
    """

    name: str
    annotation: str | None = None
    default: Any = MISSING
    line: int = 0
    doc: str = ""

    @property
    def required(self) -> bool:
        return self.default is MISSING


@dataclass(frozen=True)
class Component:
    """A component as its source declares it.

    Args:
        kind, name: by which recipes call it.
        plugin: the file that defines it.
        line: of its decorator.
        parameters: its options by name, in order.
        positional: what the framework gives it.
        summary: the docstring's first line.
        doc: the whole docstring.
        literals: what the file's module-level names stand for: a literal's value, or an expression's source.
    """

    kind: str
    name: str
    plugin: PluginFile
    line: int
    parameters: dict[str, Parameter]
    positional: tuple[str, ...] = ()
    summary: str = ""
    doc: str = ""
    literals: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def file(self) -> Path:
        return self.plugin.path

    @property
    def origin(self) -> str:
        return self.plugin.origin

    @property
    def place(self) -> str:
        """'plugins/encoders/mlp.py:12'."""
        return f"{self.plugin.shown}:{self.line}"


@dataclass(frozen=True)
class Broken:
    """A plugin file whose components cannot be used, and why.

    Args:
        plugin: the file.
        reason: one line, as Python or the contract says it.
        line: where, 0 if nowhere in particular.
        names: the (kind, name) that it would define.
    """

    plugin: PluginFile
    reason: str
    line: int = 0
    names: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> Path:
        return self.plugin.path

    @property
    def origin(self) -> str:
        return self.plugin.origin

    @property
    def place(self) -> str:
        return f"{self.plugin.shown}:{self.line}" if self.line else self.plugin.shown


@dataclass(frozen=True)
class Why:
    """Why a component is missing: what happened, what exists, and where."""

    message: str
    notes: tuple[str, ...] = ()
    place: str | None = None

    def __str__(self) -> str:
        return "\n    ".join(filter(None, [self.message, *self.notes, self.place]))


@dataclass(frozen=True)
class Catalog:
    """Every component that plugin files declare, and the files that are broken."""

    components: dict[tuple[str, str], Component]
    broken: tuple[Broken, ...] = ()

    def find(self, kind: str, name: str) -> Component | None:
        return self.components.get((kind, name))

    def of_kind(self, kind: str) -> list[Component]:
        """The components of a kind, by name."""
        return sorted((c for c in self.components.values() if c.kind == kind), key=lambda c: c.name)

    def why_missing(self, kind: str, name: str) -> Why:
        """What to say of a component that is not there: its plugin is broken, it is a typo, or it is not installed."""
        for broken in self.broken:
            if (kind, name) in broken.names:
                return Why(f"{kind} '{name}' cannot be used: {broken.reason}", ("its plugin is broken",), broken.place)
        names = [component.name for component in self.of_kind(kind)]
        exists = f"{kind} types: {', '.join(names) or 'none'}"
        match = near_miss(name, names)
        if match:
            place = self.components[kind, match].place
            return Why(f"there is no {kind} '{name}'. Did you mean '{match}'?", (exists,), place)
        for component in self.components.values():
            if component.name == name:
                what = "a kind of data" if component.kind == "data" else f"a {component.kind}"
                return Why(f"there is no {kind} '{name}': it is {what}", (exists,), component.place)
        door = "its plugin is not installed, or its folder not named: --plugins DIR, $AEKIT_PLUGINS or plugins: [DIR]"
        return Why(f"there is no {kind} '{name}'", (exists, f"if a plugin defines it, {door}"))


def read_catalog(folders: Sequence[Path] = ()) -> Catalog:
    """Read what built-in, installed and local plugin files declare; nothing is imported.

    Args:
        folders: local folders or .py files, beside those that `find_plugin_files` knows of.

    Raises:
        PluginError: a folder that was named does not exist.
    """
    return catalog_of(find_plugin_files(folders))


def catalog_of(files: Iterable[PluginFile]) -> Catalog:
    """The catalog of these files; where two define the same component, the later file is broken."""
    from aekit.source import read_plugin

    components: dict[tuple[str, str], Component] = {}
    broken: list[Broken] = []
    for file in files:
        found = read_plugin(file)
        if isinstance(found, Broken):
            broken.append(found)
            continue
        keys = tuple((component.kind, component.name) for component in found)
        twice = next((c for c in found if (c.kind, c.name) in components), None)
        if twice:
            earlier = components[twice.kind, twice.name].place
            reason = f"{twice.kind} '{twice.name}' is already defined at {earlier}"
            broken.append(Broken(file, reason, twice.line, keys))
        else:
            components.update(zip(keys, found, strict=True))
    return Catalog(components, tuple(broken))
