"""Names of a package that are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, names: dict[str, Any], modules: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package.

    Args:
        package: its name.
        names: its globals, which keep what has been imported.
        modules: by each of its modules, the names that it gives.
    """
    homes = {name: f"{package}.{module}" for module, given in modules.items() for name in given}

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        value = names[name] = getattr(import_module(homes[name]), name)
        return value

    return find, lambda: sorted({*names, *homes})
