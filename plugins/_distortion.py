"""Small random affine distortions of images, inside the compiled step."""

from math import pi

# At full strength: degrees, share of the size, share of the size, pixels.
ROTATION, SCALE, SHEAR, SHIFT = 10.0, 0.1, 0.1, 0.5
# Stretches the contrast about the middle grey, which undoes the blur of bilinear sampling on ink.
CONTRAST = 1.4


def distorted(strength, steps):
    """A `Data.augment` that distorts every image up to `strength`, in the first `steps` steps (all where None)."""

    def augment(batch, seed):
        from keras import ops

        x = batch["x"]
        if steps is None:
            return batch | {"x": distort(x, strength, seed)}
        return batch | {"x": ops.cond(seed.step < steps, lambda: distort(x, strength, seed), lambda: x)}

    return augment


def distort(images, strength, seed):
    """Rotate, scale, shear and shift each image by numbers of its own.

    Shapes: (batch, height, width, channels) in [0, 1] -> the same.
    """
    from keras import ops

    batch, height, width, _ = images.shape
    moved = ops.image.affine_transform(
        images, inverse_maps(batch, height, width, strength, seed), "bilinear", "constant", 0.0
    )
    return ops.clip((moved - 0.5) * CONTRAST + 0.5, 0.0, 1.0)


def check_images(networks):
    """Raise ValueError unless the networks' examples are images in [0, 1]."""
    shape = tuple(networks.encoder.input_shape[1:])
    if len(shape) != 3:
        raise ValueError(f"distorts images (height, width, channels), and the data's examples have the shape {shape}")
    if networks.value_range is None or tuple(networks.value_range) != (0.0, 1.0):
        raise ValueError(f"distorts images with pixels in [0, 1], and the value range is {networks.value_range}")


def inverse_maps(batch, height, width, strength, seed):
    """Random maps from output to input coordinates about the image's centre, shape (batch, 8)."""
    from keras import ops, random

    def up_to(limit):
        return random.uniform((batch,), -limit * strength, limit * strength, seed=seed)

    angle, shear = up_to(ROTATION * pi / 180), up_to(SHEAR)
    scale_x, scale_y = 1 + up_to(SCALE), 1 + up_to(SCALE)
    shift_x, shift_y = up_to(SHIFT), up_to(SHIFT)
    cosine, sine = ops.cos(angle), ops.sin(angle)
    a0, a1 = cosine * scale_x, (shear * cosine - sine) * scale_y
    b0, b1 = sine * scale_x, (shear * sine + cosine) * scale_y
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    a2 = middle_x - (a0 * middle_x + a1 * middle_y) + shift_x
    b2 = middle_y - (b0 * middle_x + b1 * middle_y) + shift_y
    nothing = ops.zeros_like(angle)
    return ops.stack([a0, a1, a2, b0, b1, b2, nothing, nothing], axis=1)
