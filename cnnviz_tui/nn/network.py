"""A network: named stages of layers on one weight vector, every intermediate kept in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz_tui.nn.layer import Array, Bound, Layer, Shape
from cnnviz_tui.nn.loss import softmax

MICRO_BATCH = 16
"""Samples that go through the layers together: few enough for all buffers to stay in the cache."""


@dataclass(frozen=True)
class InputScale:
    """How pixels 0..1 become the network's input.

    Attributes:
        low: input for black paper.
        high: input for full ink.
        border: cells of paper added on each side.
    """

    low: float = 0.0
    high: float = 1.0
    border: int = 0


@dataclass(frozen=True)
class StageInfo:
    """What a table of the network says about one stage.

    Attributes:
        name: the stage, as in the paper's figure: c1, s2, ...
        kinds: the kinds of its layers, in order.
        output_shape: one sample's output.
        parameters: trainable numbers.
        connections: connections, biases included, as LeCun et al. (1998) count them.
    """

    name: str
    kinds: tuple[str, ...]
    output_shape: Shape
    parameters: int
    connections: int


class Network:
    """A chain of stages, each a few layers under one name.

    All trainable parameters lie in `vector`, one after another, and the layers' arrays are views
    of it: an optimiser updates one array, and a snapshot of the network is one copy.

    A network keeps its buffers, so one thread at a time may use it; `copy()` gives another thread
    its own.

    Args:
        name: the model's name, such as `lenet5`.
        image_shape: one image's `(channels, height, width)`, before any border.
        stages: layers by stage name, in order; at most one layer of a stage has parameters.
        scale: how pixels become input.
        logit_scale: the probabilities are softmax(logit_scale × output). It is negative where the
            output is a distance.

    Attributes:
        vector: every trainable parameter, `(parameter_count,)` float32.

    Raises:
        ValueError: the layers do not fit together.
    """

    def __init__(
        self,
        name: str,
        image_shape: tuple[int, int, int],
        stages: Mapping[str, Sequence[Layer]],
        *,
        scale: InputScale | None = None,
        logit_scale: float = 1.0,
    ) -> None:
        self.name, self.image_shape = name, image_shape
        self.stages = {stage: tuple(layers) for stage, layers in stages.items()}
        self.scale, self.logit_scale = scale or InputScale(), logit_scale
        channels, height, width = image_shape
        border = 2 * self.scale.border
        self.input_shape = (channels, height + border, width + border)
        self.output_shape = self._check()[-1].output_shape
        self.vector = np.concatenate(
            [array.ravel() for _, array in self.named_parameters()] or [np.empty(0, np.float32)]
        ).astype(np.float32)
        for layer, views in zip(self.layers(), self.views(self.vector), strict=True):
            layer.parameters.update(views)
        self._workspaces: dict[int, Workspace] = {}

    def layers(self) -> Iterator[Layer]:
        """Go through all layers from the input to the output."""
        for layers in self.stages.values():
            yield from layers

    def summary(self) -> list[StageInfo]:
        """Describe every stage: shapes, parameters and connections, all counted, none typed in."""
        return self._check()

    def named_parameters(self) -> Iterator[tuple[str, Array]]:
        """Go through `("c1.weight", array)` and so on, in the order of `vector`."""
        for stage, layers in self.stages.items():
            for layer in layers:
                for name, array in layer.parameters.items():
                    yield f"{stage}.{name}", array

    def parameters(self) -> list[Array]:
        """Return the trainable arrays, views of `vector`, from the input to the output."""
        return [array for _, array in self.named_parameters()]

    @property
    def parameter_count(self) -> int:
        """How many numbers training can change."""
        return self.vector.size

    def initialise(self, seed: int) -> None:
        """Draw fresh parameters; equal seeds give equal networks."""
        rng = np.random.default_rng(seed)
        for layer in self.layers():
            layer.initialise(rng)

    def copy(self) -> Network:
        """Return an independent network with the same parameters."""
        return self.replace_layers(lambda _, layer: layer)

    def replace_layers(self, replace: Callable[[str, Layer], Layer]) -> Network:
        """Return an independent network in which `replace(stage, layer)` stands for each layer.

        Where parameters have the same name and shape as here, they keep their values; so one can
        see what another activation or pooling does to a trained network.
        """
        stages = {
            stage: [deepcopy(replace(stage, layer)) for layer in layers]
            for stage, layers in self.stages.items()
        }
        return Network(
            self.name, self.image_shape, stages, scale=self.scale, logit_scale=self.logit_scale
        )

    def views(self, vector: Array) -> list[dict[str, Array]]:
        """Cut a vector of `parameter_count` numbers into views, one dict per layer."""
        views, start = [], 0
        for layer in self.layers():
            cut = {}
            for name, array in layer.parameters.items():
                cut[name] = vector[start : start + array.size].reshape(array.shape)
                start += array.size
            views.append(cut)
        return views

    def workspace(self, batch: int) -> Workspace:
        """Return the kept buffers for `batch` samples at a time."""
        if batch not in self._workspaces:
            self._workspaces[batch] = Workspace(self, batch)
        return self._workspaces[batch]

    def outputs(self, images: ArrayLike) -> Array:
        """Return the last stage's output `(N, classes)`; see `as_images` for what goes in."""
        pixels = as_images(images, self.image_shape)
        out = np.empty((len(pixels), prod(self.output_shape)), np.float32)
        for start, part in _micro_batches(pixels):
            space = self.workspace(1 if len(part) == 1 else MICRO_BATCH)
            out[start : start + len(part)] = space.forward(part)[:, : len(part)].T
        return out

    def predict_proba(self, images: ArrayLike) -> Array:
        """Return class probabilities `(N, classes)`.

        Args:
            images: `(N, height, width)` or one `(height, width)`, white ink on black paper, uint8
                0..255 or float 0..1.

        Raises:
            ValueError: the images have another size, or values outside their range.
        """
        return softmax(self.outputs(images).T * np.float32(self.logit_scale)).T

    def predict(self, images: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest class of each image, `(N,)`."""
        best: NDArray[np.int64] = (self.outputs(images) * self.logit_scale).argmax(axis=1)
        return best

    def activations(self, image: ArrayLike) -> dict[str, Array]:
        """Return every stage's output by name, from `input` to `probabilities`.

        Args:
            image: one image or several, as for `predict_proba`.

        Returns:
            NCHW arrays, `(N, channels, height, width)` or `(N, units)`, that are yours to keep.
        """
        return self._collect(image, lambda space: space.stage_outputs)

    def intermediates(self, image: ArrayLike) -> dict[str, Array]:
        """Return every layer's output, named `c1.Conv2d`, `c1.ReLU` and so on.

        What `activations` shows per stage, this shows before and after the activation function.
        """
        return self._collect(image, lambda space: space.layer_outputs)

    def _collect(
        self, image: ArrayLike, choose: Callable[[Workspace], dict[str, Array]]
    ) -> dict[str, Array]:
        found: dict[str, list[Array]] = {}
        for _, part in _micro_batches(as_images(image, self.image_shape)):
            space = self.workspace(1 if len(part) == 1 else MICRO_BATCH)
            logits = space.forward(part) * np.float32(self.logit_scale)
            buffers = {"input": space.input} | choose(space) | {"probabilities": softmax(logits)}
            for name, buffer in buffers.items():
                found.setdefault(name, []).append(np.moveaxis(buffer, -1, 0)[: len(part)].copy())
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def _check(self) -> list[StageInfo]:
        shape: Shape = self.input_shape
        infos = []
        for stage, layers in self.stages.items():
            if sum(bool(layer.parameters) for layer in layers) > 1:
                raise ValueError(f"stage {stage} has more than one layer with parameters")
            connections = 0
            for layer in layers:
                try:
                    shape, connections = (
                        layer.output_shape(shape),
                        connections + layer.connections(shape),
                    )
                except ValueError as problem:
                    raise ValueError(f"stage {stage}: {problem}") from None
            kinds = tuple(layer.kind for layer in layers)
            parameters = sum(layer.parameter_count for layer in layers)
            infos.append(StageInfo(stage, kinds, shape, parameters, connections))
        if not infos:
            raise ValueError("a network needs at least one stage")
        return infos


class Workspace:
    """A network bound to the buffers for one batch size.

    Args:
        network: whose layers and parameters to use.
        batch: samples at a time, N.

    Attributes:
        input: `(channels, height, width, N)`, pixels after `InputScale`.
        gradient: sum of the gradients of all `backward` calls since it was last filled with 0,
            laid out like `Network.vector`.
        stage_outputs: the buffers after each stage, batch last.
        layer_outputs: the buffers after each layer, batch last.
    """

    def __init__(self, network: Network, batch: int) -> None:
        self.batch, self.scale = batch, network.scale
        self.input = np.full((*network.input_shape, batch), self.scale.low, np.float32)
        self._scaled = (self.scale.low, self.scale.high) != (0, 1)
        edge = self.scale.border
        _, height, width = network.image_shape
        self._paper = self.input[:, edge : edge + height, edge : edge + width]
        self.gradient = np.zeros_like(network.vector)
        self.stage_outputs: dict[str, Array] = {}
        self.layer_outputs: dict[str, Array] = {}
        self._bounds: list[Bound] = []
        gradients = iter(network.views(self.gradient))
        x, trained_below = self.input, False
        for stage, layers in network.stages.items():
            for layer in layers:
                bound = layer.bind(x, next(gradients), input_gradient=trained_below)
                trained_below = trained_below or bool(layer.parameters)
                self._bounds.append(bound)
                x = bound.y
                self.layer_outputs[f"{stage}.{layer.kind}"] = x
            self.stage_outputs[stage] = x

    def forward(self, pixels: Array, rng: np.random.Generator | None = None) -> Array:
        """Run the network.

        Args:
            pixels: `(n, channels, height, width)` in 0..1 with n <= N; the remaining places are
                left blank.
            rng: given while training; dropout draws from it.

        Returns:
            The last stage's output buffer, `(classes, N)`. It is overwritten by the next call.
        """
        count, paper = len(pixels), self._paper
        if count < self.batch:
            paper[..., count:] = 0
            paper = paper[..., :count]
        np.copyto(paper, pixels.transpose(1, 2, 3, 0))
        if self._scaled:
            np.multiply(self._paper, self.scale.high - self.scale.low, out=self._paper)
            np.add(self._paper, self.scale.low, out=self._paper)
        for bound in self._bounds:
            bound.forward(rng)
        return self._bounds[-1].y

    def backward(self, gradient: Array) -> None:
        """Go back through the layers after a `forward`, adding to `gradient`.

        Args:
            gradient: of the loss at the last stage's output, `(classes, N)`. May be overwritten.
        """
        for bound in reversed(self._bounds):
            gradient = bound.backward(gradient)
            if not gradient.size:
                return


def as_images(images: ArrayLike, image_shape: tuple[int, int, int]) -> Array:
    """Return images as `(N, channels, height, width)` float32 in 0..1.

    Args:
        images: one image or a batch, with or without the channel axis when there is one channel;
            integers are taken as 0..255, floats and booleans as 0..1.
        image_shape: what the network expects, `(channels, height, width)`.

    Raises:
        ValueError: another shape, no numbers, or values outside the range.
    """
    array = np.asarray(images)
    channels, height, width = image_shape
    if array.dtype.kind not in "buif":
        raise ValueError(f"images must be numbers, but their type is {array.dtype}")
    expected = f"(N, {height}, {width})" if channels == 1 else f"(N, {channels}, {height}, {width})"
    if array.shape[-2:] != (height, width) or array.ndim > 4:
        raise ValueError(f"images must have shape {expected}, but have {array.shape}")
    if array.ndim < 4 and channels == 1:
        array = array.reshape(-1, 1, height, width)
    elif array.ndim == 3 and channels > 1:
        array = array[None]
    if array.ndim != 4 or array.shape[1] != channels:
        raise ValueError(f"images must have shape {expected}, but have {np.shape(images)}")
    top = 255 if array.dtype.kind in "ui" else 1
    if array.dtype != np.uint8 and array.dtype.kind != "b" and array.size:
        low, high = array.min(), array.max()
        if not (low >= 0 and high <= top):
            raise ValueError(
                f"pixel values must lie in 0..{top} for type {array.dtype}, "
                f"but range from {low:g} to {high:g}"
            )
    return array.astype(np.float32) / np.float32(top)


def _micro_batches(pixels: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(pixels), MICRO_BATCH):
        yield start, pixels[start : start + MICRO_BATCH]
