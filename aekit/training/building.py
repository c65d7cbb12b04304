"""From a recipe's entries to networks by role.

```
encoder x -> features      latent features -> z          decoder, generator z -> x_logits
                           a prior: noise -> z           discriminator x -> one logit     head z -> class logits
```
Without an encoder the latent is a prior: it is given uniform noise in place of features.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from aekit import registry
from aekit.dataset import Data
from aekit.errors import AekitError, PluginError
from aekit.recipe import Entry, Recipe
from aekit.training.faults import fault, first_line
from aekit.training.networks import Networks, chain, main_output, shape_given
from aekit.training.seeds import set_seeds

#: Pixel means are kept so far from the ends of the data's range, in its widths, that their logits stay moderate.
MARGIN = 1e-4


def output_activation(recipe: Recipe, value_range: tuple[float, float] | None) -> str:
    """The recipe's `output`, or what fits the data: [0, 1] sigmoid, [-1, 1] tanh, anything else linear."""
    fitting = {(0.0, 1.0): "sigmoid", (-1.0, 1.0): "tanh"}
    return recipe.output or fitting.get(value_range or (0.0, 0.0), "linear")


def build_networks(
    recipe: Recipe,
    example_shape: tuple[int, ...],
    value_range: tuple[float, float] | None,
    classes: int | None = None,
    data: Data | None = None,
) -> Networks:
    """The recipe's networks for examples of this shape, freshly initialised from the recipe's seed.

    Args:
        classes: how many the head tells apart; None leaves the head out.
        data: what decoders that start from the pixels' means take these from; None where weights are put in later.

    Raises:
        PluginError: a component that fails, returns no model, or whose shapes do not fit its neighbours.
    """
    entries = recipe.networks
    _check_whole(entries)
    set_seeds(recipe.seed)
    output = output_activation(recipe, value_range)
    models: dict[str, keras.Model] = {}
    if "encoder" in entries:
        models["encoder"] = _make(entries["encoder"], example_shape)
    models["latent"] = _make_latent(entries["latent"], models.get("encoder"))
    z_shape = _only_shape(models["latent"], entries["latent"], "z")
    mirror = chain(models["encoder"], models["latent"]) if "encoder" in models else None
    optional = {"mirror": mirror, "mean_logits": lambda: mean_logits(data, example_shape, output)}
    for role in ("decoder", "generator"):
        if role in entries:
            models[role] = _fitting_decoder(entries[role], z_shape, example_shape, optional)
    if "discriminator" in entries:
        entry = entries["discriminator"]
        models["discriminator"] = _with_logits(_make(entry, example_shape), entry, 1, "discriminator")
    if "head" in entries and classes is not None:
        models["head"] = _with_logits(_make(entries["head"], z_shape), entries["head"], classes, "head")
    return Networks(models, output, value_range)


def mean_logits(data: Data | None, example_shape: tuple[int, ...], output: str) -> np.ndarray:
    """The training examples' mean, through the inverse of the output activation, (*example_shape,); 0 without data."""
    if data is None:
        return np.zeros(example_shape, "float32")
    split = "train" if "train" in data.splits else "validation"
    total = sum(batch["x"].sum(axis=0, dtype="float64") for batch in data.batches(split))
    mean = total / len(data.splits[split])
    if output == "linear" or data.value_range is None:
        return mean.astype("float32")
    low, high = data.value_range
    share = np.clip((mean - low) / (high - low), MARGIN, 1 - MARGIN)
    logit = np.log(share) - np.log1p(-share)
    return np.asarray(logit if output == "sigmoid" else logit / 2, "float32")  # tanh(l / 2) = 2 sigmoid(l) - 1


def _check_whole(entries: dict[str, Entry]) -> None:
    needed = ("latent",) if "generator" in entries and "head" not in entries else ("encoder", "latent")
    missing = [role for role in needed if role not in entries]
    if missing:
        raise PluginError(
            f"the recipe has no {' and no '.join(missing)}: every recipe needs encoder and latent, "
            "or latent, generator and discriminator"
        )


def _make_latent(entry: Entry, encoder: keras.Model | None) -> keras.Model:
    """The latent on the encoder's features; without an encoder a prior, whose input is uniform noise."""
    if encoder is not None:
        return _make(entry, shape_given(encoder))
    make = registry.find("latent", entry.type).make
    return _checked(entry, make, (), hint="; without an encoder the latent has to be a prior, as type: prior is")


def _fitting_decoder(
    entry: Entry, z_shape: tuple[int, ...], example_shape: tuple[int, ...], optional: dict[str, Any]
) -> keras.Model:
    make = registry.find(entry.kind, entry.type).make
    wanted = [value for name, value in optional.items() if name in inspect.signature(make).parameters]
    decoder = _checked(entry, make, z_shape, example_shape, *wanted)
    given = _only_shape(decoder, entry)
    if given != example_shape:
        raise fault(entry, f"gives the shape {given} from a code {z_shape}; the data's examples are {example_shape}")
    return decoder


def _with_logits(model: keras.Model, entry: Entry, count: int, name: str) -> keras.Model:
    """The network as the recipe has it, and on it a dense layer `logits` of `count` units.

    Where the network's own layers have spectral normalisation, so has this one: else the network as a whole would not
    be bounded in its slope.
    """
    shape = _only_shape(model, entry)
    x = main_output(model)
    if len(shape) > 1:
        x = keras.layers.Flatten()(x)
    logits: keras.layers.Layer = keras.layers.Dense(count, name="logits")
    if any(isinstance(layer, keras.layers.SpectralNormalization) for layer in model.layers):
        logits = keras.layers.SpectralNormalization(logits, name="normalized_logits")
    return keras.Model(model.input, logits(x), name=name)


def _make(entry: Entry, shape: tuple[int, ...]) -> keras.Model:
    model = _checked(entry, registry.find(entry.kind, entry.type).make, shape)
    if entry.kind == "encoder":
        _only_shape(model, entry)
    return model


def _checked(entry: Entry, make: Callable[..., Any], *positional: Any, hint: str = "") -> keras.Model:
    try:
        model = make(*positional, **entry.options)
    except AekitError:
        raise
    except Exception as error:
        shapes = " -> ".join(str(p) for p in positional if isinstance(p, tuple))
        raise fault(entry, f"could not be built for {shapes}: {first_line(error)}{hint}") from error
    if not isinstance(model, keras.Model):
        raise fault(entry, f"must return a keras.Model, received {type(model).__name__}")
    return model


def _only_shape(model: keras.Model, entry: Entry, key: str | None = None) -> tuple[int, ...]:
    output = model.output
    if isinstance(output, dict) and (key is None or key not in output):
        wanted = f"'{key}' among them" if key else "one tensor"
        raise fault(entry, f"returns a dict of {', '.join(output)}; it must return {wanted}")
    if isinstance(output, list | tuple) and len(output) != 1:
        raise fault(entry, f"returns {len(output)} tensors; it must return one")
    return shape_given(model)
