"""Dense layers: a model's own, and ones that use another layer's kernel, transposed."""

from keras import layers, ops


class TransposedDense(layers.Layer):
    """x @ source.kernel.T + bias; the kernel stays the source's, only the bias is its own.

    `untied()` gives the plain Dense layer, and `untied_weights()` its weights, that a saved model holds instead.

    Shapes: (batch, source.units) -> (batch, source's input size).
    """

    def __init__(self, source, use_bias=True, **options):
        super().__init__(**options)
        # Behind a function: an attribute would be tracked, and the kernel would stand in the state twice.
        self._source = lambda: source
        self.units = source.kernel.shape[0]
        self.use_bias = use_bias

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias") if self.use_bias else None

    def call(self, inputs):
        outputs = ops.matmul(inputs, ops.transpose(ops.cast(self._source().kernel, inputs.dtype)))
        return outputs if self.bias is None else outputs + ops.cast(self.bias, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def untied(self):
        return layers.Dense(self.units, use_bias=self.use_bias, name=self.name)

    def untied_weights(self):
        kernel = ops.convert_to_numpy(self._source().kernel).T
        return [kernel, *self.get_weights()]


def flat(model):
    """The layers of a model, and in their place those of the models in it, in order."""
    for layer in model.layers:
        yield from flat(layer) if hasattr(layer, "layers") else [layer]
