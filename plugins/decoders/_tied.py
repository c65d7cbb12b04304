"""Which of the encoder's layers a tied decoder uses."""

from keras import layers

from .._dense import flat


def dense_layers(mirror, code_size, sizes):
    """The encoder's dense layers in reverse, checked to run from the code through `sizes`."""
    found = [layer for layer in flat(mirror) if isinstance(layer, layers.Dense)][::-1]
    have = [(layer.kernel.shape[1], layer.kernel.shape[0]) for layer in found]
    want = list(zip([code_size, *sizes], sizes, strict=False))
    if have != want:
        raise ValueError(
            f"tied weights need the encoder's layers in reverse: from code to example they are {have}, asked are {want}"
        )
    return found
