"""Pictures and compressed files on the disk."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np

from aekit.errors import CodecError, DataError
from aekit.run.files import write_whole

#: No file that the format can hold is larger.
_LARGEST = 1 << 30


def read_image(path: Path) -> np.ndarray:
    """A picture as uint8 (height, width, 1 or 3), turned upright; transparency is left out.

    Raises:
        DataError: no such file, no picture, or one of more than 8 bits a channel.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            if opened.mode.startswith(("I", "F")):
                raise DataError(f"{path} has more than 8 bits a channel, which the codec cannot hold")
            upright = ImageOps.exif_transpose(opened) or opened
            grey = upright.mode in ("1", "L", "LA")
            pixels = np.asarray(upright.convert("L" if grey else "RGB"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataError(_absent(path, error)) from None
    except UnidentifiedImageError:
        raise DataError(f"{path} is no picture that can be read") from None
    except (OSError, Image.DecompressionBombError, ValueError) as error:
        raise DataError(f"{path} is no picture that can be read: {error}") from error
    return pixels[..., None] if grey else pixels


def write_image(path: Path, image: np.ndarray) -> None:
    """Write uint8 (height, width, 1 or 3) in the format that the name ends in; the file is whole or absent.

    Raises:
        DataError: the name ends in no format that Pillow writes, or the folder cannot be written to.
    """
    from PIL import Image

    shown = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    written = io.BytesIO()
    shown.save(written, _picture_kind(path))
    write_file(path, written.getvalue())


def _picture_kind(path: Path) -> str:
    from PIL import Image

    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind not in Image.SAVE:
        ending = f"not as '{path.suffix}'" if path.suffix else "and the name says which"
        raise DataError(f"{path}: pictures are written as .png, .jpg, .webp, ..., {ending}")
    return kind


def read_file(path: Path) -> bytes:
    """The bytes of a compressed file.

    Raises:
        CodecError: no such file, or one larger than the format can hold.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise CodecError(_absent(path, error)) from None
    if len(data) > _LARGEST:
        raise CodecError(f"{path} is larger than any compressed image")
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent.

    Raises:
        DataError: it cannot be written.
    """
    try:
        write_whole(path, data)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}") from None


def check_target(path: Path, source: Path, picture: bool = False) -> None:
    """Whether a file can be written there: before the work, not after.

    Args:
        source: what the file is made from, which it must not replace.
        picture: the name must end in a format of pictures.

    Raises:
        DataError: no such folder, one that cannot be written to, a folder itself, or `source`.
    """
    if picture:
        _picture_kind(path)
    if path.is_dir():
        raise DataError(f"{path} cannot be written: it is a folder")
    if not path.parent.is_dir():
        raise DataError(f"{path} cannot be written: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise DataError(f"{path} cannot be written: no permission to write to {path.parent}")
    if path.exists() and source.exists() and path.samefile(source):
        raise DataError(f"{path} is what is read: name another file to write")


def _absent(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path}: no such file"
    return f"{path} is a folder, no file" if isinstance(error, IsADirectoryError) else f"{path}: {error.strerror}"
