"""Networks by role, built from a recipe's entries, and the ways through them.

```
x ─ encoder ─ features ─ latent ─ z ─┬─ decoder ─ x_logits ─ output activation ─ x_hat
                                     └─ head ─ logits, one for each class
```
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import keras
from keras import ops

from aekit import registry
from aekit.errors import AekitError, PluginError
from aekit.measure import bits_per_pixel
from aekit.recipe import Entry, Recipe
from aekit.training.faults import fault, first_line
from aekit.training.seeds import set_seeds


class Networks(Mapping[str, keras.Model]):
    """The networks of a recipe, by role: `networks.encoder`, `networks["decoder"]`.

    Args:
        models: role -> model.
        output: the activation that turns x_logits into x_hat.
        value_range: of the data, None where it has no limits.
    """

    def __init__(
        self,
        models: Mapping[str, keras.Model],
        output: str = "linear",
        value_range: tuple[float, float] | None = None,
    ) -> None:
        self._models = dict(models)
        self.output, self.value_range = output, value_range

    def __getitem__(self, role: str) -> keras.Model:
        return self._models[role]

    def __getattr__(self, role: str) -> keras.Model:
        if role.startswith("_") or role not in self._models:
            raise AttributeError(f"the recipe has no {role}; its networks are {', '.join(self._models)}")
        return self._models[role]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def encode(self, x: Any, training: bool = False) -> dict[str, Any]:
        """`features`, `z` and whatever else the latent returns, in float32."""
        features = self.encoder(x, training=training)
        latent = self.latent(features, training=training)
        named = latent if isinstance(latent, dict) else {"z": latent}
        return _float32({"features": features, **named})

    def decode(self, z: Any, training: bool = False) -> dict[str, Any]:
        """`x_logits` and `x_hat`, in float32."""
        x_logits = ops.cast(self.decoder(z, training=training), "float32")
        return {"x_logits": x_logits, "x_hat": keras.activations.get(self.output)(x_logits)}

    def bits_per_pixel(self, x: Any) -> Any:
        """Of each example's code, (batch,), where the latent counts them as `rates`; None where it does not."""
        output = self.latent.output
        if not (isinstance(output, dict) and "rates" in output):
            return None
        return bits_per_pixel(self.encode(x)["rates"], x.shape[1:])

    def classify(self, x: Any, training: bool = False) -> dict[str, Any]:
        """What `encode` gives, and the head's `logits`, (batch, classes), in float32."""
        codes = self.encode(x, training)
        return {**codes, "logits": ops.cast(self.head(codes["z"], training=training), "float32")}

    @property
    def code_shape(self) -> tuple[int, ...]:
        """Of one z."""
        return shape_given(self.latent)

    @property
    def classes(self) -> int | None:
        """How many the head tells apart; None without a head."""
        return int(self.head.output_shape[-1]) if "head" in self else None

    def trainable_variables(self, *roles: str) -> list[keras.Variable]:
        """What a step may change: the trainable variables of these roles (all where none is named), each once."""
        found = {id(v): v for role in roles or self for v in self[role].trainable_variables}
        return list(found.values())

    def parameters(self) -> dict[str, int]:
        return {role: int(model.count_params()) for role, model in self.items()}


def _float32(tensors: dict[str, Any]) -> dict[str, Any]:
    return {name: ops.cast(t, "float32") if keras.backend.is_float_dtype(t.dtype) else t for name, t in tensors.items()}


def output_activation(recipe: Recipe, value_range: tuple[float, float] | None) -> str:
    """The recipe's `output`, or what fits the data: [0, 1] sigmoid, [-1, 1] tanh, anything else linear."""
    fitting = {(0.0, 1.0): "sigmoid", (-1.0, 1.0): "tanh"}
    return recipe.output or fitting.get(value_range or (0.0, 0.0), "linear")


def build_networks(
    recipe: Recipe,
    example_shape: tuple[int, ...],
    value_range: tuple[float, float] | None,
    classes: int | None = None,
) -> Networks:
    """The recipe's networks for examples of this shape, freshly initialised from the recipe's seed.

    Args:
        classes: how many the head tells apart; None leaves the head out.

    Raises:
        PluginError: a component that fails, returns no model, or whose shapes do not fit its neighbours.
    """
    missing = [role for role in ("encoder", "latent") if role not in recipe.networks]
    if missing:
        raise PluginError(f"the recipe has no {' and no '.join(missing)}: every recipe needs encoder and latent")
    set_seeds(recipe.seed)
    encoder = _make(recipe.networks["encoder"], example_shape)
    latent = _make(recipe.networks["latent"], _only_shape(encoder, recipe.networks["encoder"]))
    z_shape = _only_shape(latent, recipe.networks["latent"], "z")
    models = {"encoder": encoder, "latent": latent}
    if "decoder" in recipe.networks:
        models["decoder"] = _fitting_decoder(recipe.networks["decoder"], z_shape, example_shape, chain(encoder, latent))
    if "head" in recipe.networks and classes is not None:
        models["head"] = _with_logits(_make(recipe.networks["head"], z_shape), recipe.networks["head"], classes)
    return Networks(models, output_activation(recipe, value_range), value_range)


def _fitting_decoder(
    entry: Entry, z_shape: tuple[int, ...], example_shape: tuple[int, ...], mirror: keras.Model
) -> keras.Model:
    decoder = _make_decoder(entry, z_shape, example_shape, mirror)
    given = _only_shape(decoder, entry)
    if given != example_shape:
        raise fault(entry, f"gives the shape {given} from a code {z_shape}; the data's examples are {example_shape}")
    return decoder


def _with_logits(model: keras.Model, entry: Entry, classes: int) -> keras.Model:
    """The head as the recipe has it, and on it a dense layer `logits` of as many units as there are classes."""
    shape = _only_shape(model, entry)
    x = main_output(model)
    if len(shape) > 1:
        x = keras.layers.Flatten()(x)
    return keras.Model(model.input, keras.layers.Dense(classes, name="logits")(x), name="head")


def chain(encoder: keras.Model, latent: keras.Model) -> keras.Model:
    """One model from x to what the latent gives."""
    x = keras.Input(encoder.input_shape[1:])
    return keras.Model(x, latent(encoder(x)), name="encoder")


def _make(entry: Entry, shape: tuple[int, ...]) -> keras.Model:
    return _checked(entry, registry.find(entry.kind, entry.type).make, shape)


def _make_decoder(entry: Entry, z_shape: tuple[int, ...], x_shape: tuple[int, ...], mirror: keras.Model) -> keras.Model:
    make = registry.find("decoder", entry.type).make
    wants_mirror = "mirror" in inspect.signature(make).parameters
    return _checked(entry, make, z_shape, x_shape, *([mirror] if wants_mirror else []))


def _checked(entry: Entry, make: Any, *positional: Any) -> keras.Model:
    try:
        model = make(*positional, **entry.options)
    except AekitError:
        raise
    except Exception as error:
        shapes = " -> ".join(str(p) for p in positional if isinstance(p, tuple))
        raise fault(entry, f"could not be built for {shapes}: {first_line(error)}") from error
    if not isinstance(model, keras.Model):
        raise fault(entry, f"must return a keras.Model, received {type(model).__name__}")
    return model


def main_output(model: keras.Model) -> Any:
    """What a network gives: its tensor, or of several by name `z`."""
    output = model.output
    if isinstance(output, dict):
        return output["z"]
    return output[0] if isinstance(output, list | tuple) else output


def shape_given(model: keras.Model) -> tuple[int, ...]:
    """Of `main_output`, without the batch axis."""
    return tuple(main_output(model).shape[1:])


def _only_shape(model: keras.Model, entry: Entry, key: str | None = None) -> tuple[int, ...]:
    output = model.output
    if isinstance(output, dict) and (key is None or key not in output):
        wanted = f"'{key}' among them" if key else "one tensor"
        raise fault(entry, f"returns a dict of {', '.join(output)}; it must return {wanted}")
    if isinstance(output, list | tuple) and len(output) != 1:
        raise fault(entry, f"returns {len(output)} tensors; it must return one")
    return shape_given(model)
