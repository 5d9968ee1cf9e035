"""What every operation asks of its arguments, and the sentence it answers with when it cannot.

Which dtype an operation computes in is decided here, once: float64 as soon as one array argument
is float64, float32 for everything else (float16, whole numbers and truth values included). Lists
of Python floats are float64, as numpy has it.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
FloatDType: TypeAlias = "np.dtype[np.floating[Any]]"
IntArray: TypeAlias = npt.NDArray[np.int64]
Pair: TypeAlias = tuple[int, int]
Sides: TypeAlias = tuple[Pair, Pair]
"""((top, bottom), (left, right))"""
IntOrPair: TypeAlias = int | Sequence[int]
Padding: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]]

LARGEST = 2**31 - 1
"""No size, stride or padding of a picture is larger; what is, is a slip of the keyboard."""


def as_numbers(value: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Return `value` as an array of real numbers, of whatever dtype it has.

    Raises:
        TypeError: It holds complex numbers, objects, text or dates, or is a ragged list.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(
            f"{name} must be an array of numbers, got rows of different lengths; "
            "make all rows equally long."
        ) from None
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"{name} must hold real numbers, got dtype {array.dtype}; "
            "convert it with .astype(numpy.float32)."
        )
    return array


def common_dtype(**arrays: npt.ArrayLike | None) -> FloatDType:
    """Return the dtype to compute in, float32 or float64; arguments that are None do not count.

    Raises:
        TypeError: One of them is not an array of real numbers.
    """
    kinds = [as_numbers(a, name).dtype for name, a in arrays.items() if a is not None]
    wide = any(dtype.kind == "f" and dtype.itemsize == 8 for dtype in kinds)
    return np.dtype(np.float64 if wide else np.float32)


def as_gradient(
    grad_output: npt.ArrayLike, dtype: FloatDType, shape: tuple[int, ...]
) -> FloatArray:
    """Return the upstream gradient in the forward's dtype, once it has the output's shape.

    Raises:
        TypeError: It is not an array of real numbers.
        ValueError: Its shape is not the output's.
    """
    gradient = as_numbers(grad_output, "grad_output")
    if gradient.shape != shape:
        raise ValueError(
            f"grad_output has shape {gradient.shape}, but the output it belongs to has shape "
            f"{shape}; give it one number for each output."
        )
    return gradient.astype(dtype, copy=False)


def as_batch(images: FloatArray, name: str = "input") -> FloatArray:
    """Return pictures as (N, C, H, W); an unbatched (C, H, W) becomes a batch of one.

    Raises:
        ValueError: It has other axes, or no channel, row or column.
    """
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{name} has shape {images.shape}; expected (batch, channels, height, width) or "
            "(channels, height, width): reshape it."
        )
    if 0 in images.shape[-3:]:
        raise ValueError(
            f"{name} has shape {images.shape}; only the batch may be empty: give it at least one "
            "channel, one row and one column."
        )
    return images if images.ndim == 4 else images[np.newaxis]


def like_input(result: FloatArray, images: FloatArray) -> FloatArray:
    """Take the batch axis that `as_batch` added off again if the input came without one."""
    return result if images.ndim == 4 else result[0]


def whole(value: object, name: str, minimum: int = 0) -> int:
    """Return a whole number that is at least `minimum`.

    Raises:
        TypeError: It is not a whole number (2.0 and True are not).
        ValueError: It is smaller than `minimum`, or absurdly large.
    """
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be a whole number, got {value!r}; write it like {name}=2.")
    number = operator.index(value)
    if not minimum <= number <= LARGEST:
        raise ValueError(
            f"{name} must be between {minimum} and {LARGEST}, got {number}; "
            f"choose at least {minimum}."
        )
    return number


def pair(value: object, name: str, minimum: int = 0) -> Pair:
    """Return (vertical, horizontal) for one whole number or a pair of them.

    Raises:
        TypeError: It is neither.
        ValueError: One of them is smaller than `minimum`.
    """
    if not is_sequence(value):
        number = whole(value, name, minimum)
        return number, number
    items = [whole(item, name, minimum) for item in value]
    if len(items) not in (1, 2):
        raise TypeError(
            f"{name} must be one whole number or two (vertical, horizontal), got {value!r}; "
            f"write it like {name}=2 or {name}=(2, 3)."
        )
    return items[0], items[-1]


def four_sides(padding: object) -> Sides:
    """Return ((top, bottom), (left, right)) for an int, a pair, or that form itself.

    Raises:
        TypeError: It has none of these forms.
        ValueError: A side is negative.
    """
    if is_sequence(padding):
        items = list(padding)
        if len(items) == 2 and all(is_sequence(item) and len(item) == 2 for item in items):
            vertical, horizontal = (pair(item, "padding") for item in items)
            return vertical, horizontal
        if len(items) not in (1, 2) or any(is_sequence(item) for item in items):
            raise TypeError(
                "padding must be a whole number, a pair (vertical, horizontal) or "
                f"((top, bottom), (left, right)), got {padding!r}; write it like "
                "padding=((1, 2), (0, 1))."
            )
    elif isinstance(padding, str):
        raise TypeError(
            f"padding must be a whole number, a pair or ((top, bottom), (left, right)), got "
            f"{padding!r}; only convolutions take the words 'same' and 'valid'."
        )
    vertical_side, horizontal_side = pair(padding, "padding")
    return (vertical_side, vertical_side), (horizontal_side, horizontal_side)


def number(value: object, name: str) -> float:
    """Return a real number as a Python float, which does not widen float32 arrays.

    Raises:
        TypeError: It is not a real number.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (numbers.Real, np.floating)):
        raise TypeError(f"{name} must be a real number, got {value!r}; write it like {name}=0.5.")
    return float(value)


def flag(value: object, name: str) -> bool:
    """Return True or False, and nothing that merely looks like it.

    PyTorch's positions differ between similar operations (max pooling has a dilation where
    average pooling has ceil_mode): a 1 that lands on a switch is a mistake, not a yes.

    Raises:
        TypeError: It is not a truth value.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r}; write {name}=True.")
    return bool(value)


def refuse_inplace(inplace: object) -> None:
    """Keep PyTorch's `inplace` argument in its position without its effect.

    Raises:
        ValueError: It is asked for.
        TypeError: It is not a truth value.
    """
    if flag(inplace, "inplace"):
        raise ValueError(
            "inplace=True is not supported, because results never share memory with inputs; "
            "leave it out and use the returned array."
        )


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether a value is a list, a tuple or a one-axis array, and not text."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
