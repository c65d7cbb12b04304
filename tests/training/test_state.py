"""Checkpoints: everything in, everything back, and nothing that does not fit."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aekit.errors import CheckpointError
from aekit.testing import example_networks
from aekit.training.checkpoints import Checkpoint, CheckpointFolder, read_checkpoint, write_checkpoint
from aekit.training.losses import Losses
from aekit.training.networks import Networks
from aekit.training.state import Tensor, read_state, variables_of, write_state
from aekit.training.trainer import Trainer


class Rich(Trainer):
    """A trainer with state wherever it may be."""

    def __init__(self, networks: Networks) -> None:
        super().__init__(networks, Losses([]))
        self.optimizers = {role: self.make_optimizer("adam", role) for role in ("encoder", "decoder")}
        self.noises = [keras.random.SeedGenerator(1), keras.random.SeedGenerator(2)]
        self.mean = keras.metrics.Mean()
        self.threshold = keras.Variable(0.5, name="threshold")


def twin(name: str) -> keras.Model:
    """A network whose layers are named like its twin's."""
    x = keras.Input((3,), name="x")
    return keras.Model(x, keras.layers.Dense(3, name="d")(keras.layers.Dropout(0.5, name="drop")(x)), name="net")


def checkpoint(value: float = 1.0) -> Checkpoint:
    return Checkpoint(
        {"encoder/000": Tensor("d/kernel", np.full((2, 3), value, "float32"))}, {"step": 3}, {"seconds": 1}
    )


def test_every_attribute_with_state_is_found_under_its_owner() -> None:
    keys = {key.split("/")[0] for key in variables_of(Rich(example_networks()))}
    assert keys >= {"encoder", "latent", "decoder", "step", "threshold", "mean", "noises.0", "noises.1"}
    assert keys >= {"optimizers.encoder", "optimizers.decoder", "global_seed"}


def test_two_networks_whose_layers_share_names_keep_their_own_state() -> None:
    networks = Networks({"encoder": twin("a"), "decoder": twin("b")})
    trainer = Rich(networks)
    before = read_state(trainer)
    assert before["encoder/001"].path == before["decoder/001"].path == "d/kernel"
    for variable in variables_of(trainer).values():
        variable.assign(keras.ops.zeros_like(variable))
    write_state(trainer, before)
    after = read_state(trainer)
    assert all((after[key].value == before[key].value).all() for key in before)
    assert not (after["encoder/001"].value == after["decoder/001"].value).all()


def test_automatic_names_of_other_models_do_not_matter() -> None:
    state = read_state(Rich(example_networks()))
    for _ in range(3):
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(2)])
    write_state(Rich(example_networks()), state)


def test_a_variable_under_two_owners_is_an_assertion() -> None:
    trainer = Rich(example_networks())
    trainer.again = trainer.threshold
    with pytest.raises(AssertionError, match="threshold is both"):
        variables_of(trainer)


def test_what_does_not_fit_is_named_and_changes_nothing() -> None:
    trainer = Rich(example_networks())
    good = read_state(trainer)
    missing = {key: tensor for key, tensor in good.items() if key != "latent/001"}
    with pytest.raises(CheckpointError, match=r"the checkpoint lacks latent/001"):
        write_state(trainer, missing)
    with pytest.raises(CheckpointError, match=r"no place for odd/000"):
        write_state(trainer, good | {"odd/000": good["latent/001"]})
    wrong = good | {"latent/001": Tensor("bias", np.ones(9, "float32"))}
    with pytest.raises(CheckpointError, match=r"latent/001 is bias \(9,\) float32 there, .*\(3,\) float32 here"):
        write_state(
            trainer,
            {key: Tensor(t.path, t.value + 1) if key != "latent/001" else wrong[key] for key, t in good.items()},
        )
    assert (read_state(trainer)["encoder/000"].value == good["encoder/000"].value).all()


def test_a_file_gives_back_what_it_was_given(tmp_path: Path) -> None:
    trainer = Rich(example_networks())
    given_state = Checkpoint(read_state(trainer), {"step": 7, "sums": {"loss": 0.1 + 0.2}}, {"seconds": 1.5})
    digest = write_checkpoint(tmp_path / "c.h5", given_state)
    found = read_checkpoint(tmp_path / "c.h5")
    assert found.digest == digest == given_state.digest
    assert found.progress == given_state.progress and found.about == given_state.about
    assert list(tmp_path.iterdir()) == [tmp_path / "c.h5"]


def test_the_digest_sees_every_bit() -> None:
    assert checkpoint(1.0).digest != checkpoint(np.nextafter(np.float32(1), np.float32(2))).digest


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("damaged") / "c.h5"
    write_checkpoint(path, checkpoint())
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans(), "truncate"):
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
    try:
        found = read_checkpoint(path)
    except CheckpointError:
        return
    assert found.digest == checkpoint().digest


def test_the_last_ones_and_the_best_are_kept(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "checkpoints", keep=2)
    for step in (1, 2, 3, 1000000):
        folder.write(step, checkpoint())
        folder.write_best(0, step, checkpoint())
    names = sorted(path.name for path in folder.path.iterdir())
    assert names == ["best-00-1000000.h5", "step-000003.h5", "step-1000000.h5"]


def test_a_damaged_newest_file_gives_way_to_the_one_before(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, keep=3)
    folder.write(1, checkpoint(1.0))
    newest, _ = folder.write(2, checkpoint(2.0))
    newest.write_bytes(newest.read_bytes()[:-100])
    found = folder.last_good()
    assert found and found[0].name == "step-000001.h5" and "step-000002.h5" in found[2][0]
    (tmp_path / "step-000001.h5").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="no checkpoint is whole"):
        folder.last_good()
