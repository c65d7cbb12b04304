"""Files of samples, interpolations and traversals, and the codes that they are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import aekit
from aekit.errors import InputError
from aekit.training.generating import interpolation_file, sample_file, traversal_file
from aekit.training.sampling import along, between


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain autoencoder of digits with codes of four numbers, hardly trained."""
    folder = tmp_path_factory.mktemp("generating")
    recipe = folder / "plain.yaml"
    recipe.write_text(
        "data: {type: digits}\nencoder: {type: mlp, units: []}\nlatent: {type: plain, size: 4}\n"
        "decoder: {type: mlp, units: []}\ntrainer: {type: autoencoder}\nlosses: {mse: {}}\nsteps: 20\n"
    )
    return aekit.train(recipe, runs=folder).path


def test_a_circle_keeps_the_length_of_its_ends_and_a_line_does_not() -> None:
    a, b = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    circle, line = between(a, b, 5, spherical=True), between(a, b, 5, spherical=False)
    assert np.allclose(np.linalg.norm(circle, axis=1), 2) and np.allclose(circle[2], np.sqrt([2, 2]))
    assert np.allclose(line[:, 0], [2, 1.5, 1, 0.5, 0])
    assert np.allclose(between(a, a, 3, spherical=True), a), "no angle between equal ends"


def test_a_traversal_changes_one_number() -> None:
    codes = along(np.ones((2, 2), "float32"), 3, np.array([-1.0, 5.0]))
    assert codes.tolist() == [[[1, 1], [1, -1]], [[1, 1], [1, 5]]]
    with pytest.raises(InputError, match="there is no dimension 4: the code's 4 numbers are 0 to 3"):
        along(np.ones((2, 2)), 4, np.zeros(1))


def test_samples_as_a_grid_as_arrays_and_one_by_one(run: Path, tmp_path: Path) -> None:
    assert sample_file(run, 10, tmp_path / "new" / "grid.png", columns=4) == [tmp_path / "new" / "grid.png"]
    with Image.open(tmp_path / "new" / "grid.png") as grid:
        assert grid.size == (4 * 57 - 1, 3 * 57 - 1)
    sample_file(run, 10, tmp_path / "s.npy", seed=2)
    assert np.array_equal(np.load(tmp_path / "s.npy"), aekit.open_run(run).sample(10, seed=2))
    names = [path.name for path in sample_file(run, 11, tmp_path / "each")]
    assert names[0] == "sample-00.png" and len(names) == 11
    with pytest.raises(InputError, match=r"NAME.png, NAME.npy or into a folder"):
        sample_file(run, 1, tmp_path / "s.jpg")


def test_rows_between_samples_or_two_pictures(run: Path, tmp_path: Path) -> None:
    ends = sample_file(run, 2, tmp_path / "ends")
    interpolation_file(run, tmp_path / "one.png", ends, steps=5)
    interpolation_file(run, tmp_path / "many.png", n=3, steps=5)
    sizes = [Image.open(tmp_path / name).size for name in ("one.png", "many.png")]
    assert sizes == [(5 * 57 - 1, 56), (5 * 57 - 1, 3 * 57 - 1)]
    with pytest.raises(InputError, match="between two pictures, received 1"):
        interpolation_file(run, tmp_path / "one.png", ends[:1])


def test_a_row_for_each_number(run: Path, tmp_path: Path) -> None:
    traversal_file(run, tmp_path / "all.png", steps=3)
    traversal_file(run, tmp_path / "two.png", [1, 3], steps=3, picture=sample_file(run, 1, tmp_path / "p.png")[0])
    assert [Image.open(tmp_path / n).size[1] for n in ("all.png", "two.png")] == [4 * 57 - 1, 2 * 57 - 1]
    with pytest.raises(InputError, match="there is no dimension 9"):
        traversal_file(run, tmp_path / "all.png", [9])
