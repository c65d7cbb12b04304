"""Saved models load in plain Keras: in a process that has never heard of aekit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aekit

PLAIN = """
import os, sys
import numpy as np, keras
folder, x = sys.argv[1], np.load(sys.argv[2])
encoder, decoder = (keras.models.load_model(f"{folder}/{name}.keras") for name in ("encoder", "decoder"))
found = {"x_hat": decoder(encoder(x))}
if os.path.exists(f"{folder}/classifier.keras"):
    found["classes"] = keras.models.load_model(f"{folder}/classifier.keras")(x)
np.savez(sys.argv[3], **found)
assert not any(name.split(".")[0] in ("aekit", "aekit_plugins") for name in sys.modules)
"""
NETS = {
    "mlp": (),
    "tied": ("decoder={type: mlp, units: [12], tied: true}",),
    "conv": ("encoder={type: conv, filters: [4, 4]}", "decoder={type: conv, filters: [4]}"),
    "normalised": ("encoder.normalization=batch", "decoder.normalization=layer"),
    "classified": ("head={type: mlp, units: [5]}",),
    "bfloat16": ("precision=mixed_bfloat16",),
}


@pytest.fixture
def float32_afterwards() -> Any:
    yield
    import keras

    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("float32_afterwards")
def test_saved_models_give_the_runs_reconstructions(tiny: Any, train: Any, tmp_path: Path) -> None:
    loops = []
    for name, overrides in NETS.items():
        session = train(tiny("steps=5", *overrides))
        model = aekit.open_run(session.run.path)
        x, out = tmp_path / f"{name}.npy", tmp_path / f"{name}-out.npz"
        np.save(x, model.data.test.x)
        expected = {"x_hat": model.reconstruct(model.data.test.x)}
        if name == "classified":
            expected["classes"] = model.classify(model.data.test.x)
        loops.append((name, session.run.models, x, out, expected))
    # One process for all nets: importing Keras is what takes the time.
    calls = "\n".join(
        f"sys.argv[1:] = {[str(folder), str(x), str(out)]!r}\nexec(code)" for _, folder, x, out, _ in loops
    )
    code = f"import sys\ncode = {PLAIN!r}\n{calls}"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    for name, _, _, out, expected in loops:
        tolerance = 2e-2 if name == "bfloat16" else 1e-5
        found = np.load(out)
        assert set(found) == set(expected), name
        assert all(np.allclose(found[key], expected[key], atol=tolerance) for key in expected), name
