"""What holds for every operation: dtypes, shapes, memory, odd arrays, arguments."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from cnnviz_tui import ops
from tests.ops.cases import CASES, LABELS, Case
from tests.ops.gradients import Array

every_case = pytest.mark.parametrize("case", CASES, ids=LABELS)


def upstream_for(case: Case) -> npt.NDArray[Any]:
    return np.random.default_rng(9).normal(size=case.output().shape)


def results(case: Case, upstream: npt.ArrayLike) -> list[npt.NDArray[Any]]:
    return [case.output(), *(g for g in case.gradients(upstream) if g is not None)]


@every_case
def test_float64_stays_float64(case: Case) -> None:
    assert {r.dtype for r in results(case, upstream_for(case))} == {np.dtype(np.float64)}


@every_case
def test_float32_stays_float32_and_agrees_with_float64(case: Case) -> None:
    upstream = upstream_for(case)
    narrow = case.with_arrays(lambda array: array.astype(np.float32)).with_narrow_keywords()
    for single, double in zip(results(narrow, upstream), results(case, upstream), strict=True):
        assert single.dtype == np.float32
        scale = np.abs(double).max(initial=0)
        np.testing.assert_allclose(single, double, rtol=1e-5, atol=1e-5 * scale)


@every_case
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.float16])
def test_whole_numbers_and_half_floats_are_computed_in_float32(
    case: Case, dtype: type[np.generic]
) -> None:
    case = case.with_narrow_keywords()
    coarse = case.with_arrays(lambda array: np.abs(array * 3).astype(dtype))
    wide = case.with_arrays(lambda array: np.abs(array * 3).astype(dtype).astype(np.float32))
    assert coarse.output().dtype == np.float32
    np.testing.assert_array_equal(coarse.output(), wide.output())


def reversed_axes(array: Array) -> Array:
    return np.ascontiguousarray(np.flip(array))[(slice(None, None, -1),) * array.ndim]


def every_other(array: Array) -> Array:
    spread = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan)
    spread[..., ::2] = array
    return spread[..., ::2]


def read_only(array: Array) -> Array:
    array = array.copy()
    array.flags.writeable = False
    return array


def column_major(array: Array) -> Array:
    return np.asfortranarray(array)


def foreign_byte_order(array: Array) -> npt.NDArray[Any]:
    return array.astype(array.dtype.newbyteorder())


@every_case
@pytest.mark.parametrize(
    "layout", [reversed_axes, every_other, read_only, column_major, foreign_byte_order]
)
def test_how_an_array_lies_in_memory_makes_no_difference(case: Case, layout: Any) -> None:
    upstream = upstream_for(case)
    odd = case.with_arrays(layout)
    odd_upstream = layout(upstream) if upstream.ndim else upstream
    for strange, plain in zip(results(odd, odd_upstream), results(case, upstream), strict=True):
        assert strange.dtype.isnative
        np.testing.assert_allclose(strange, plain, rtol=1e-12, atol=1e-12)


@every_case
def test_results_are_fresh_and_inputs_stay_as_they_are(case: Case) -> None:
    upstream = upstream_for(case)
    given = [array for array in case.arrays.values() if array is not None]
    given += [v for k, v in case.keywords.items() if isinstance(v, np.ndarray)] + [upstream]
    before = [array.copy() for array in given]
    found = results(case, upstream)
    for result in found:
        assert result.flags.writeable
        assert not any(np.shares_memory(result, array) for array in given)
    for first in range(len(found)):
        assert not any(np.shares_memory(found[first], other) for other in found[first + 1 :])
    for array, old in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, old)


@every_case
def test_gradients_have_the_shapes_of_their_arguments(case: Case) -> None:
    gradients = case.gradients(upstream_for(case))
    for array, gradient in zip(case.arrays.values(), gradients, strict=True):
        if array is None:
            assert gradient is None
        else:
            assert gradient is not None
            assert gradient.shape == array.shape


BATCHED = [
    case
    for case in CASES
    if case.arrays["input"] is not None and case.arrays["input"].ndim in (2, 4)
]


@pytest.mark.parametrize("case", BATCHED, ids=[case.label for case in BATCHED])
def test_an_empty_batch_gives_an_empty_batch_and_parameters_no_gradient(case: Case) -> None:
    samples = case.arrays["input"]
    assert samples is not None
    keywords = {
        key: value[:0] if key in ("indices", "target", "mask") else value
        for key, value in case.keywords.items()
    }
    if case.name == "max_unpool2d" and len(keywords.get("output_size", ())) == 4:
        keywords["output_size"] = (0, *keywords["output_size"][1:])
    empty = Case(case.name, {**case.arrays, "input": samples[:0]}, keywords)
    output = empty.output()
    if case.name == "cross_entropy":
        assert output.shape == ()
    else:
        assert output.shape == (0, *case.output().shape[1:])
    grad_input, *others = empty.gradients(np.zeros(output.shape))
    assert grad_input is not None
    assert grad_input.shape == (0, *samples.shape[1:])
    for gradient in others:
        assert gradient is None or not gradient.any()


@every_case
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_pass_through_without_warnings(case: Case, odd: float) -> None:
    """Warnings are errors in these tests."""
    samples = case.arrays["input"]
    assert samples is not None
    spoilt = np.full_like(samples, odd)
    case = Case(case.name, {**case.arrays, "input": spoilt}, case.keywords)
    output = case.output()
    gradients = case.gradients(np.ones(output.shape))
    if np.isnan(odd):
        assert np.isnan(output).any()
    assert gradients[0] is not None
    assert gradients[0].shape == samples.shape


@every_case
@pytest.mark.parametrize("dtype", [np.complex64, object, str, "datetime64[s]", np.longdouble])
def test_other_arrays_are_refused_by_name(case: Case, dtype: Any) -> None:
    if np.dtype(dtype) == np.float64:
        pytest.skip("long doubles are ordinary doubles here")
    for argument, array in case.arrays.items():
        if array is None:
            continue
        wrong = array.astype(np.int64).astype(dtype)
        case_with_it = Case(case.name, {**case.arrays, argument: wrong}, case.keywords)
        with pytest.raises(TypeError, match=f"^{argument} must hold real numbers, got dtype"):
            case_with_it.output()


@every_case
def test_an_upstream_gradient_of_another_shape_is_refused(case: Case) -> None:
    with pytest.raises(ValueError, match=r"grad_output has shape .* but the output"):
        case.gradients(np.ones((*case.output().shape, 1)))


@pytest.mark.parametrize("name", sorted({case.name for case in CASES}))
def test_a_gradient_takes_its_forward_s_own_arguments_after_grad_output(name: str) -> None:
    forward = inspect.signature(getattr(ops, name)).parameters.values()
    first, *others = inspect.signature(getattr(ops, f"{name}_backward")).parameters.values()
    assert first.name == "grad_output"
    assert [(p.name, p.kind, p.default) for p in others] == [
        (p.name, p.kind, p.default) for p in forward
    ]


def test_float64_wins_over_float32_and_counting_numbers_follow_the_others() -> None:
    image, kernel = np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2))
    f32, f64, u8 = np.float32, np.float64, np.uint8
    for first, second, expected in ((f32, f64, f64), (u8, f64, f64), (u8, f32, f32), (u8, u8, f32)):
        assert ops.conv2d(image.astype(first), kernel.astype(second)).dtype == expected
    grad_input, _, _ = ops.conv2d_backward(
        np.ones((1, 1, 2, 2)), image.astype(f32), kernel.astype(f32)
    )
    assert grad_input.dtype == f32
