"""Models and data small enough to know every figure by heart."""

from dataclasses import dataclass

import numpy as np
import pytest

import aekit


@dataclass
class Model:
    """What metrics are given, around a function of arrays."""

    data: aekit.Data
    function: object
    code_size: int = 2

    def reconstruct(self, x):
        return self.function(x)


@pytest.fixture
def model_of():
    """`model_of(x, function)`: a model whose test split is `x`."""

    def made(x, function=lambda x: x, code_size=2, train=None, validation=None, **about):
        x = np.asarray(x)
        train, validation = (x if part is None else part for part in (train, validation))
        data = aekit.Data(aekit.Split(train), aekit.Split(validation), aekit.Split(x), **about)
        return Model(data, function, code_size)

    return made


@dataclass
class Sampler:
    """A model whose samples are known."""

    data: aekit.Data
    samples: np.ndarray
    drawn: int = 0

    def sample(self, n, seed=0):
        self.drawn += 1
        return self.samples[np.arange(n) % len(self.samples)]


@pytest.fixture
def sampling():
    """`sampling(data, samples)`: a model that gives these samples in turn."""
    return Sampler
