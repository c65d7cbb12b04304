"""Reading, cropping and resizing of pictures by Pillow; bytes (height, width, channels) come out."""

from pathlib import Path
from typing import Any

import numpy as np

from aekit.errors import DataError

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
PROBLEMS = (OSError, ValueError, SyntaxError, EOFError)


def image_files(folder: Path) -> list[Path]:
    """Every image file below a folder, in order of name; hidden files and folders are left out."""
    inside = (path.relative_to(folder) for path in folder.rglob("*"))
    shown = (path for path in inside if not any(part.startswith(".") for part in path.parts))
    images = (folder / path for path in shown if path.suffix.lower() in SUFFIXES)
    return sorted(path for path in images if path.is_file())


def read_image(path: Path, channels: int) -> Any:
    """A Pillow image in grey (1 channel) or RGB (3), turned upright as its EXIF tag says.

    Raises:
        OSError, ValueError, SyntaxError, EOFError (`PROBLEMS`): the file is missing, truncated, no image, or
        so large that
            it may be an attack.
    """
    from PIL import ImageOps

    with open_image(path) as image:
        image.load()
        return to_mode(ImageOps.exif_transpose(image), channels)


def open_image(path: Path) -> Any:
    """A Pillow image of which only the head has been read; raises as `read_image` does."""
    from PIL import Image

    try:
        return Image.open(path)
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from error


def to_mode(image: Any, channels: int) -> Any:
    """8 bits a channel, grey or RGB; images of 16 bits keep their upper 8."""
    from PIL import Image

    if image.mode.startswith("I"):
        deep = np.asarray(image).astype("int64")
        pixels = deep >> 8 if deep.max(initial=0) > 255 else deep
        image = Image.fromarray(np.clip(pixels, 0, 255).astype("uint8"))
    return image.convert("L" if channels == 1 else "RGB")


def resize(image: Any, size: tuple[int, int], fit: str = "crop") -> Any:
    """A Pillow image at `size` = (height, width), smoothed when it shrinks.

    Args:
        fit: "crop" cuts the centre to the aspect of `size` first; "stretch" takes the whole image.
    """
    from PIL import Image, ImageOps

    width_first = (size[1], size[0])
    if fit == "crop":
        return ImageOps.fit(image, width_first, Image.Resampling.LANCZOS)
    return image.resize(width_first, Image.Resampling.LANCZOS)


def to_bytes(image: Any) -> np.ndarray:
    """A Pillow image as bytes, shape (height, width, channels)."""
    pixels = np.asarray(image, "uint8")
    return pixels[..., None] if pixels.ndim == 2 else pixels


def unreadable(failures: dict[Path, str], folder: Path | None = None) -> DataError:
    """One error that lists up to ten files that could not be read, each with its reason."""
    lines = [f"  {path.relative_to(folder) if folder else path}: {why}" for path, why in failures.items()]
    more = f"\n  and {len(lines) - 10} more" if len(lines) > 10 else ""
    where = f" in {folder}" if folder else ""
    files = "file" if len(lines) == 1 else "files"
    return DataError(f"{len(lines)} unreadable image {files}{where}:\n" + "\n".join(lines[:10]) + more)
