"""Conformance checks for components, built-in or a third party's.

```python
from aekit.testing import check_component
import my_pack.encoders  # whatever registers it

def test_residual_mlp():
    check_component("encoder", "residual_mlp", width=8)
```
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from aekit import Data, Measure, registry
from aekit.catalog import read_catalog
from aekit.training.engine import Engine
from aekit.training.exports import untied
from aekit.training.feed import make_feed
from aekit.training.losses import Losses, Term
from aekit.training.model import Model
from aekit.training.networks import Networks, chain
from aekit.training.seeds import set_seeds
from aekit.training.stages import check_test_step
from aekit.training.state import read_state, variables_of, write_state
from aekit.training.trainer import Trainer

#: What components are tried on: small enough for a test, odd enough to find a swapped axis.
IMAGE_SHAPE = (7, 5, 1)
CODE_SIZE = 3
CLASSES = 3


def check_component(kind: str, name: str, /, **options: Any) -> None:
    """Assert that a registered component keeps its kind's contract.

    Args:
        kind, name: as in its decorator; its module must have been imported.
        options: as in a recipe.

    Raises:
        AssertionError: what it does against the contract.
        PluginError: it is not registered, or cannot be built.
    """
    entry = registry.find(kind, name)
    registry.check_signature(entry)
    check_documented(entry)
    check_read_from_source(entry)
    _CHECKS[kind](entry, options)


def check_documented(entry: registry.Registered) -> None:
    """It says in one line what it is, and names each of its options."""
    text = inspect.getdoc(entry.make) or ""
    assert text.strip(), f"{entry.kind} '{entry.name}' at {entry.place} has no docstring"
    for option in _options(entry):
        assert option in text, f"{entry.kind} '{entry.name}': its docstring does not name the option '{option}'"


def check_read_from_source(entry: registry.Registered) -> None:
    """What the front end reads from the source is what Python sees."""
    component = read_catalog([entry.file]).find(entry.kind, entry.name)
    assert component is not None, (
        f"{entry.place}: the decorator must be the literal @aekit.{entry.kind}('{entry.name}')"
    )
    assert set(component.parameters) == set(_options(entry)), f"{entry.place}: options differ between source and import"


def check_encoder(entry: registry.Registered, options: dict[str, Any]) -> None:
    model = entry.make(IMAGE_SHAPE, **options)
    assert isinstance(model, keras.Model), f"an encoder returns a keras.Model, not {type(model).__name__}"
    _check_network(model, IMAGE_SHAPE)


def check_latent(entry: registry.Registered, options: dict[str, Any]) -> None:
    for shape in ((6,), (2, 3, 4)):
        model = entry.make(shape, **options)
        given = model(np.zeros((2, *shape), "float32"))
        assert not isinstance(given, dict) or "z" in given, "a latent's dict holds 'z'"
        _check_network(model, shape)


def check_decoder(entry: registry.Registered, options: dict[str, Any]) -> None:
    mirrored = "mirror" in inspect.signature(entry.make).parameters
    model = entry.make((CODE_SIZE,), IMAGE_SHAPE, *([_mirror()] if mirrored else []), **options)
    assert model.output_shape == (None, *IMAGE_SHAPE), f"asked for {IMAGE_SHAPE}, gives {model.output_shape[1:]}"
    _check_network(untied(model), (CODE_SIZE,))


def check_loss(entry: registry.Registered, options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x, logits = (rng.random((4, *IMAGE_SHAPE), "float32") for _ in range(2))
    z = rng.standard_normal((4, CODE_SIZE)).astype("float32")
    tensors = {"x": x, "x_logits": logits, "x_hat": 1 / (1 + np.exp(-logits)), "z": z, "features": z}
    tensors |= {"z_mean": z / 2, "z_log_var": z / 3, "rates": rng.random(len(x), "float32")}
    tensors |= {"logits": z, "y": np.arange(4) % CLASSES}
    out = {name: keras.ops.convert_to_tensor(value) for name, value in tensors.items()}
    values = np.asarray(entry.make({**out, "step": keras.ops.convert_to_tensor(0)}, **options))
    assert values.shape == (4,), f"a loss gives one value per example, shape (4,), not {values.shape}"
    assert np.isfinite(values).all(), f"the loss of ordinary values is {values}"


def check_trainer(entry: registry.Registered, options: dict[str, Any]) -> None:
    data, trainer = example_data(), example_trainer(entry.make, **options)
    assert isinstance(trainer, Trainer), "a trainer is a class on aekit.Trainer"
    trainer.examples(data.train, 0)
    check_test_step(trainer, data)
    before = read_state(trainer)
    feed = make_feed(data, 4, 0, 1 << 30, trainer.batches_per_step)
    call = Engine(trainer, feed).call(0, 1)
    assert "loss" in call.totals and not call.broken, f"one step gives {call.totals}"
    assert list(variables_of(trainer)) == list(before), "a step must not create variables: make them in __init__"
    changed = [
        key for key, tensor in read_state(trainer).items() if not np.array_equal(tensor.value, before[key].value)
    ]
    assert any(key.split("/")[0] in trainer.networks for key in changed), "a step changes the networks"
    write_state(trainer, before)
    rows = trainer.preview({"x": data.first("validation", 2)})
    assert isinstance(rows, dict) and all(len(row) for row in rows.values()), "a preview is {name: [row, ...]}"


def check_data(entry: registry.Registered, options: dict[str, Any]) -> None:
    one, other = entry.make(**options), entry.make(**options)
    assert isinstance(one, Data), f"a data set is an aekit.Data, not {type(one).__name__}"
    assert one.fingerprint() == other.fingerprint(), "the same options must give the same data"
    assert one.licence, "a data set states its licence"


def check_metric(entry: registry.Registered, options: dict[str, Any]) -> None:
    draws = "figures" in inspect.signature(entry.make).parameters
    result = entry.make(example_model(True), "test", *([None] if draws else []), **options)
    measures = result if isinstance(result, dict) else {entry.name: result}
    for name, measure in measures.items():
        assert isinstance(measure, Measure), f"{name}: a metric returns aekit.Measure, not {type(measure).__name__}"
        assert measure.n > 0 and np.isfinite(measure.value) and measure.unit, f"{name}: incomplete: {measure}"


_CHECKS: dict[str, Callable[[registry.Registered, dict[str, Any]], None]] = {
    "data": check_data,
    "encoder": check_encoder,
    "latent": check_latent,
    "decoder": check_decoder,
    "loss": check_loss,
    "trainer": check_trainer,
    "metric": check_metric,
}


def example_data() -> Data:
    """Twenty-four images of noise, in [0, 1]."""
    x = np.random.default_rng(0).random((24, *IMAGE_SHAPE), "float32")
    return Data.from_arrays(
        x, np.arange(24) % CLASSES, test_fraction=0.25, validation_fraction=0.25, name="noise", licence="none"
    )


def example_networks(variational: bool = False) -> Networks:
    """A small dense autoencoder, its decoder mirroring its encoder, with a head, for `example_data`.

    Args:
        variational: its latent gives z_mean and z_log_var beside z.
    """
    set_seeds(0)
    x, features, z = keras.Input(IMAGE_SHAPE), keras.Input((6,)), keras.Input((CODE_SIZE,))
    encoder = keras.Model(x, keras.layers.Dense(6, "sigmoid")(keras.layers.Flatten()(x)), name="encoder")
    code = keras.layers.Dense(CODE_SIZE)(features)
    log_var = keras.layers.Dense(CODE_SIZE)(features) if variational else None
    given = code if log_var is None else {"z": code, "z_mean": code, "z_log_var": log_var}
    latent = keras.Model(features, given, name="latent")
    pixels = keras.layers.Dense(int(np.prod(IMAGE_SHAPE)))(keras.layers.Dense(6, "sigmoid")(z))
    decoder = keras.Model(z, keras.layers.Reshape(IMAGE_SHAPE)(pixels), name="decoder")
    head = keras.Model(z, keras.layers.Dense(CLASSES, name="logits")(z), name="head")
    models = {"encoder": encoder, "latent": latent, "decoder": decoder, "head": head}
    return Networks(models, "sigmoid", (0.0, 1.0))


def example_trainer(make: Callable[..., Trainer], **options: Any) -> Trainer:
    """A trainer on `example_networks` with a mean squared error; one without x_hat has a cross-entropy of classes."""
    return make(example_networks(), Losses([Term("error", _example_loss, {})]), **options)


def _example_loss(out: Any) -> Any:
    if "x_hat" in out:
        return keras.ops.mean(keras.ops.square(out["x"] - out["x_hat"]), (1, 2, 3))
    return keras.losses.sparse_categorical_crossentropy(out["y"], out["logits"], from_logits=True)


def example_model(variational: bool = False) -> Model:
    """An untrained model on `example_data`."""
    data = example_data()
    return Model(example_networks(variational), None, data.example_shape, lambda: data)  # type: ignore[arg-type]


def _options(entry: registry.Registered) -> list[str]:
    return [p.name for p in inspect.signature(entry.make).parameters.values() if p.kind == p.KEYWORD_ONLY]


def _mirror() -> keras.Model:
    networks = example_networks()
    return chain(networks.encoder, networks.latent)


def _check_network(model: keras.Model, shape: tuple[int, ...]) -> None:
    """Any batch size, finite values, and the same answer after saving and loading, but for what is drawn anew."""
    x = np.random.default_rng(0).random((3, *shape), "float32")
    first = _flat(model(x))
    assert first.shape[0] == 3 and np.isfinite(first).all(), "a network gives finite values for every example"
    assert _flat(model(x[:1])).shape[0] == 1, "a network takes any batch size"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        loaded = _flat(keras.models.load_model(path)(x))
    again = _flat(model(x))
    assert not np.isnan(loaded).any() and loaded.shape == first.shape, "a saved network has the same outputs"
    lasting = first == again
    assert lasting.any(), "a network has outputs that are not drawn anew at every call"
    assert np.allclose(loaded[lasting], first[lasting], atol=1e-6), "a saved network answers alike"


def _flat(output: Any) -> np.ndarray:
    parts = list(output.values()) if isinstance(output, dict) else [output]
    return np.concatenate([np.asarray(part).reshape(len(part), -1) for part in parts], axis=1)
