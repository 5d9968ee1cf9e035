"""Pooling: each window of a map shrinks to its largest value, its mean, or a trained multiple."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnnviz_tui.nn.layer import Array, Bound, Layer, Shape, spatial


class _Pool2d(Layer):
    """What the pooling layers share: square windows without padding."""

    def __init__(self, size: int = 2, stride: int | None = None) -> None:
        super().__init__()
        self.size, self.stride = size, size if stride is None else stride
        if min(self.size, self.stride) < 1:
            raise ValueError(f"{self.kind} got size={size}, stride={stride}; both must be >= 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(channels, height, width)`; rows and columns left over are not visited."""
        channels, height, width = spatial(self.kind, input_shape)
        if min(height, width) < self.size:
            raise ValueError(f"a {self.size}x{self.size} window does not fit into {height}x{width}")
        return (
            channels,
            (height - self.size) // self.stride + 1,
            (width - self.size) // self.stride + 1,
        )


class MaxPool2d(_Pool2d):
    """The largest value of each window; the gradient goes to the first cell that holds it.

    Args:
        size: side of the window.
        stride: distance of windows; the window's side if not given.
    """

    kind = "MaxPool2d"

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(channels, height, width, batch)`."""
        return _BoundMaxPool2d(self, x)


class AvgPool2d(_Pool2d):
    """The mean of each window; the gradient is shared out evenly.

    Args:
        size: side of the window.
        stride: distance of windows; the window's side if not given.
    """

    kind = "AvgPool2d"

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(channels, height, width, batch)`."""
        return _BoundAvgPool2d(self, x)


class Subsampling(_Pool2d):
    """LeNet's trainable pooling: a coefficient and a bias per map, y = w·Σ window + b.

    LeCun et al. (1998), section II.B; the squashing function follows as a layer of its own.

    Args:
        channels: maps below and above.
        size: side of the window.
        stride: distance of windows; the window's side if not given.
    """

    kind = "Subsampling"

    def __init__(self, channels: int, size: int = 2, stride: int | None = None) -> None:
        super().__init__(size, stride)
        self.channels = channels
        self.parameters["weight"] = np.zeros(channels, np.float32)
        self.parameters["bias"] = np.zeros(channels, np.float32)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(channels, height, width)`."""
        shape = super().output_shape(input_shape)
        if shape[0] != self.channels:
            raise ValueError(f"Subsampling expects {self.channels} channels, but gets {shape[0]}")
        return shape

    def connections(self, input_shape: Shape) -> int:
        """Count the window and the bias for every output cell, though the weight is shared."""
        channels, height, width = self.output_shape(input_shape)
        return channels * height * width * (self.size**2 + 1)

    def initialise(self, rng: np.random.Generator) -> None:
        """Start as the window's mean."""
        self.parameters["weight"][...] = 1 / self.size**2
        self.parameters["bias"][...] = 0

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(channels, height, width, batch)`."""
        return _BoundSubsampling(self, x, gradients)


class _BoundPool2d(Bound):
    def __init__(self, layer: _Pool2d, x: Array) -> None:
        C, H, W, N = x.shape
        _, height, width = layer.output_shape((C, H, W))
        F, S = layer.size, layer.stride
        self.layer, self.x = layer, x
        self.y = np.empty((C, height, width, N), x.dtype)
        self.dx = np.zeros(x.shape, x.dtype)
        corners = [(i, j) for i in range(F) for j in range(F)]
        # One strided view per window position: cell (i, j) of every window at once.
        self.cells = [x[:, i : i + S * height : S, j : j + S * width : S] for i, j in corners]
        self.dcells = [
            self.dx[:, i : i + S * height : S, j : j + S * width : S] for i, j in corners
        ]
        self.overlapping = S < F
        # Windows are reduced down the columns first, in long runs, and then along the rows.
        self.tall = np.empty((C, height, W, N), x.dtype)
        self.rows = [x[:, i : i + S * height : S] for i in range(F)]
        self.columns = [self.tall[:, :, j : j + S * width : S] for j in range(F)]

    def _reduce(self, operation: np.ufunc) -> None:
        """Put each window's cells together with `operation`, into `y`."""
        for parts, out in ((self.rows, self.tall), (self.columns, self.y)):
            first, *others = parts
            if not others:
                np.copyto(out, first)
            for part in others:
                operation(first, part, out=out)
                first = out

    def _share_out(self, gradient: Array) -> Array:
        if self.overlapping:
            self.dx.fill(0)
        for dcell in self.dcells:
            if self.overlapping:
                np.add(dcell, gradient, out=dcell)
            else:
                np.copyto(dcell, gradient)
        return self.dx


class _BoundMaxPool2d(_BoundPool2d):
    def __init__(self, layer: MaxPool2d, x: Array) -> None:
        super().__init__(layer, x)
        self.winner = np.empty(self.y.shape, np.bool_)
        self.taken = np.empty(self.y.shape, np.bool_)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        self._reduce(np.maximum)

    def backward(self, dy: Array) -> Array:
        """Hand each gradient to the window's first largest cell, as PyTorch does."""
        self.taken.fill(False)
        if self.overlapping:
            self.dx.fill(0)
        for cell, dcell in zip(self.cells, self.dcells, strict=True):
            np.equal(cell, self.y, out=self.winner)
            np.greater(self.winner, self.taken, out=self.winner)
            np.logical_or(self.taken, self.winner, out=self.taken)
            if self.overlapping:
                np.add(dcell, dy * self.winner, out=dcell)
            else:
                np.multiply(dy, self.winner, out=dcell)
        return self.dx


class _BoundAvgPool2d(_BoundPool2d):
    def forward(self, rng: np.random.Generator | None = None) -> None:
        self._reduce(np.add)
        np.multiply(self.y, 1 / self.layer.size**2, out=self.y)

    def backward(self, dy: Array) -> Array:
        """Give each of the window's n cells dy / n."""
        return self._share_out(np.multiply(dy, 1 / self.layer.size**2, out=dy))


class _BoundSubsampling(_BoundPool2d):
    def __init__(self, layer: Subsampling, x: Array, gradients: Mapping[str, Array]) -> None:
        super().__init__(layer, x)
        self.gradients = gradients
        self.sums = np.empty_like(self.y)

    def forward(self, rng: np.random.Generator | None = None) -> None:
        self._reduce(np.add)
        np.copyto(self.sums, self.y)
        weight, bias = self.layer.parameters["weight"], self.layer.parameters["bias"]
        np.multiply(self.y, weight[:, None, None, None], out=self.y)
        np.add(self.y, bias[:, None, None, None], out=self.y)

    def backward(self, dy: Array) -> Array:
        """With y = w·s + b for a window's sum s: dw = Σ dy·s, db = Σ dy, each cell w·dy."""
        maps = len(dy)
        rows = dy.reshape(maps, -1)
        self.gradients["weight"] += np.einsum("kn,kn->k", rows, self.sums.reshape(maps, -1))
        self.gradients["bias"] += rows.sum(axis=1)
        weight = self.layer.parameters["weight"][:, None, None, None]
        return self._share_out(np.multiply(dy, weight, out=dy))
