"""Networks by role, and the ways through them.

```
x ─ encoder ─ features ─ latent ─ z ─┬─ decoder ─ x_logits ─ output activation ─ x_hat
                                     └─ head ─ logits, one for each class
noise ─ latent, a prior ─ z ─ generator ─ output activation ─ x_fake ─┐
                                                                   x ─┴─ discriminator ─ real or fake, a logit
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
from keras import ops

from aekit.measure import bits_per_pixel


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

    def replaced(self, models: Mapping[str, keras.Model]) -> Networks:
        """The same with these models in their roles' place, e.g. a trainer's `average`."""
        return Networks({**self._models, **models}, self.output, self.value_range)

    def encode(self, x: Any, training: bool = False, samples: int = 1) -> dict[str, Any]:
        """`features`, `z` and whatever else the latent returns, in float32.

        Args:
            samples: how many z a latent that draws them gives for each example: (batch, samples, *code_shape) where it
                is more than one.
        """
        features = self.encoder(x, training=training)
        if samples == 1:
            latent = self.latent(features, training=training)
            named = latent if isinstance(latent, dict) else {"z": latent}
        else:
            drawn = self.latent(ops.repeat(features, samples, axis=0), training=training)
            each = {name: ops.reshape(t, (-1, samples, *t.shape[1:])) for name, t in drawn.items()}
            named = {name: t if name == "z" else t[:, 0] for name, t in each.items()}
        return _float32({"features": features, **named})

    def code(self, x: Any) -> Any:
        """What stands for an example before people, (batch, *code_shape): `z_mean` where z is drawn, else z itself."""
        return _shown(self.encode(x))

    @property
    def draws_codes(self) -> bool:
        """Whether z is a sample of a distribution that the latent gives, with the mean `z_mean`."""
        return isinstance(self.latent.output, dict) and "z_mean" in self.latent.output

    def decode(self, z: Any, training: bool = False) -> dict[str, Any]:
        """`x_logits` and `x_hat`, in float32, by the decoder; by the generator where there is none."""
        decoder = self.decoder if "decoder" in self else self.generator
        x_logits = ops.cast(decoder(z, training=training), "float32")
        return {"x_logits": x_logits, "x_hat": keras.activations.get(self.output)(x_logits)}

    @property
    def has_prior(self) -> bool:
        """Whether z comes from noise, as no encoder precedes the latent."""
        return "encoder" not in self

    def noise(self, count: int, seed: keras.random.SeedGenerator) -> Any:
        """What a prior makes z of: numbers from [0, 1), (count, *shape that the latent takes)."""
        return keras.random.uniform((count, *self.latent.input_shape[1:]), dtype="float32", seed=seed)

    def prior(self, noise: Any) -> Any:
        """z of this noise, (batch, *code_shape), float32."""
        named = self.latent(noise)
        return ops.cast(named["z"] if isinstance(named, dict) else named, "float32")

    def generate(self, z: Any, training: bool = False) -> Any:
        """`x_fake`, (batch, *example_shape), float32 in data units."""
        x_logits = ops.cast(self.generator(z, training=training), "float32")
        return keras.activations.get(self.output)(x_logits)

    def discriminate(self, x: Any, training: bool = False) -> Any:
        """The logit that x is real, (batch,), float32."""
        return ops.cast(self.discriminator(x, training=training), "float32")[:, 0]

    def bits_per_pixel(self, x: Any) -> Any:
        """Of each example's code, (batch,), where the latent counts them as `rates`; None where it does not."""
        output = self.latent.output
        if self.has_prior or not (isinstance(output, dict) and "rates" in output):
            return None
        return bits_per_pixel(self.encode(x)["rates"], x.shape[1:])

    def classify(self, x: Any, training: bool = False) -> dict[str, Any]:
        """What `encode` gives, and the head's `logits`, (batch, classes), in float32."""
        codes = self.encode(x, training)
        z = codes["z"] if training else _shown(codes)
        return {**codes, "logits": ops.cast(self.head(z, training=training), "float32")}

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


def chain(encoder: keras.Model, latent: keras.Model) -> keras.Model:
    """One model from x to what the latent gives."""
    x = keras.Input(encoder.input_shape[1:])
    return keras.Model(x, latent(encoder(x)), name="encoder")


def _shown(named: Mapping[str, Any]) -> Any:
    return named.get("z_mean", named["z"])


def code_output(model: keras.Model) -> Any:
    """What stands for an example before people: `z_mean` of a model that draws z, else its `main_output`."""
    return _shown(model.output) if isinstance(model.output, dict) else main_output(model)


def main_output(model: keras.Model) -> Any:
    """What a network gives: its tensor, or of several by name `z`."""
    output = model.output
    if isinstance(output, dict):
        return output["z"]
    return output[0] if isinstance(output, list | tuple) else output


def shape_given(model: keras.Model) -> tuple[int, ...]:
    """Of `main_output`, without the batch axis."""
    return tuple(main_output(model).shape[1:])
