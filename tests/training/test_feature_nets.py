"""Feature nets: trained once, kept, known by their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aekit.dataset import Data, Split
from aekit.errors import DataError, InputError
from aekit.folders import cache_folder
from aekit.recipe import load_recipe_text
from aekit.reporting import listening
from aekit.run import list_runs
from aekit.training import feature_nets
from aekit.training.check import check_build
from aekit.training.feature_nets import feature_net, feature_source, weights_hash
from aekit.training.stopping import Stopped

SMALL = """
data: {type: digits}
encoder: {type: mlp, units: [8]}
latent: {type: plain, size: 4, activation: relu}
head: {type: mlp, units: []}
trainer: {type: classifier, optimizer: adam}
losses: {softmax_cross_entropy: {}}
previews: null
compile: graph
steps: 3
batch_size: 32
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests here share, so that the small net is trained once."""
    return tmp_path_factory.mktemp("nets")


@pytest.fixture(autouse=True)
def own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr(feature_nets, "_opened", {})  # as in another process


@pytest.fixture
def small(folder: Path) -> str:
    path = folder / "small.yaml"
    path.write_text(SMALL)
    return str(path)


def images(value_range: tuple[float, float] | None = (0.0, 1.0), name: str = "digits", side: int = 8) -> Data:
    rng = np.random.default_rng(0)
    low, high = value_range or (0.0, 1.0)
    x = (rng.integers(0, 17, (9, side, side, 1)) / 16 * (high - low) + low).astype("float32")
    return Data(Split(x), Split(x), Split(x), value_range=value_range, name=name)


def test_is_trained_once_and_kept(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, float, str]] = []
    with listening(lambda *words: told.append(words)):
        net = feature_net(small, images())
    assert told[0] == (0, 1, "training small, which is kept")
    assert [(done, total) for done, total, what in told if what == told[0][2]][-1] == (3, 3)
    monkeypatch.setattr(feature_nets, "_opened", {})
    monkeypatch.setattr(feature_nets, "_train", lambda recipe, run: pytest.fail("trained again"))
    again = feature_net(small, images())
    assert again.hash == net.hash == weights_hash(net.model)
    assert net.on == f"features small {net.hash[:6]}"
    runs = list_runs(cache_folder() / "features")
    assert [run.path for run in runs] == [net.model.path], "nothing half-made is left"


def test_a_stop_ends_the_training_of_another_and_leaves_nothing(small: str) -> None:
    def stop(done: float, total: float, what: str) -> None:
        if what == "training other, which is kept" and done:
            raise Stopped("enough")

    before = feature_net(small, images())
    other = Path(small).with_name("other.yaml")
    other.write_text(SMALL.replace("steps: 3", "steps: 4"))
    with listening(stop), pytest.raises(Stopped):
        feature_net(str(other), images())
    assert [run.path for run in list_runs(cache_folder() / "features")] == [before.model.path]
    assert feature_net(str(other), images()).hash != before.hash


def test_features_and_classes_do_not_depend_on_the_range(small: str) -> None:
    net, narrow, wide = feature_net(small, images()), images(), images((-1.0, 1.0))
    x, y = narrow.first("test", 9), wide.first("test", 9)
    features = net.features(x, narrow.value_range)
    assert features.shape == (9, 4) and features.min() >= 0
    assert net.features(y, wide.value_range) == pytest.approx(features, abs=1e-5)
    assert net.classes(y, wide.value_range).sum(axis=1) == pytest.approx(np.ones(9), abs=1e-5)


def test_a_run_will_do(small: str) -> None:
    net = feature_net(small, images())
    of_run = feature_net(str(net.model.path), images())
    assert (of_run.hash, of_run.name) == (net.hash, net.model.path.name)


def test_what_does_not_fit_is_refused(small: str) -> None:
    with pytest.raises(
        DataError, match=r"small looks at examples of the shape \(8, 8, 1\), those of data 'digits' have"
    ):
        feature_net(small, images(side=9))
    with pytest.raises(DataError, match=r"values in \(0.0, 1.0\), those of data 'digits' are in no range"):
        feature_net(small, images(None))


def test_the_shipped_net_for_the_data() -> None:
    assert feature_source(None, images()) == "digits-features"
    assert feature_source(None, images(name="mnist")) == "mnist-features"
    with pytest.raises(InputError, match="no feature net comes for data 'cats'"):
        feature_source(None, images(name="cats"))


def test_a_metric_that_would_find_no_net_is_told_before_any_training() -> None:
    text = """data: {type: curves, train: 9, validation: 9, test: 9}
encoder: {type: mlp, units: [4]}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [4]}
trainer: {type: autoencoder}
losses: {squared_error: {}}
epochs: 1
batch_size: 3
metrics: {squared_error: {}, FID}
"""
    for metric, said in [
        ("fid: {}", "metric 'fid': no feature net comes for data 'curves'"),
        ("kid: {features: digits-featuers}", "Did you mean 'digits-features'"),
        ("class_balance: {features: pixels}", "no recipe 'pixels'"),
    ]:
        (problem,) = check_build(load_recipe_text(text.replace("FID", metric), "mine.yaml")).problems
        assert problem.line == 9 and said in problem.message
    assert not check_build(load_recipe_text(text.replace("FID", "fid: {features: pixels}"), "mine.yaml")).problems


def test_no_such_net() -> None:
    with pytest.raises(InputError, match=r"no recipe 'digits-featuers'. Did you mean 'digits-features'"):
        feature_net("digits-featuers", images())


def test_waits_for_another_process_that_trains_it(small: str) -> None:
    from aekit.recipe import load_recipe

    path = Path(small).with_name("waited-for.yaml")
    path.write_text(SMALL.replace("steps: 3", "steps: 5"))
    key = feature_nets.place_of(load_recipe(path)).path

    def give_up(done: float, total: float, what: str) -> None:
        if what == "waiting for waited-for, which another process trains":
            raise Stopped("enough")

    key.parent.mkdir(parents=True, exist_ok=True)
    with feature_nets.alone(key.with_suffix(".lock"), "waited-for"), listening(give_up), pytest.raises(Stopped):
        feature_net(str(path), images())
