"""Feature nets: small classifiers whose codes measure samples; each is trained once and kept in the user's cache.

A feature is z of the net's encoder. A net is known by the hash of its weights: figures from unlike nets do not compare.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from aekit.dataset import Data
from aekit.errors import DataError, InputError, RunError
from aekit.folders import cache_folder
from aekit.recipe import Recipe, load_recipe, shipped_recipes
from aekit.reporting import progress
from aekit.run import EventLog, RunDirectory, create_run, find_run, status, write_info
from aekit.training.opening import RunModel, open_run
from aekit.training.session import Session
from aekit.training.setup import load_data, prepare_components
from aekit.training.worker import record_start

ENDING = "-features"  # of the shipped recipes that are feature nets
HASH = 6  # letters of a net's hash that people see

_opened: dict[str, FeatureNet] = {}


class FeatureNet:
    """A trained classifier as a way to look at examples.

    Attributes:
        name: the recipe's or the run's.
        hash: of the networks' weights, 64 letters.
        on: for measures, "features NAME HASH".
    """

    def __init__(self, name: str, model: RunModel) -> None:
        self.name, self.model = name, model
        self.hash = weights_hash(model)
        self.on = f"features {name} {self.hash[:HASH]}"
        self.value_range = model.networks.value_range

    def features(self, x: np.ndarray, value_range: tuple[float, float] | None) -> np.ndarray:
        """Examples (n, *example_shape) with values in `value_range` -> features (n, size), float32."""
        return self.model.encode(self._in_range(x, value_range)).reshape(len(x), -1)

    def classes(self, x: np.ndarray, value_range: tuple[float, float] | None) -> np.ndarray:
        """Examples as for `features` -> the probabilities of their classes, (n, classes)."""
        return self.model.classify(self._in_range(x, value_range))

    def check_fits(self, data: Data) -> None:
        """Raise DataError unless the net can look at examples of this data."""
        if data.example_shape != self.model.example_shape:
            raise DataError(
                f"{self.name} looks at examples of the shape {self.model.example_shape}, "
                f"those of {data.title} have {data.example_shape}"
            )
        if (data.value_range is None) != (self.value_range is None):
            raise DataError(
                f"{self.name} was trained on values in {self.value_range or 'no range'}, "
                f"those of {data.title} are in {data.value_range or 'no range'}"
            )

    def _in_range(self, x: np.ndarray, value_range: tuple[float, float] | None) -> np.ndarray:
        own = self.value_range
        if own is None or value_range is None or tuple(own) == tuple(value_range):
            return x
        scale = (own[1] - own[0]) / (value_range[1] - value_range[0])
        return ((x - value_range[0]) * scale + own[0]).astype("float32")


def feature_net(source: str | None, data: Data) -> FeatureNet:
    """The feature net for examples of `data`; its training, where it was never trained here, is told as progress.

    Args:
        source: a recipe of a classifier, by name or path, whose net is trained once and kept in the user's cache; or a
            run's id or directory; None takes the shipped recipe for this data.

    Raises:
        InputError: no such recipe or run, or none is shipped for this data.
        DataError: the net looks at examples of another shape.
    """
    name = feature_source(source, data)
    if name not in _opened:
        recipe = _recipe_of(name)
        run = _kept(recipe) if recipe else find_run(name)
        with _precision_kept():
            _opened[name] = FeatureNet(recipe.name if recipe else run.id, open_run(run.path))
    net = _opened[name]
    net.check_fits(data)
    return net


def feature_source(source: str | None, data: Data) -> str:
    """The recipe or run that `feature_net` would take; nothing is trained.

    Raises:
        InputError: no such recipe or run, or none is shipped for this data.
    """
    if source:
        _recipe_of(source)
        return source
    trained_on = _shipped()
    if data.name not in trained_on:
        raise InputError(
            f"no feature net comes for {data.title}: `features` names a recipe or run of a classifier, or is pixels. "
            f"Shipped are {', '.join(trained_on.values())}"
        )
    return trained_on[data.name]


@functools.cache
def _shipped() -> dict[str, str]:
    """The shipped feature nets by their data's type."""
    names = [recipe.name for recipe in shipped_recipes() if recipe.name.endswith(ENDING)]
    return {load_recipe(name).data.type: name for name in names}


def weights_hash(model: RunModel) -> str:
    """A hash of all weights of a model's networks."""
    digest = hashlib.sha256()
    for role in sorted(model.networks):
        for variable in model.networks[role].variables:
            value = np.ascontiguousarray(keras.ops.convert_to_numpy(variable), "float32")
            digest.update(f"{role} {value.shape}".encode())
            digest.update(value.tobytes())
    return digest.hexdigest()


def _recipe_of(source: str) -> Recipe | None:
    """The recipe that is meant; None where it is a run."""
    if source not in {recipe.name for recipe in shipped_recipes()} and not Path(source).is_file():
        with contextlib.suppress(RunError):
            find_run(source)
            return None
    return load_recipe(source)


def _kept(recipe: Recipe) -> RunDirectory:
    """The finished run of this recipe in the user's cache, trained now where there is none."""
    run = place_of(recipe)
    if not _finished(run):
        run.path.parent.mkdir(parents=True, exist_ok=True)
        with alone(run.path.with_suffix(".lock"), recipe.name):
            if not _finished(run):
                _train(recipe, run)
    return run


def place_of(recipe: Recipe) -> RunDirectory:
    """Where the net of this recipe, trained on this data, is kept."""
    with _precision_kept():
        prepare_components(recipe)
        data = load_data(recipe)
    identity = hashlib.sha256(f"{recipe.dump()}\n{data.fingerprint()}".encode()).hexdigest()[:16]
    return RunDirectory(cache_folder() / "features" / f"{recipe.name}-{identity}")


def _finished(run: RunDirectory) -> bool:
    return run.exists and status(run).state == "finished"


def _train(recipe: Recipe, run: RunDirectory) -> None:
    """Train beside the place where the run is kept, then move it there whole."""
    aside = run.path.with_suffix(".part")
    for left in (aside, run.path):
        shutil.rmtree(left, ignore_errors=True)
    what = f"training {recipe.name}, which is kept"
    progress(0, 1, what)
    made = create_run(recipe, ["feature_net", recipe.name], aside)
    write_info(made)
    with _Told(made.events, what) as log, _precision_kept():
        record_start(log, resumed_from=None)
        Session(load_recipe(made.recipe), made, log).execute()
    made.path.rename(run.path)
    shutil.rmtree(aside, ignore_errors=True)


class _Told(EventLog):
    """An event log that tells its steps as progress."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path)
        self._what, self._steps = what, 1

    def write(self, event_type: str, /, **fields: Any) -> Any:
        if event_type == "stage":
            self._steps = fields["first_step"] + fields["steps"]
        if event_type == "step":
            progress(fields["step"], self._steps, self._what)
        return super().write(event_type, **fields)


@contextmanager
def _precision_kept() -> Iterator[None]:
    """Another recipe's precision is not that of the networks that come after it."""
    before = keras.config.dtype_policy()
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def alone(path: Path, name: str) -> Iterator[None]:
    """One process at a time; the others wait, and say for what."""
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress(0, 1, f"waiting for {name}, which another process trains")
                time.sleep(0.5)
        yield
    finally:
        os.close(file)
