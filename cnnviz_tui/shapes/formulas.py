"""The arithmetic of a layer written out, first in letters, then with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, prod

from cnnviz_tui.shapes.adaptive import AdaptiveAxis
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import AnyAxis, Convolution, TransposedConvolution
from cnnviz_tui.shapes.transposed import TransposedAxis

AXIS_NAMES = {1: ("length",), 2: ("height", "width")}
"""What the spatial axes are called, by their number."""

# So many regions of adaptive pooling are listed before the rest is left out.
_REGIONS_SHOWN = 4


def exact_size(axis: AnyAxis) -> str:
    """Return the unrounded number of outputs: ``"7"`` or, where nothing fits, ``"7/3"``."""
    if not isinstance(axis, Axis):
        return str(axis.output)
    # The text of axis.exact, without the import that a fraction needs.
    common = gcd(axis.travel, axis.stride)
    whole, rest = (axis.travel + axis.stride) // common, axis.stride // common
    return str(whole) if rest == 1 else f"{whole}/{rest}"


def size_symbols(axis: AnyAxis) -> str:
    """Return the rule for the output size in letters, only with those that matter here.

    ``(N − F + 2P)/S + 1``; with a dilation ``(N − D·(F − 1) − 1 + 2P)/S + 1``; P₀ and P₁ are the
    padding before and after where they differ.
    """
    if isinstance(axis, AdaptiveAxis):
        return "output i pools ⌊i·N/O⌋ up to ⌈(i + 1)·N/O⌉"
    padding = _padding(axis, "2P", "P₀", "P₁")
    if isinstance(axis, TransposedAxis):
        reach = "F" if axis.dilation == 1 else "D·(F − 1) + 1"
        extra = " + output padding" if axis.output_padding else ""
        return f"(N − 1)·S{_joined('−', padding)} + {reach}{extra}"
    reach = "F" if axis.dilation == 1 else "D·(F − 1) − 1"
    return _rounded(axis, f"(N − {reach}{_joined('+', padding)})/S + 1")


def size_formula(axis: AnyAxis) -> str:
    """Return the same rule with its numbers and its result.

    ``(7 − 3 + 2·1)/1 + 1 = 7``; where the window does not fit, ``⌊(7 − 3)/3 + 1⌋ = ⌊7/3⌋ = 2``.
    """
    if isinstance(axis, AdaptiveAxis):
        return _regions(axis)
    padding = _padding(axis, f"2·{axis.before}", str(axis.before), str(axis.after))
    if isinstance(axis, TransposedAxis):
        reach = f"{axis.window}"
        if axis.dilation > 1:
            reach = f"{axis.dilation}·({axis.window} − 1) + 1"
        extra = f" + {axis.output_padding}" if axis.output_padding else ""
        stamps = f"({axis.size} − 1)·{axis.stride}"
        return f"{stamps}{_joined('−', padding)} + {reach}{extra} = {axis.output}"
    reach = f"{axis.window}"
    if axis.dilation > 1:
        reach = f"{axis.dilation}·({axis.window} − 1) − 1"
    exact = f"({axis.size} − {reach}{_joined('+', padding)})/{axis.stride} + 1"
    if axis.fits:
        return f"{_rounded(axis, exact)} = {axis.output}"
    return f"{_rounded(axis, exact)} = {_rounded(axis, exact_size(axis))} = {axis.output}"


def layer_formula(axes: Sequence[AnyAxis]) -> str:
    """Return ``size_formula`` of all axes: one text if they are alike, else one each, named."""
    if len(set(axes)) == 1:
        return size_formula(axes[0])
    names = AXIS_NAMES[len(axes)]
    return "; ".join(f"{name} {size_formula(axis)}" for name, axis in zip(names, axes, strict=True))


def parameter_formula(layer: Convolution | TransposedConvolution) -> str:
    """Return the parameter count as a product that explains itself: ``(5·5·3 + 1)·10 = 760``.

    With groups a filter sees C/G channels: ``(3·3·4/2 + 1)·8 = 152``; without biases there is
    nothing to add: ``5·5·3·10 = 750``.
    """
    filter_ = "·".join(map(str, (*layer.window, layer.in_channels)))
    if layer.groups > 1:
        filter_ += f"/{layer.groups}"
    if layer.bias:
        filter_ = f"({filter_} + 1)"
    return f"{filter_}·{layer.out_channels} = {layer.parameters:,}"


def mac_formula(layer: Convolution | TransposedConvolution, sizes: Sequence[int]) -> str:
    """Return the multiply-accumulates as weights times positions: ``750 · 32·32 = 768,000``.

    A convolution's positions are those of its output, a transposed convolution's those of its
    input.

    Raises:
        ShapeError: if the layer cannot take an input of these sizes.
    """
    positions = list(sizes)
    if isinstance(layer, Convolution):
        positions = [axis.output for axis in layer.axes(sizes)]
    places = "·".join(map(str, positions))
    return f"{layer.weights:,} · {places} = {layer.weights * prod(positions):,}"


def padding_note(axis: AnyAxis) -> str:
    """Say what P₀ and P₁ are where ``size_symbols`` uses them, else nothing."""
    if isinstance(axis, AdaptiveAxis) or axis.before == axis.after:
        return ""
    return f"P₀ = {axis.before} before, P₁ = {axis.after} after"


def _padding(axis: Axis | TransposedAxis, both: str, before: str, after: str) -> list[str]:
    """Return the padding's terms: none, one for both sides, or one each."""
    if axis.before != axis.after:
        return [before, after]
    return [both] if axis.before else []


def _joined(sign: str, terms: list[str]) -> str:
    """Return each term behind its sign."""
    return "".join(f" {sign} {term}" for term in terms)


def _rounded(axis: Axis, text: str) -> str:
    """Put the text between the brackets that round it, if it needs any."""
    # Fewer where rounding up gives windows that would start behind the input.
    dropped = -(-axis.travel // axis.stride) + 1 - axis.output if axis.ceil_mode else 0
    brackets = "" if axis.fits else "⌈⌉" if axis.ceil_mode else "⌊⌋"
    return f"{brackets[:1]}{text}{brackets[1:]}" + (f" − {dropped}" if dropped else "")


def _regions(axis: AdaptiveAxis) -> str:
    """Write out the positions that the first outputs pool, and how long a region is."""
    shown = [axis.region(i) for i in range(min(axis.output, _REGIONS_SHOWN))]
    texts = [str(r.start) if len(r) == 1 else f"{r.start}–{r.stop - 1}" for r in shown]
    rest = ", …" if axis.output > len(shown) else ""
    if axis.even:
        return f"{axis.size}/{axis.output} = {axis.size // axis.output} a region: " + (
            ", ".join(texts) + rest
        )
    return f"{axis.size}/{axis.output} is not whole, so regions vary: " + ", ".join(texts) + rest
