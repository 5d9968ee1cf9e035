"""Convolution: every output is the sum of a window times one kernel, plus a bias.

All windows of all samples are laid side by side as the columns of one matrix (im2col), so that
the whole layer is one product, kernels (K, C·F·F) @ windows (C·F·F, H·W·N).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz_tui.nn.layer import Array, Bound, Layer, Shape, he, spatial


class Conv2d(Layer):
    """A convolution (cross-correlation) with square kernels and a bias per map.

    Args:
        channels: maps below, C.
        maps: kernels, K, one output map each.
        size: side of a kernel, F.
        stride: S.
        padding: zeros on each side, P.
        table: which maps below each map sees, one sequence of channel numbers per map; None for
            all. LeNet's C3 is the famous case (LeCun et al. 1998, Table I).

    Raises:
        ValueError: a size is not positive, or the table does not fit channels and maps.
    """

    kind = "Conv2d"

    def __init__(
        self,
        channels: int,
        maps: int,
        size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        table: Sequence[Sequence[int]] | None = None,
    ) -> None:
        super().__init__()
        if min(channels, maps, size, stride) < 1 or padding < 0:
            raise ValueError(
                f"Conv2d got channels={channels}, maps={maps}, size={size}, stride={stride}, "
                f"padding={padding}; all must be at least 1, padding at least 0"
            )
        self.channels, self.maps, self.size = channels, maps, size
        self.stride, self.padding = stride, padding
        self.table = None if table is None else tuple(tuple(row) for row in table)
        if self.table is None:
            self.parameters["weight"] = np.zeros((maps, channels, size, size), np.float32)
        else:
            self._map_of, self._channel_of = _pairs(self.table, channels, maps)
            self.parameters["weight"] = np.zeros((len(self._map_of), size, size), np.float32)
        self.parameters["bias"] = np.zeros(maps, np.float32)

    def kernels(self) -> Array:
        """Return all kernels, `(maps, channels, F, F)`, with zeros where the table has a gap.

        Without a table this is the weight itself, not a copy.
        """
        weight = self.parameters["weight"]
        if self.table is None:
            return weight
        dense = np.zeros((self.maps, self.channels, self.size, self.size), weight.dtype)
        dense[self._map_of, self._channel_of] = weight
        return dense

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return `(maps, height, width)` with sides floor((N + 2P − F) / S) + 1."""
        channels, height, width = spatial(self.kind, input_shape)
        if channels != self.channels:
            raise ValueError(f"Conv2d expects {self.channels} channels, but gets {channels}")
        free = [n + 2 * self.padding - self.size for n in (height, width)]
        if min(free) < 0:
            raise ValueError(
                f"a {self.size}x{self.size} kernel does not fit into {height}x{width} with "
                f"padding {self.padding}"
            )
        return self.maps, free[0] // self.stride + 1, free[1] // self.stride + 1

    def connections(self, input_shape: Shape) -> int:
        """Count the parameters once for every place where the kernels stand."""
        _, height, width = self.output_shape(input_shape)
        return self.parameter_count * height * width

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw He-uniform weights; each map's fan-in counts only the maps that it sees."""
        weight, area = self.parameters["weight"], self.size**2
        if self.table is None:
            weight[...] = he(rng, weight.shape, self.channels * area)
        else:
            seen = np.array([len(self.table[k]) for k in self._map_of])
            for kernel, fan_in in zip(weight, seen * area, strict=True):
                kernel[...] = he(rng, kernel.shape, fan_in)
        self.parameters["bias"][...] = 0

    def bind(self, x: Array, gradients: Mapping[str, Array], *, input_gradient: bool) -> Bound:
        """Bind to an input buffer `(channels, height, width, batch)`."""
        return _BoundConv2d(self, x, gradients, input_gradient)

    def add_kernel_gradient(self, dkernels: Array, dweight: Array) -> None:
        """Add the gradient of `kernels()`, in any shape of its size, to that of the weight."""
        if self.table is None:
            dweight += dkernels.reshape(dweight.shape)
        else:
            shape = (self.maps, self.channels, self.size, self.size)
            dweight += dkernels.reshape(shape)[self._map_of, self._channel_of]


def _pairs(table: Sequence[Sequence[int]], channels: int, maps: int) -> tuple[list[int], list[int]]:
    pairs = [(k, c) for k, row in enumerate(table) for c in row]
    if len(table) != maps or len(set(pairs)) != len(pairs) or not all(table):
        raise ValueError(f"the table needs one list of different channels for each of {maps} maps")
    if not all(0 <= c < channels for _, c in pairs):
        raise ValueError(f"the table names a channel outside 0..{channels - 1}")
    return [k for k, _ in pairs], [c for _, c in pairs]


class _BoundConv2d(Bound):
    def __init__(
        self, layer: Conv2d, x: Array, gradients: Mapping[str, Array], input_gradient: bool
    ) -> None:
        C, H, W, N = x.shape
        K, height, width = layer.output_shape((C, H, W))
        F, S, P = layer.size, layer.stride, layer.padding
        self.layer, self.x, self.gradients = layer, x, gradients
        self.y = np.empty((K, height, width, N), x.dtype)
        self.rows = self.y.reshape(K, -1)
        self.bias = layer.parameters["bias"][:, None]
        self.kernels = layer.kernels().reshape(K, -1)
        self.dkernels = np.empty((K, C * F * F), x.dtype)
        self.padded = np.zeros((C, H + 2 * P, W + 2 * P, N), x.dtype) if P else x
        self.interior = self.padded[:, P : P + H, P : P + W]
        self.dpadded = np.empty(self.padded.shape if input_gradient else 0, x.dtype)
        self.dx = self.dpadded[:, P : P + H, P : P + W] if input_gradient else self.dpadded
        self.shares: list[tuple[Array, Array]] = []
        # Where there is only one window, as in LeNet's C5, the input is its column already.
        self.one_window = self.padded.shape[1:3] == (F, F)
        if self.one_window:
            self.matrix = self.padded.reshape(C * F * F, N)
            self.dmatrix = self.dpadded.reshape(-1, N)
            return
        windows = sliding_window_view(self.padded, (F, F), axis=(1, 2))[:, ::S, ::S]
        self.windows = windows.transpose(0, 4, 5, 1, 2, 3)  # (C, F, F, H', W', N), only a view
        self.columns = np.empty(self.windows.shape, x.dtype)
        self.matrix = self.columns.reshape(C * F * F, -1)
        # Once backward has used the windows, their buffer takes their gradient.
        self.dmatrix = self.matrix
        if input_gradient:
            # For each kernel position: the input cells that it meets, and their columns.
            self.shares = [
                (
                    self.dpadded[:, i : i + S * height : S, j : j + S * width : S],
                    self.columns[:, i, j],
                )
                for i in range(F)
                for j in range(F)
            ]

    def forward(self, rng: np.random.Generator | None = None) -> None:
        if self.padded is not self.x:
            np.copyto(self.interior, self.x)
        if not self.one_window:
            np.copyto(self.columns, self.windows)
        if self.layer.table is not None:
            self.kernels = self.layer.kernels().reshape(self.kernels.shape)
        np.matmul(self.kernels, self.matrix, out=self.rows)
        np.add(self.rows, self.bias, out=self.rows)

    def backward(self, dy: Array) -> Array:
        """Turn the forward's product around.

        y = k·w + b, so dk = dy·wᵀ, db = Σ dy, dw = kᵀ·dy; an input cell lies in several windows
        and collects a share from each (col2im).
        """
        rows = dy.reshape(self.rows.shape)
        np.matmul(rows, self.matrix.T, out=self.dkernels)
        self.layer.add_kernel_gradient(self.dkernels, self.gradients["weight"])
        self.gradients["bias"] += rows.sum(axis=1)
        if self.dx.size:
            np.matmul(self.kernels.T, rows, out=self.dmatrix)
            if self.shares:
                self.dpadded.fill(0)
            for cells, share in self.shares:
                np.add(cells, share, out=cells)
        return self.dx
