"""One or more typical calls of every operation, for what must hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_tui import ops
from tests.ops.gradients import Array, spaced_numbers


@dataclass(frozen=True)
class Case:
    """A call: differentiable arrays in the forward's order, and all other arguments."""

    name: str
    arrays: dict[str, Array | None]
    keywords: dict[str, Any] = field(default_factory=dict)

    @property
    def forward(self) -> Callable[..., Any]:
        """The operation."""
        function: Callable[..., Any] = getattr(ops, self.name)
        return function

    @property
    def backward(self) -> Callable[..., Any]:
        """Its gradient."""
        function: Callable[..., Any] = getattr(ops, f"{self.name}_backward")
        return function

    @property
    def label(self) -> str:
        """What pytest calls the case: the operation and its settings, without arrays."""
        settings = ",".join(
            f"{key}={value}" for key, value in self.keywords.items() if not np.ndim(value)
        )
        return f"{self.name}({settings})"

    def output(self) -> npt.NDArray[Any]:
        """Call the operation."""
        return np.asarray(self.forward(**self.arrays, **self.fresh_keywords()))

    def gradients(self, upstream: npt.ArrayLike) -> list[npt.NDArray[Any] | None]:
        """Call the gradient; always a list, one for each array argument."""
        found = self.backward(upstream, **self.arrays, **self.fresh_keywords())
        return list(found) if isinstance(found, tuple) else [found]

    def fresh_keywords(self) -> dict[str, Any]:
        """Copy array keywords, so that running statistics start anew with each call."""
        return {
            key: value.copy() if isinstance(value, np.ndarray) else value
            for key, value in self.keywords.items()
        }

    def with_narrow_keywords(self) -> Case:
        """Return the same call with float64 arrays among the keywords as float32."""
        narrow = {
            key: value.astype(np.float32)
            if isinstance(value, np.ndarray) and value.dtype == np.float64
            else value
            for key, value in self.keywords.items()
        }
        return replace(self, keywords=narrow)

    def with_arrays(self, change: Callable[[Array], npt.NDArray[Any]]) -> Case:
        """Return the same call with each differentiable array changed."""
        changed: dict[str, Any] = {
            key: None if array is None else change(array) for key, array in self.arrays.items()
        }
        return replace(self, arrays=changed)


def conv_arrays(
    input_shape: tuple[int, ...], weight_shape: tuple[int, ...], outputs: int | None
) -> dict[str, Array | None]:
    return {
        "input": spaced_numbers(input_shape, 1),
        "weight": spaced_numbers(weight_shape, 2),
        "bias": None if outputs is None else spaced_numbers((outputs,), 3),
    }


IMAGES = spaced_numbers((2, 3, 7, 6), 4)
POOLED, PLACES = ops.max_pool2d(IMAGES, 2, return_indices=True)
MAXIMA = POOLED.astype(np.float64)
PROBABILITIES = np.random.default_rng(5).dirichlet(np.ones(4), size=(5,))
CLASS_WEIGHTS = np.array([0.5, 1.0, 2.0, 0.25])
STATISTICS = {"running_mean": np.array([0.1, -0.2, 0.3]), "running_var": np.array([0.5, 1.5, 2.0])}
SCALES = {"weight": np.array([1.5, -0.5, 2.0]), "bias": np.array([0.1, 0.2, -0.3])}

CASES = [
    Case("conv2d", conv_arrays((2, 3, 7, 6), (4, 3, 3, 2), 4)),
    Case("conv2d", conv_arrays((2, 3, 7, 6), (4, 3, 3, 2), None), {"stride": (2, 1), "padding": 1}),
    Case("conv2d", conv_arrays((3, 7, 6), (4, 3, 1, 1), 4), {"stride": 2}),
    Case(
        "conv2d",
        conv_arrays((2, 4, 7, 6), (6, 2, 2, 3), 6),
        {"padding": ((2, 0), (1, 3)), "dilation": (2, 1), "groups": 2},
    ),
    Case("conv2d", conv_arrays((2, 3, 5, 6), (3, 1, 2, 3), 3), {"padding": "same", "groups": 3}),
    Case("conv_transpose2d", conv_arrays((2, 3, 4, 5), (3, 4, 3, 2), 4)),
    Case("conv_transpose2d", conv_arrays((3, 4, 5), (3, 4, 3, 2), None), {"padding": "same"}),
    Case(
        "conv_transpose2d",
        conv_arrays((2, 4, 4, 3), (4, 3, 3, 2), 6),
        {
            "stride": (2, 3),
            "padding": ((1, 0), (2, 1)),
            "output_padding": 1,
            "groups": 2,
            "dilation": (1, 2),
        },
    ),
    Case("linear", conv_arrays((5, 3), (4, 3), 4)),
    Case("linear", conv_arrays((2, 5, 3), (4, 3), None)),
    Case("linear", conv_arrays((3,), (4, 3), 4)),
    Case("max_pool2d", {"input": IMAGES}, {"kernel_size": 2}),
    Case("max_pool2d", {"input": IMAGES[0]}, {"kernel_size": (3, 2), "stride": (2, 1)}),
    Case(
        "max_pool2d",
        {"input": IMAGES},
        {"kernel_size": 3, "padding": ((1, 0), (0, 1)), "dilation": 2, "stride": 2},
    ),
    Case(
        "max_pool2d",
        {"input": IMAGES},
        {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    ),
    Case("max_unpool2d", {"input": MAXIMA}, {"indices": PLACES, "kernel_size": 2}),
    Case(
        "max_unpool2d",
        {"input": MAXIMA},
        {"indices": PLACES, "kernel_size": 2, "output_size": (7, 6)},
    ),
    Case("avg_pool2d", {"input": IMAGES}, {"kernel_size": 2}),
    Case(
        "avg_pool2d",
        {"input": IMAGES},
        {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    ),
    Case(
        "avg_pool2d",
        {"input": IMAGES[0]},
        {"kernel_size": (3, 2), "padding": ((1, 0), (0, 1)), "count_include_pad": False},
    ),
    Case("avg_pool2d", {"input": IMAGES}, {"kernel_size": 2, "divisor_override": 3}),
    Case("adaptive_avg_pool2d", {"input": IMAGES}, {"output_size": (3, 4)}),
    Case("adaptive_avg_pool2d", {"input": IMAGES[0]}, {"output_size": (9, None)}),
    Case("adaptive_max_pool2d", {"input": IMAGES}, {"output_size": (3, 4)}),
    Case("adaptive_max_pool2d", {"input": IMAGES[0]}, {"output_size": 1}),
    Case("relu", {"input": IMAGES}),
    Case("leaky_relu", {"input": IMAGES}, {"negative_slope": 0.2}),
    Case("elu", {"input": IMAGES}, {"alpha": 0.7}),
    Case("gelu", {"input": IMAGES}),
    Case("gelu", {"input": IMAGES}, {"approximate": "tanh"}),
    Case("sigmoid", {"input": IMAGES}),
    Case("tanh", {"input": IMAGES}),
    Case("softplus", {"input": IMAGES}),
    Case("softplus", {"input": IMAGES}, {"beta": 2.0, "threshold": 1.01}),
    Case("softmax", {"input": IMAGES}, {"dim": 1}),
    Case("softmax", {"input": IMAGES[0]}, {"dim": -1}),
    Case("log_softmax", {"input": IMAGES}, {"dim": 1}),
    Case("cross_entropy", {"input": spaced_numbers((5, 4), 6)}, {"target": np.arange(5) % 4}),
    Case(
        "cross_entropy",
        {"input": spaced_numbers((2, 4, 3), 6)},
        {
            "target": np.array([[0, 1, 3], [2, 2, 1]]),
            "weight": CLASS_WEIGHTS,
            "ignore_index": 1,
            "label_smoothing": 0.2,
            "reduction": "none",
        },
    ),
    Case(
        "cross_entropy",
        {"input": spaced_numbers((5, 4), 6)},
        {"target": PROBABILITIES, "weight": CLASS_WEIGHTS, "label_smoothing": 0.1},
    ),
    Case(
        "cross_entropy",
        {"input": spaced_numbers((5, 4), 6)},
        {"target": PROBABILITIES, "reduction": "sum"},
    ),
    Case("local_response_norm", {"input": IMAGES}, {"size": 2, "alpha": 0.5, "k": 0.5}),
    Case("local_response_norm", {"input": IMAGES}, {"size": 5, "alpha": 2.0, "beta": 1.5}),
    Case("batch_norm", {"input": IMAGES, **SCALES}, {**STATISTICS, "training": True}),
    Case("batch_norm", {"input": IMAGES, **SCALES}, {**STATISTICS, "training": False}),
    Case(
        "batch_norm",
        {"input": IMAGES, "weight": None, "bias": None},
        {"running_mean": None, "running_var": None, "training": True, "eps": 0.1},
    ),
    Case("dropout", {"input": IMAGES}, {"p": 0.3, "rng": 7}),
    Case("dropout", {"input": IMAGES}, {"p": 0.3, "mask": IMAGES > 0.5}),
    Case("dropout", {"input": IMAGES}, {"training": False}),
    Case("pad", {"input": IMAGES}, {"pad": (1, 2), "value": 1.5}),
    Case("pad", {"input": IMAGES}, {"pad": (1, -2, 0, 3)}),
    Case("pad", {"input": IMAGES}, {"pad": (2, 3, 1, 4), "mode": "reflect"}),
    Case("pad", {"input": IMAGES}, {"pad": (2, 9, -1, 3), "mode": "replicate"}),
    Case("pad", {"input": IMAGES}, {"pad": (2, 6, 1, -3), "mode": "circular"}),
]
LABELS = [case.label for case in CASES]
