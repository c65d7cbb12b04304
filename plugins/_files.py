"""Where data files are looked for, and the words for one that is missing."""

import os
from pathlib import Path

from aekit.errors import DataError, did_you_mean


def data_folder() -> Path | None:
    """The user's folder of data files, `$AEKIT_DATA`, or None where it is not set."""
    folder = os.environ.get("AEKIT_DATA")
    return Path(folder).expanduser() if folder else None


def places(name: str) -> list[Path]:
    """Where the path `name` of a recipe may lead: from the working folder, then inside `$AEKIT_DATA`."""
    given = Path(name).expanduser()
    folder = data_folder()
    return [given] if folder is None or given.is_absolute() else [given, folder / given]


def find_path(name: str, what: str) -> Path:
    """The first of `places` that exists.

    Raises:
        DataError: nothing is there; names what was looked at, and the nearest name beside it.
    """
    candidates = places(name)
    for path in candidates:
        if path.exists():
            return path.absolute()
    looked = " or ".join(str(path.absolute()) for path in candidates)
    beside = [p.name for place in candidates if place.parent.is_dir() for p in place.parent.iterdir()]
    hint = "" if data_folder() else " Relative paths are also looked for in $AEKIT_DATA, which is not set."
    raise DataError(f"no {what} at {looked}.{did_you_mean(Path(name).name, beside)}{hint}")


def find_folder(name: str, what: str) -> Path:
    """As `find_path`, for something that must be a folder."""
    path = find_path(name, what)
    if not path.is_dir():
        raise DataError(f"{path} is a file; {what} is expected to be a folder")
    return path


def find_file(name: str, what: str) -> Path:
    """As `find_path`, for something that must be a file."""
    path = find_path(name, what)
    if path.is_dir():
        raise DataError(f"{path} is a folder; {what} is expected to be a file")
    return path
