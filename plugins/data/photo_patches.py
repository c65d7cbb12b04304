"""Frames at random places of photos: a training set without end, of any size."""

from typing import Annotated, Literal

from pydantic import Field

import aekit
from aekit.errors import DataError

from ._frames import draw_frames, frame_sampler, pack, strips
from .._photos import PHOTOS, find_photos, licences, load_photo, photos_in


@aekit.data("photo_patches")
def photo_patches(
    *,
    image: str | list[str] | None = None,
    folder: str | None = None,
    size: Annotated[int, Field(gt=0)] = 8,
    channels: Literal[1, 3] = 1,
    side: Annotated[int, Field(gt=0)] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
    validation_image: str | list[str] | None = None,
    test_image: str | list[str] | None = None,
    held_out: Annotated[float, Field(ge=0, lt=0.5)] = 0.1,
    frames: Annotated[int, Field(gt=0)] = 1024,
    epoch_length: Annotated[int, Field(gt=0)] | None = None,
    seed: int = 0,
) -> aekit.Data:
    """Frames of `size` x `size` pixels at random places of photos, every place of every photo equally likely.

    Training draws fresh frames inside the compiled step. Validation and test are `frames` fixed ones each: from
    photos of their own where these are named, else from strips that training never sees: the lowest `held_out`
    share of each photo's height tests, the share above it validates.

    Args:
        image: a photo's name (astronaut, camera, chelsea, china, coffee, flower, ...), the path of an image
            file, or a list of them. Without image and folder: all photos that scikit-image and scikit-learn
            carry.
        folder: all image files below a folder, from the working folder or from inside $AEKIT_DATA.
        size: side of a frame in pixels.
        channels: 1 for grey, 3 for RGB.
        side: cut the centre of each photo to a square and bring it to this side in pixels; by default as it
            is.
        value_range: of a pixel in data units, (-1, 1) for tanh outputs.
        validation_image, test_image: photos for these splits, named as in `image`; training leaves them out.
        held_out: share of each photo's height in one strip, which is at least one frame high; 0 draws
            validation and test from the whole photos, as the protocol of 1987 does, which codes the image
            that it was trained on.
        frames: how many frames validate, and how many test.
        epoch_length: how many frames count as an epoch; by default as many as cover the photos once.
        seed: of the fixed frames.

    Source: Cottrell, Munro and Zipser, Learning internal representations from gray-scale images, 1987.

    Raises:
        DataError: a photo that does not exist, cannot be read, or is too small for frames of `size`.
    """
    if image and folder:
        raise DataError("photo_patches: give image or folder, not both")
    held = {
        "validation": find_photos(validation_image, folder),
        "test": find_photos(test_image, folder),
    }
    chosen = photos_in(folder) if folder else find_photos(image or list(PHOTOS))
    left_out = {photo for photos in held.values() for photo in photos}
    chosen = [photo for photo in chosen if photo not in left_out]
    if not chosen:
        raise DataError("photo_patches: no photo is left to train on beside those of validation and test")
    photos = {name: load_photo(name, channels, side) for name in [*chosen, *sorted(left_out)]}
    by_split = {part: [photos[name] for name in names] for part, names in held.items()}
    missing = [part for part in ("validation", "test") if not by_split[part]]
    by_split["train"] = [photos[name] for name in chosen]
    by_split |= strips(by_split["train"], missing, held_out, size)
    packed = {part: pack(images, size, part) for part, images in by_split.items()}
    low, high = map(float, value_range)
    covered = sum((image.shape[0] // size) * (image.shape[1] // size) for image in by_split["train"])
    return aekit.Data(
        aekit.Stream(frame_sampler(size, low, high), packed["train"], epoch_length or covered),
        aekit.Split(draw_frames(packed["validation"], size, frames, (seed, 1))),
        aekit.Split(draw_frames(packed["test"], size, frames, (seed, 2))),
        value_range=(low, high),
        name="photo_patches",
        licence=licences([*chosen, *sorted(left_out)]),
    )
