"""The photos that scikit-image's and scikit-learn's wheels carry, and a user's own."""

from pathlib import Path

import numpy as np

from aekit.errors import DataError, did_you_mean

from ._files import find_folder, places
from ._images import PROBLEMS, image_files, read_image, resize, to_bytes, to_mode, unreadable

#: Photo, and its licence. All are inside the wheels, so that none is downloaded.
PHOTOS = {
    "astronaut": "public domain (NASA)",
    "brick": "CC0 (CC0Textures)",
    "camera": "CC0 (Lav Varshney)",
    "chelsea": "CC0 (Stefan van der Walt)",
    "china": "CC BY 2.0 (danielbuechele)",
    "coffee": "CC0 (Rachel Michetti)",
    "coins": "no known copyright restrictions (Brooklyn Museum)",
    "flower": "CC BY 2.0 (vultilion)",
    "grass": "CC0",
    "gravel": "CC0",
    "hubble_deep_field": "public domain (NASA)",
    "moon": "public domain (NASA)",
    "rocket": "CC0 (SpaceX)",
}
FROM_SCIKIT_LEARN = ("china", "flower")


def photos_in(folder: str) -> list[str]:
    """The paths of all image files below a folder.

    Raises:
        DataError: no such folder, or no image in it.
    """
    files = image_files(find_folder(folder, "folder of photos"))
    if not files:
        raise DataError(f"no image file in {folder}")
    return [str(file.resolve()) for file in files]


def find_photos(image: str | list[str] | None, folder: str | None = None) -> list[str]:
    """Names from PHOTOS and absolute paths, without repeats, in the order given.

    Args:
        image: names, or paths from the working folder, inside `folder` or inside $AEKIT_DATA.

    Raises:
        DataError: neither a photo nor a file.
    """
    named = [image] if isinstance(image, str) else image or []
    return list(dict.fromkeys(name if name in PHOTOS else _path(name, folder) for name in named))


def _path(name: str, folder: str | None) -> str:
    candidates = places(name) + ([find_folder(folder, "folder of photos") / name] if folder else [])
    for path in candidates:
        if path.is_file():
            return str(path.resolve())
    looked = " or ".join(str(path.absolute()) for path in candidates)
    raise DataError(
        f"no photo '{name}'.{did_you_mean(name, PHOTOS)} Photos: {', '.join(PHOTOS)}; and there is no file at {looked}"
    )


def load_photo(name: str, channels: int, side: int | None) -> np.ndarray:
    """A photo as bytes (height, width, channels), cut to a square of `side` where that is given."""
    photo = _carried(name, channels) if name in PHOTOS else _own(Path(name), channels)
    return to_bytes(resize(photo, (side, side)) if side else photo)


def licences(names: list[str]) -> str:
    """Each photo with its licence; a user's own files have none stated."""
    own = sum(name not in PHOTOS for name in names)
    stated = [f"{name}: {PHOTOS[name]}" for name in names if name in PHOTOS]
    return "; ".join(stated + ([f"{own} files of your own"] if own else []))


def _carried(name: str, channels: int):
    from PIL import Image

    if name in FROM_SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        pixels = load_sample_image(f"{name}.jpg")
    else:
        import skimage.data

        pixels = getattr(skimage.data, name)()
    return to_mode(Image.fromarray(pixels), channels)


def _own(path: Path, channels: int):
    try:
        return read_image(path, channels)
    except PROBLEMS as error:
        raise unreadable({path: str(error)}) from error
