"""Where plugin files are, and how one is imported: built-in, installed and local ones come in by the same door."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from aekit.errors import PluginError
from aekit.folders import config_folder

if TYPE_CHECKING:
    from aekit.catalog import Catalog

BUILT_IN = "built-in"
BUILT_IN_PACKAGE = "aekit_plugins"
ENTRY_POINTS = "aekit.plugins"
LOCAL_PACKAGE = "aekit_local_"
FOLDERS_VARIABLE = "AEKIT_PLUGINS"


@dataclass(frozen=True)
class PluginFile:
    """One file that may define components.

    Args:
        path: where it is.
        module: the name under which it is imported.
        origin: "built-in", "package NAME" or "folder PATH".
    """

    path: Path
    module: str
    origin: str

    @property
    def is_local(self) -> bool:
        """Whether it came from a folder or file that a user named, not from an installed package."""
        return self.origin.startswith("folder ")

    @property
    def shown(self) -> str:
        """The path as messages show it: from here, or from the folder that holds its package, whichever is shorter."""
        if self.is_local:
            return short_path(self.path)
        parts = self.path.parts[-len(self.module.split(".")) - (self.path.name == "__init__.py") :]
        return min(short_path(self.path), str(Path(*parts)), key=len)


def short_path(path: Path) -> str:
    """The path from the current folder where it lies below it, else as it is."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def find_plugin_files(folders: Sequence[Path] = ()) -> list[PluginFile]:
    """Every plugin file by all three doors: built-in, installed packages, local folders and files; none is imported.

    Args:
        folders: folders or single .py files, beside those of $AEKIT_PLUGINS and the user's configuration folder.

    Raises:
        PluginError: a folder or file that was named does not exist.
    """
    files = [*_package_files(BUILT_IN_PACKAGE, BUILT_IN), *_installed_files()]
    for folder in [*folders, *_folders_of_environment(), *_folder_of_user()]:
        files += _local_files(Path(folder).expanduser().resolve())
    first: dict[Path, PluginFile] = {}
    for file in files:
        first.setdefault(file.path, file)
    return list(first.values())


def _installed_files() -> Iterator[PluginFile]:
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        name = entry.dist.name if entry.dist else entry.name
        yield from _package_files(entry.value.partition(":")[0].strip(), f"package {name}")


def _package_files(package: str, origin: str) -> Iterator[PluginFile]:
    """The files of a module or package, found through its top-level package, so that nothing is imported."""
    top, *inner = package.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None:
        return
    roots = [Path(location) for location in spec.submodule_search_locations or ()]
    if not roots and spec.origin:
        yield PluginFile(Path(spec.origin), top, origin)
    for root in roots:
        start = root.joinpath(*inner)
        module = start.with_suffix(".py")
        found = [module] if inner and module.is_file() else sorted(start.rglob("*.py"))
        for path in found:
            parts = [top, *path.relative_to(root).with_suffix("").parts]
            if path.name == "__init__.py":
                parts.pop()
            if not any(part.startswith("_") for part in parts):
                yield PluginFile(path, ".".join(parts), origin)


def _local_files(place: Path) -> Iterator[PluginFile]:
    if not place.exists():
        raise PluginError(f"there is no plugin folder or file {short_path(place)}")
    for path in [place] if place.is_file() else sorted(place.glob("*.py")):
        if not path.name.startswith("_"):
            yield PluginFile(path, f"{_local_package(path.parent)}.{path.stem}", f"folder {short_path(place)}")


def _local_package(folder: Path) -> str:
    """The synthetic package that stands for a local folder, so that its files can import each other relatively."""
    return f"{LOCAL_PACKAGE}{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def _folders_of_environment() -> list[Path]:
    return [Path(folder) for folder in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]


def _folder_of_user() -> list[Path]:
    folder = config_folder() / "plugins"
    return [folder] if folder.is_dir() else []


def load_plugin(file: PluginFile) -> None:
    """Import a plugin file, which puts its components into the registry.

    Raises:
        PluginError: whatever the import raised, with the file and the failure's last line.
    """
    package, _, _ = file.module.rpartition(".")
    if file.is_local and package not in sys.modules:
        sys.modules[package] = _package_module(package, file.path.parent)
    try:
        importlib.import_module(file.module)
    except (Exception, SystemExit) as error:
        last_line = traceback.format_exception_only(error)[-1].strip()
        raise PluginError(f"{file.shown}: the plugin cannot be imported: {last_line}") from error


def unload_local_plugins() -> None:
    """Forget the plugins of local folders: their files may change, or be another's copies, before they are wanted."""
    from aekit import registry

    local = [name for name in sys.modules if name.partition(".")[0].startswith(LOCAL_PACKAGE)]
    registry.forget({Path(str(getattr(sys.modules.pop(name), "__file__", None))) for name in local})
    importlib.invalidate_caches()


def _package_module(name: str, folder: Path) -> ModuleType:
    module = ModuleType(name, f"Plugins of {folder}.")
    module.__path__ = [str(folder)]
    return module


def load_components(catalog: Catalog, wanted: Iterable[tuple[str, str]]) -> None:
    """Import just the files that define these components, given as (kind, type); then they are in the registry.

    Raises:
        PluginError: a component that does not exist, or a file that cannot be imported.
    """
    files = {}
    for kind, name in wanted:
        component = catalog.find(kind, name)
        if component is None:
            raise PluginError(str(catalog.why_missing(kind, name)))
        files[component.plugin.path] = component.plugin
    for file in files.values():
        load_plugin(file)
