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
from aekit.training.examples import (
    CLASSES,
    CODE_SIZE,
    IMAGE_SHAPE,
    example_data,
    example_game,
    example_model,
    example_networks,
    example_trainer,
)
from aekit.training.exports import untied
from aekit.training.feed import make_feed
from aekit.training.losses import PLAYERS
from aekit.training.networks import chain
from aekit.training.sampling import unfitted_codes
from aekit.training.stages import check_test_step
from aekit.training.state import read_state, variables_of, write_state
from aekit.training.trainer import Trainer

__all__ = [
    "CLASSES", "CODE_SIZE", "IMAGE_SHAPE", "check_component", "check_documented", "check_read_from_source",
    "example_data", "example_game", "example_model", "example_networks", "example_trainer",
]  # fmt: skip


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
    for shape in _shapes_before(entry, options):
        model = entry.make(shape, **options)
        shape = model.input_shape[1:]
        given = model(np.zeros((2, *shape), "float32"))
        assert not isinstance(given, dict) or "z" in given, "a latent's dict holds 'z'"
        _check_network(model, shape)


def _shapes_before(entry: registry.Registered, options: dict[str, Any]) -> tuple[tuple[int, ...], ...]:
    """Shapes of features that the latent is tried on; of a prior, which takes none, the empty shape."""
    try:
        entry.make((), **options)
    except Exception:
        return ((6,), (2, 3, 4))
    return ((),)


def check_decoder(entry: registry.Registered, options: dict[str, Any]) -> None:
    optional = {"mirror": _mirror, "mean_logits": lambda: lambda: np.zeros(IMAGE_SHAPE, "float32")}
    wanted = [make() for name, make in optional.items() if name in inspect.signature(entry.make).parameters]
    model = entry.make((CODE_SIZE,), IMAGE_SHAPE, *wanted, **options)
    assert model.output_shape == (None, *IMAGE_SHAPE), f"asked for {IMAGE_SHAPE}, gives {model.output_shape[1:]}"
    _check_network(untied(model), (CODE_SIZE,))


def check_loss(entry: registry.Registered, options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x, logits = (rng.random((4, *IMAGE_SHAPE), "float32") for _ in range(2))
    z = rng.standard_normal((4, CODE_SIZE)).astype("float32")
    tensors = {"x": x, "x_logits": logits, "x_hat": 1 / (1 + np.exp(-logits)), "z": z, "features": z}
    tensors |= {"z_mean": z / 2, "z_log_var": z / 3, "rates": rng.random(len(x), "float32")}
    tensors |= {"logits": z, "y": np.arange(4) % CLASSES}
    tensors |= {"x_fake": logits, "x_mixed": (x + logits) / 2, "real_logits": z[:, 0], "fake_logits": z[:, 1]}
    out: dict[str, Any] = {name: keras.ops.convert_to_tensor(value) for name, value in tensors.items()}
    out |= {"step": keras.ops.convert_to_tensor(0), "discriminate": example_game().discriminate}
    given = entry.make(out, **options)
    for player, value in (given if isinstance(given, dict) else {None: given}).items():
        values = np.asarray(value)
        assert player in (None, *PLAYERS), f"a loss of the players {PLAYERS}, not of {player}"
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
    codes = unfitted_codes(trainer.networks, 4, 0)
    rows = trainer.preview({"x": data.first("validation", 2), "z": codes})
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
