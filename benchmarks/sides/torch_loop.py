"""PyTorch: the loop that its users write, plain and through torch.compile."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from benchmarks.nets import BATCH, EPSILON, LOSS_STEPS, NETS, RATE, Net, examples, kernels, order
from benchmarks.sides.serving import serve

SECONDS = 2.0


class SameConv(nn.Conv2d):
    """Stride-2 convolution padded as Keras' "same" pads it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(nn.functional.pad(x, (0, 1, 0, 1)) if self.stride == (2, 2) else x)


class SameTransposed(nn.ConvTranspose2d):
    """Stride-2 transposed convolution cropped as Keras' "same" crops it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x)[:, :, : 2 * x.shape[2], : 2 * x.shape[3]]


def build(net: Net) -> nn.Sequential:
    parts: list[nn.Module] = []
    for i, o in itertools.pairwise([net.shape[2], *net.filters]):
        parts += [SameConv(i, o, 3, 2), nn.ReLU()]
    parts.append(nn.Flatten())
    sizes = net.dense_sizes()
    code_layer = len(net.encoder)
    for position, (i, o) in enumerate(sizes):
        parts.append(nn.Linear(i, o))
        last = position == len(sizes) - 1
        if position != code_layer and (not last or net.filters):
            parts.append(nn.ReLU())
    if net.filters:
        height, width, channels = net.small_shape
        parts.append(nn.Unflatten(1, (channels, height, width)))
        for i, o in itertools.pairwise([channels, *net.filters[::-1]]):
            parts += [SameTransposed(i, o, 3, 2), nn.ReLU()]
        parts.append(nn.Conv2d(net.filters[0], net.shape[2], 3, padding=1))
    parts.append(nn.Sigmoid())
    if not net.filters:
        parts.append(nn.Unflatten(1, (net.shape[2], *net.shape[:2])))
    model = nn.Sequential(*parts)
    load(model, net)
    return model


def load(model: nn.Sequential, net: Net) -> None:
    """The common kernels in PyTorch's layout: channels first, which also reorders what is flattened."""
    layers = [m for m in model if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))]
    with torch.no_grad():
        for layer, kernel in zip(layers, kernels(net), strict=True):
            if isinstance(layer, nn.Linear):
                kernel = kernel.T
                if net.filters:
                    h, w, c = net.small_shape
                    to_first = np.arange(h * w * c).reshape(h, w, c).transpose(2, 0, 1).ravel()
                    kernel = kernel[:, to_first] if layer.in_features == h * w * c else kernel[to_first]
            else:
                kernel = kernel.transpose(3, 2, 0, 1)
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(kernel)))
            layer.bias.zero_()


def stepper(net: Net, compiled: bool) -> Callable[[torch.Tensor], torch.Tensor]:
    model = build(net)
    optimizer = torch.optim.Adam(model.parameters(), RATE, eps=EPSILON)

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        return nn.functional.mse_loss(model(batch), batch)

    loss_function = torch.compile(loss_of) if compiled else loss_of

    def step(batch: torch.Tensor) -> torch.Tensor:
        optimizer.zero_grad()
        loss = loss_function(batch)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def main(name: str) -> None:
    net = NETS[name]
    x = torch.from_numpy(np.ascontiguousarray(examples(net).transpose(0, 3, 1, 2)))

    def first_losses() -> list[float]:
        step = stepper(net, False)
        chosen = torch.from_numpy(order(net))
        return [float(step(x[chosen[i * BATCH : (i + 1) * BATCH]])) for i in range(LOSS_STEPS)]

    def loop(compiled: bool) -> Callable[[], int]:
        step = stepper(net, compiled)

        def train() -> int:
            seen, until = 0, time.perf_counter() + SECONDS
            while time.perf_counter() < until:
                for chosen in torch.randperm(len(x)).split(BATCH):
                    step(x[chosen])
                    seen += len(chosen)
                    if time.perf_counter() >= until:
                        break
            return seen

        return train

    serve(first_losses, {"PyTorch loop": loop(False), "PyTorch loop, compiled": loop(True)})


if __name__ == "__main__":
    main(sys.argv[1])
