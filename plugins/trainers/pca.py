"""Principal component analysis as a start: what a linear path can do, before anything else is trained."""

import aekit
import keras
import numpy as np
from keras import layers, ops

from .._dense import flat
from ._stack import errors, flattened

#: The least variance of a component, as a share of the largest: fewer examples than numbers leave some without any.
LEAST_VARIANCE = 1e-9


@aekit.trainer("pca")
class PrincipalComponents(aekit.Trainer):
    """Make the linear path through the networks a principal component analysis of the training data.

    ```
    x ─┬─ layers ─┬─ code ─ z ─┬─ layers ─┬─ values ─ x_hat
       └──────────┘            └──────────┘
    ```

    The steps sum up mean and covariance, one epoch for each example once. At the end the code's kernel gets, for x, the
    components, each divided by the standard deviation along it, and the kernel of the decoder's last layer, for z,
    their inverse; for what the other layers give both get 0. The networks are PCA then, with codes of mean 0 and
    variance 1, and an `autoencoder` stage that follows can only get better. Needs `shortcut: true` in encoder and
    decoder `mlp`, or no layers in them, and a linear code and output. Losses of the recipe play no part: `loss` is
    a squared error, summed over an example's values: in training of the mean of the examples so far, in validation of
    the networks, which stay as they are until the end.

    Raises:
        ValueError: networks without a linear path, or not linear at its ends.

    Source: Baldi and Hornik, Neural networks and principal component analysis, 1989: the linear autoencoder's best.
    """

    def __init__(self, networks, losses):
        super().__init__(networks, losses)
        self._size = int(np.prod(networks.encoder.input_shape[1:]))
        self._code, self._values = ends(networks)
        self.count = keras.Variable(0.0, dtype="float64", trainable=False)
        self.total = keras.Variable(np.zeros(self._size), dtype="float64", trainable=False)
        self.products = keras.Variable(np.zeros((self._size, self._size)), dtype="float64", trainable=False)

    def train_step(self, batch):
        x = flattened(batch["x"])
        self.count.assign_add(ops.cast(ops.shape(x)[0], "float64"))
        self.total.assign_add(ops.cast(ops.sum(x, axis=0), "float64"))
        self.products.assign_add(ops.cast(ops.matmul(ops.transpose(x), x), "float64"))
        return {"loss": self.mean(errors(x, ops.cast(self.total / self.count, "float32")))}

    def test_step(self, batch):
        x_hat = self.networks.decode(self.networks.encode(batch["x"])["z"])["x_hat"]
        return {"loss": self.mean(errors(flattened(batch["x"]), flattened(x_hat)))}

    def end_phase(self):
        count = float(self.count)
        if count == 0:
            return
        mean = np.asarray(self.total) / count
        variances, components = np.linalg.eigh(np.asarray(self.products) / count - np.outer(mean, mean))
        chosen = components[:, ::-1][:, : self._code.units]  # value, component; the largest first
        spread = np.sqrt(np.maximum(variances, LEAST_VARIANCE * variances[-1])[::-1][: self._code.units])
        # A code of more numbers than an example has keeps zeros.
        missing = ((0, 0), (0, self._code.units - len(spread)))
        inward, outward = (np.pad(each, missing) for each in (chosen / spread, chosen * spread))
        put(self._code, inward, -mean @ inward)
        put(self._values, outward.T, mean)

    def preview(self, probes):
        x = probes["x"]
        return {"reconstruction": [x, self.networks.decode(self.networks.encode(x)["z"])["x_hat"]]}


def ends(networks):
    """The dense layers at the ends of the linear path: the code, and the decoder's last.

    Raises:
        ValueError: there is none, or it is not linear.
    """
    found = [
        [layer for layer in flat(networks[role]) if isinstance(layer, layers.Dense)] for role in ("latent", "decoder")
    ]
    if not all(found) or len(found[0]) != 1:
        raise ValueError("pca needs a latent of one dense layer, and a decoder that ends in one")
    code, values = found[0][0], found[1][-1]
    if networks.output != "linear" or any(
        keras.activations.serialize(e.activation) != "linear" for e in (code, values)
    ):
        raise ValueError("pca needs a linear code and a linear output; `output: linear` sets the latter")
    x, z = (keras.random.normal((2, *networks[role].input_shape[1:])) for role in ("encoder", "decoder"))
    given = networks.encoder(x)
    if not np.array_equal(np.asarray(given)[:, -int(np.prod(x.shape[1:])) :], np.asarray(flattened(x))):
        raise ValueError("pca needs a linear path: the encoder's features do not end in x; `shortcut: true` adds it")
    before = keras.Model(networks.decoder.input, values.input)(z)
    if not np.array_equal(np.asarray(before)[:, -code.units :], np.asarray(flattened(z))):
        raise ValueError("pca needs a linear path: the decoder's last layer does not see z; `shortcut: true` adds it")
    return code, values


def put(layer, kernel, bias):
    """Give a dense layer this kernel (inputs, units) for the last of its inputs, 0 for the others, and this bias."""
    whole = np.zeros(layer.kernel.shape)
    whole[-len(kernel) :] = kernel
    layer.kernel.assign(whole)
    layer.bias.assign(bias)
