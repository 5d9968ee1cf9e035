"""The words of the notation and the operations that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise, Linear, Norm
from cnnviz_tui.networks.operations.rearrange import Flatten, Pad, PixelShuffle, Resize
from cnnviz_tui.networks.operations.windows import (
    AdaptivePool,
    Conv,
    DepthwiseConv,
    Pool,
    TableConv,
)
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Lengths
from cnnviz_tui.shapes.notation import parse_lengths, parse_number, parse_padding

_SETTINGS = {
    "s": "stride",
    "stride": "stride",
    "p": "padding",
    "pad": "padding",
    "padding": "padding",
    "d": "dilation",
    "dilation": "dilation",
    "g": "groups",
    "groups": "groups",
    "bias": "bias",
    "ceil": "ceil_mode",
    "maps": "maps",
}
"""How settings may be written, and the field that each means."""

WRITTEN = {
    "padding": " pad=",
    "stride": " stride=",
    "groups": " groups=",
    "dilation": " dilation=",
}
"""How a setting that was left out is written behind a layer."""

_SLIDING = frozenset({"stride", "padding", "dilation"})
_POOLING = _SLIDING | {"ceil_mode"}


@dataclass(frozen=True, slots=True)
class Given:
    """What was written behind a word.

    Args:
        numbers: the texts without a name.
        settings: the texts with one, by field.
        line: where.
    """

    numbers: tuple[str, ...]
    settings: Mapping[str, str]
    line: int

    def number(self, place: int, name: str) -> int:
        """Return a number that must be there."""
        return parse_number(self.numbers[place], name)

    def lengths(self, text: str, name: str, least: int = 1) -> Lengths:
        """Return a size, one number or one for each axis."""
        numbers = parse_lengths(text, name, least)
        return numbers[0] if len(numbers) == 1 else numbers

    def window(self) -> dict[str, object]:
        """Return the settings that every sliding window has, where they were written."""
        options: dict[str, object] = {}
        for field in ("stride", "dilation"):
            if field in self.settings:
                options[field] = self.lengths(self.settings[field], field)
        if "padding" in self.settings:
            options["padding"] = parse_padding(self.settings["padding"])
        return options

    def flag(self, field: str, default: bool) -> bool:
        """Return a setting of yes or no."""
        text = self.settings.get(field)
        if text is None:
            return default
        if text not in ("yes", "no"):
            raise ShapeError(f"The setting {field} is yes or no, not “{text[:24]}”.")
        return text == "yes"


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the notation.

    Args:
        numbers: what the numbers behind it are, by field; those in brackets may be left out.
        settings: the fields that may be set.
        make: the operation.
    """

    numbers: tuple[str, ...]
    settings: frozenset[str]
    make: Callable[[Given], Operation]

    def read(self, word: str, given: Given) -> Operation:
        """Return the operation for what was written.

        Raises:
            SourceError: if something is missing, too much, or no number.
        """
        needed = [name for name in self.numbers if not name.startswith("[")]
        if not len(needed) <= len(given.numbers) <= len(self.numbers):
            wanted = " ".join(name.upper().replace("_", " ") for name in self.numbers)
            raise SourceError(
                f"“{word}” is written {f'{word} {wanted}'.strip()}, with {len(self.numbers)} "
                f"number{'s' * (len(self.numbers) != 1)}, not {len(given.numbers)}.",
                given.line,
            )
        for field in given.settings:
            if field not in self.settings:
                raise SourceError(f"“{word}” has no setting “{field}”.", given.line)
        try:
            return self.make(given)
        except SourceError:
            raise
        except ShapeError as error:
            raise SourceError(str(error), given.line) from None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the numbers, in order."""
        return tuple(name.strip("[]") for name in self.numbers)


def _conv(given: Given) -> Operation:
    """Return a convolution, or one with a connection table."""
    kernel = given.lengths(given.numbers[1], "filter size")
    if "maps" in given.settings:
        maps = tuple(
            parse_number(one, "number of maps") for one in given.settings["maps"].split(",")
        )
        if len(maps) != given.number(0, "number of filters"):
            raise ShapeError(f"There are {len(maps)} entries in maps; give one for each filter.")
        return TableConv(maps=maps, kernel_size=kernel)
    return Conv(
        out_channels=given.number(0, "number of filters"),
        kernel_size=kernel,
        groups=parse_number(given.settings.get("groups", "1"), "number of groups"),
        bias=given.flag("bias", True),
        **given.window(),  # type: ignore[arg-type]
    )


def _transposed(given: Given) -> Operation:
    """Return a transposed convolution."""
    return Conv(
        out_channels=given.number(0, "number of filters"),
        kernel_size=given.lengths(given.numbers[1], "filter size"),
        groups=parse_number(given.settings.get("groups", "1"), "number of groups"),
        bias=given.flag("bias", True),
        transposed=True,
        **given.window(),  # type: ignore[arg-type]
    )


def _depthwise(given: Given) -> Operation:
    """Return a depthwise convolution."""
    return DepthwiseConv(
        kernel_size=given.lengths(given.numbers[0], "filter size"),
        bias=given.flag("bias", True),
        **given.window(),  # type: ignore[arg-type]
    )


def _pool(kind: str, trainable: bool = False) -> LayerWord:
    """Return the word for a pooling layer."""

    def make(given: Given) -> Operation:
        return Pool(
            kind="max" if kind == "max" else "avg",
            kernel_size=given.lengths(given.numbers[0], "filter size"),
            ceil_mode=given.flag("ceil_mode", False),
            trainable=trainable,
            **given.window(),  # type: ignore[arg-type]
        )

    return LayerWord(("kernel_size",), _POOLING, make)


def _adaptive(kind: str) -> LayerWord:
    """Return the word for pooling to a given size."""

    def make(given: Given) -> Operation:
        return AdaptivePool(
            kind="max" if kind == "max" else "avg",
            output_size=given.lengths(given.numbers[0], "output size"),
        )

    return LayerWord(("output_size",), frozenset(), make)


def _global(kind: str) -> LayerWord:
    """Return the word for pooling to one number a channel."""
    pool = AdaptivePool(kind="max" if kind == "max" else "avg", output_size=1)
    return LayerWord((), frozenset(), lambda given: pool)


def _plain(operation: Operation, *numbers: str) -> LayerWord:
    """Return a word that always means the same; its numbers change no shape."""
    return LayerWord(tuple(f"[{name}]" for name in numbers), frozenset(), lambda given: operation)


def _linear(given: Given) -> Operation:
    """Return a dense layer, which in a plain chain takes vectors only."""
    return Linear(
        out_features=given.number(0, "number of outputs"), bias=given.flag("bias", True), flat=True
    )


_CONV_FIELDS = ("out_channels", "kernel_size")
_ACTIVATIONS = (
    "relu relu6 leakyrelu elu gelu silu sigmoid tanh softplus softmax logsoftmax hardswish"
)

WORDS: dict[str, LayerWord] = {
    "conv": LayerWord(_CONV_FIELDS, _SLIDING | {"groups", "bias", "maps"}, _conv),
    "convt": LayerWord(_CONV_FIELDS, _SLIDING | {"groups", "bias"}, _transposed),
    "dwconv": LayerWord(("kernel_size",), _SLIDING | {"bias"}, _depthwise),
    "maxpool": _pool("max"),
    "avgpool": _pool("avg"),
    "subsample": _pool("avg", trainable=True),
    "adaptiveavgpool": _adaptive("avg"),
    "adaptivemaxpool": _adaptive("max"),
    "globalavgpool": _global("avg"),
    "globalmaxpool": _global("max"),
    "linear": LayerWord(("out_features",), frozenset({"bias"}), _linear),
    "rbf": LayerWord(
        ("out_features",),
        frozenset(),
        lambda given: Linear(
            out_features=given.number(0, "number of classes"), bias=False, flat=True, fixed=True
        ),
    ),
    "flatten": _plain(Flatten()),
    "bn": _plain(Norm()),
    "ln": _plain(Norm(axis=-1)),
    "lrn": _plain(Elementwise(), "size"),
    "dropout": _plain(Elementwise(view=True), "probability"),
    "prelu": _plain(Elementwise(parameters=1)),
    "zeropad": LayerWord(
        ("padding",),
        frozenset(),
        lambda given: Pad(sides=((given.number(0, "padding"),) * 2,) * 2),
    ),
    "upsample": LayerWord(
        ("factor",),
        frozenset(),
        lambda given: Resize(scale=(given.number(0, "factor"),)),
    ),
    "pixelshuffle": LayerWord(
        ("factor",), frozenset(), lambda given: PixelShuffle(factor=given.number(0, "factor"))
    ),
    **{name: _plain(Elementwise()) for name in _ACTIVATIONS.split()},
}
"""Every layer's word."""


def field_of(setting: str, line: int) -> str:
    """Return the field that a setting's name means.

    Raises:
        SourceError: if there is no such setting.
    """
    if setting not in _SETTINGS:
        known = ", ".join(sorted({"pad", "stride", "dilation", "groups", "bias", "ceil", "maps"}))
        raise SourceError(f"There is no setting “{setting[:24]}”; there are {known}.", line)
    return _SETTINGS[setting]
