"""Wrong input ends in one sentence: which argument, what it was, what to do instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cnnviz_tui import ops

IMAGE = np.ones((1, 3, 8, 8))
KERNEL = np.ones((6, 3, 5, 5))
MAXIMA, PLACES = ops.max_pool2d(IMAGE, 2, return_indices=True)
LOGITS = np.zeros((2, 3))
MEAN, VARIANCE = np.zeros(3), np.ones(3)
FROZEN = np.zeros(3)
FROZEN.flags.writeable = False

MISTAKES: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    # Shapes that do not belong together.
    ("conv2d", (np.ones((1, 4, 8, 8)), KERNEL), {}, ValueError, "input has 4 channels.*reads 3"),
    ("conv2d", (IMAGE, np.ones((6, 2, 5, 5))), {"groups": 3}, ValueError, "3 channels.*reads 6"),
    ("conv2d", (IMAGE, KERNEL), {"groups": 2}, ValueError, "groups=2 does not divide the 3 channe"),
    (
        "conv2d",
        (np.ones((4, 8, 8)), np.ones((3, 2, 2, 2))),
        {"groups": 2},
        ValueError,
        "groups=2 does not divide the 3 channels of output",
    ),
    ("conv2d", (IMAGE, KERNEL, np.ones(5)), {}, ValueError, r"bias has shape \(5,\).*6 channels"),
    ("conv2d", (IMAGE, np.ones((3, 5, 5))), {}, ValueError, r"weight has shape \(3, 5, 5\)"),
    ("conv2d", (np.ones((8, 8)), KERNEL), {}, ValueError, r"input has shape \(8, 8\); expected"),
    ("conv2d", (np.ones((1, 3, 0, 8)), KERNEL), {}, ValueError, "only the batch may be empty"),
    ("conv2d", ([[1, 2], [3]], KERNEL), {}, TypeError, "input must be .* different lengths"),
    ("conv_transpose2d", (IMAGE, KERNEL), {}, ValueError, "input has 3 channels.*reads 6"),
    ("linear", (np.ones((2, 4)), np.ones((5, 3))), {}, ValueError, "does not end in the 3 featur"),
    ("linear", (np.ones((2, 3)), np.ones((5, 3)), np.ones(3)), {}, ValueError, "bias has shape"),
    ("linear", (1.0, np.ones((5, 3))), {}, ValueError, r"input of shape \(\) does not end"),
    ("linear", (np.ones(3), np.ones((1, 5, 3))), {}, ValueError, "weight has shape"),
    ("local_response_norm", (np.ones((2, 3)), 3), {}, ValueError, "expected three axes or more"),
    ("adaptive_avg_pool2d", (np.ones(3), 3), {}, ValueError, r"input has shape \(3,\); expected"),
    # Windows that do not fit.
    (
        "conv2d",
        (IMAGE, np.ones((1, 3, 9, 2))),
        {},
        ValueError,
        "of 9×2 is larger than .*8×8",
    ),
    ("conv2d", (IMAGE, KERNEL), {"dilation": 2}, ValueError, "dilated to 9×9, is larger"),
    ("max_pool2d", (IMAGE, 9), {}, ValueError, "kernel of 9×9 is larger"),
    (
        "conv_transpose2d",
        (np.ones((1, 6, 1, 1)), KERNEL),
        {"padding": 3},
        ValueError,
        "all of the 5×5",
    ),
    ("max_pool2d", (IMAGE, 3, 1, 2), {}, ValueError, "padding must be at most half of kernel_size"),
    ("avg_pool2d", (IMAGE, 3, 1, ((0, 0), (0, 2))), {}, ValueError, "at most half of kernel_size"),
    # Numbers out of range.
    ("conv2d", (IMAGE, KERNEL), {"stride": 0}, ValueError, "stride must be between 1 .*got 0"),
    ("conv2d", (IMAGE, KERNEL), {"stride": (1, -1)}, ValueError, "stride must be .*got -1"),
    ("conv2d", (IMAGE, KERNEL), {"stride": 10**30}, ValueError, "stride must be between 1"),
    ("conv2d", (IMAGE, KERNEL), {"padding": -1}, ValueError, "padding must be between 0 .*got -1"),
    ("conv2d", (IMAGE, KERNEL), {"dilation": 0}, ValueError, "dilation must be between 1"),
    ("conv2d", (IMAGE, KERNEL), {"groups": 0}, ValueError, "groups must be between 1"),
    ("max_pool2d", (IMAGE, 0), {}, ValueError, "kernel_size must be between 1"),
    ("max_pool2d", (IMAGE, 2, 0), {}, ValueError, "stride must be between 1"),
    ("avg_pool2d", (IMAGE, 2), {"divisor_override": 0}, ValueError, "divisor_override must not be"),
    ("adaptive_max_pool2d", (IMAGE, 0), {}, ValueError, "output_size must be between 1"),
    (
        "conv_transpose2d",
        (MAXIMA, np.ones((3, 1, 2, 2))),
        {"output_padding": 1},
        ValueError,
        "small",
    ),
    ("local_response_norm", (IMAGE, 0), {}, ValueError, "size must be between 1"),
    ("softplus", (IMAGE, 0), {}, ValueError, "beta must not be 0"),
    ("softmax", (LOGITS, 2), {}, ValueError, "dim=2 is not an axis"),
    ("softmax", (LOGITS, -3), {}, ValueError, "dim must be between -2"),
    ("dropout", (IMAGE, 1.5), {}, ValueError, "p must be between 0 and 1, got 1.5"),
    ("dropout", (IMAGE,), {"rng": -1}, ValueError, "rng must be between 0"),
    # Forms that are none.
    (
        "conv2d",
        (IMAGE, KERNEL),
        {"stride": 1.0},
        TypeError,
        "stride must be a whole number, got 1.0",
    ),
    ("conv2d", (IMAGE, KERNEL), {"stride": True}, TypeError, "stride must be a whole number"),
    ("conv2d", (IMAGE, KERNEL), {"stride": (1, 2, 3)}, TypeError, "stride must be one whole numb"),
    ("conv2d", (IMAGE, KERNEL), {"padding": (1, 2, 3, 4)}, TypeError, "padding must be a whole"),
    ("conv2d", (IMAGE, KERNEL), {"padding": ((1, 2), 3)}, TypeError, "padding must be a whole"),
    ("conv2d", (IMAGE, KERNEL), {"padding": "full"}, ValueError, "'same', 'valid' or numbers, got"),
    ("conv2d", (IMAGE, KERNEL, None, 2, "same"), {}, ValueError, "padding='same' needs stride 1"),
    ("max_pool2d", (IMAGE, 2), {"padding": "same"}, TypeError, "only convolutions take the words"),
    ("leaky_relu", (IMAGE, "0.1"), {}, TypeError, "negative_slope must be a real number"),
    ("gelu", (IMAGE,), {"approximate": "fast"}, ValueError, "approximate must be 'none' or 'tanh'"),
    (
        "adaptive_avg_pool2d",
        (IMAGE, (1, 2, 3)),
        {},
        TypeError,
        "output_size must be one whole numb",
    ),
    ("softmax", (LOGITS, 1, 3, np.int64), {}, TypeError, "dtype must be float32 or float64"),
    # PyTorch's positions differ between operations; a number must not pass for a switch.
    ("avg_pool2d", (IMAGE, 2, 2, 0, 1), {}, TypeError, "ceil_mode must be True or False, got 1"),
    ("adaptive_max_pool2d", (IMAGE, 2, 2), {}, TypeError, "return_indices must be True or False"),
    ("dropout", (IMAGE, 0.5, 1), {}, TypeError, "training must be True or False"),
    ("relu", (IMAGE, 0.1), {}, TypeError, "inplace must be True or False"),
    ("relu", (IMAGE, True), {}, ValueError, "inplace=True is not supported"),
    ("elu", (IMAGE, 1.0, True), {}, ValueError, "inplace=True is not supported"),
    ("leaky_relu", (IMAGE, 0.1, True), {}, ValueError, "inplace=True is not supported"),
    ("dropout", (IMAGE, 0.5, True, True), {}, ValueError, "inplace=True is not supported"),
    ("cross_entropy", (LOGITS, [0, 1], None, True), {}, ValueError, "size_average is deprecated"),
    ("cross_entropy", (LOGITS, [0, 1], None, None, -100, False), {}, ValueError, "reduce is depre"),
    # Classes and probabilities.
    ("cross_entropy", (LOGITS, [0, 3]), {}, ValueError, "class 3, but there are 3 classes"),
    ("cross_entropy", (LOGITS, [0, -1]), {}, ValueError, "class -1, but there are 3 classes"),
    (
        "cross_entropy",
        (LOGITS, [0]),
        {},
        ValueError,
        r"target has shape \(1,\), but input of shape",
    ),
    ("cross_entropy", (LOGITS, [0.0, 1.0]), {}, ValueError, "counts as probabilities"),
    ("cross_entropy", (LOGITS, [[1, 0, 0]] * 2), {}, ValueError, "probabilities must be floats"),
    ("cross_entropy", (LOGITS, [True, False]), {}, TypeError, "class numbers, got truth values"),
    ("cross_entropy", (LOGITS, LOGITS), {"ignore_index": 1}, ValueError, "ignore_index=1 makes no"),
    (
        "cross_entropy",
        (LOGITS, [0, 1], [1.0]),
        {},
        ValueError,
        r"weight has shape \(1,\).*3 classes",
    ),
    ("cross_entropy", (LOGITS, [0, 1]), {"reduction": "avg"}, ValueError, "reduction must be"),
    (
        "cross_entropy",
        (LOGITS, [0, 1]),
        {"label_smoothing": 2},
        ValueError,
        "label_smoothing must be",
    ),
    ("cross_entropy", (np.float64(1), 0), {}, ValueError, r"input has shape \(\); expected"),
    # Batch statistics.
    ("batch_norm", (IMAGE, None, None), {}, ValueError, "are needed unless training=True"),
    ("batch_norm", (IMAGE, MEAN, None), {}, ValueError, "belong together"),
    (
        "batch_norm",
        (IMAGE, np.zeros(2), np.ones(2)),
        {},
        ValueError,
        r"running_mean has shape \(2,\)",
    ),
    ("batch_norm", (np.ones(3), MEAN, VARIANCE), {}, ValueError, r"input has shape \(3,\)"),
    ("batch_norm", (IMAGE, MEAN, VARIANCE, np.ones(2)), {}, ValueError, r"weight has shape \(2,\)"),
    ("batch_norm", (LOGITS[:1], None, None, None, None, True), {}, ValueError, "single value for"),
    (
        "batch_norm",
        (IMAGE, FROZEN, VARIANCE),
        {"training": True},
        TypeError,
        "running_mean is updated in place",
    ),
    (
        "batch_norm",
        (IMAGE, MEAN, [1.0, 1.0, 1.0]),
        {"training": True},
        TypeError,
        "running_var is updated in place",
    ),
    (
        "batch_norm",
        (IMAGE, MEAN, VARIANCE),
        {"training": True, "eps": 0},
        ValueError,
        "eps must be",
    ),
    # Unpooling.
    (
        "max_unpool2d",
        (MAXIMA, PLACES + 60, 2),
        {},
        ValueError,
        "indices contains .* places 0 to 63",
    ),
    ("max_unpool2d", (MAXIMA, PLACES - 1, 2), {}, ValueError, "indices contains -1"),
    ("max_unpool2d", (MAXIMA, PLACES[0], 2), {}, ValueError, "indices has shape"),
    ("max_unpool2d", (MAXIMA, MAXIMA, 2), {}, TypeError, "indices must be whole numbers"),
    ("max_unpool2d", (MAXIMA, PLACES, 2), {"output_size": (8, 10)}, ValueError, "cannot have been"),
    ("max_unpool2d", (MAXIMA, PLACES, 2), {"output_size": 8}, TypeError, "output_size must be"),
    ("max_unpool2d", (MAXIMA, PLACES, 1, 1, 2), {}, ValueError, "leaves nothing"),
    # Padding.
    ("pad", (IMAGE, (1,)), {}, TypeError, "pad must be an even number of whole numbers"),
    ("pad", (IMAGE, 1), {}, TypeError, "pad must be an even number of whole numbers"),
    ("pad", (MEAN, (1, 1, 1, 1)), {}, ValueError, "pad has 4 numbers, but .* takes at most 2"),
    ("pad", (IMAGE, (-5, -4)), {}, ValueError, "cuts 9 cells off axis 3, which has 8"),
    ("pad", (IMAGE, (8, 0), "reflect"), {}, ValueError, "needs more cells than axis 3 has"),
    ("pad", (IMAGE, (0, 9), "circular"), {}, ValueError, "needs more cells than axis 3 has"),
    ("pad", (MEAN, (3, -1), "circular"), {}, ValueError, "axis 0 has to repeat, 2"),
    ("pad", (np.ones(0), (1, 0), "replicate"), {}, ValueError, "needs more cells than axis 0"),
    ("pad", (IMAGE, (1, 1), "mirror"), {}, ValueError, "mode must be 'constant', 'reflect'"),
    ("pad", (IMAGE, (1, 1), "reflect", 1.0), {}, ValueError, "takes no value"),
    # Dropout's two ways to say what goes.
    (
        "dropout",
        (IMAGE,),
        {"rng": 1, "mask": IMAGE > 0},
        ValueError,
        "rng and mask both decide",
    ),
    ("dropout", (IMAGE,), {"mask": IMAGE}, ValueError, "mask must be truth values of shape"),
    ("dropout", (IMAGE,), {"mask": MEAN > 0}, ValueError, "mask must be truth values of shape"),
    ("dropout", (IMAGE,), {"rng": "seed"}, TypeError, "rng must be a whole number, got 'seed'"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "keywords", "error", "sentence"),
    MISTAKES,
    ids=[f"{mistake[0]}: {mistake[4]}" for mistake in MISTAKES],
)
def test_a_mistake_is_answered_with_one_sentence(
    name: str,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    error: type[Exception],
    sentence: str,
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        getattr(ops, name)(*arguments, **keywords)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert any(mark in message for mark in ";,:"), "nothing says what to do"


@pytest.mark.parametrize("name", sorted({mistake[0] for mistake in MISTAKES}))
def test_the_gradient_answers_the_same_mistakes_with_the_same_sentences(name: str) -> None:
    backward = getattr(ops, f"{name}_backward")
    for other, arguments, keywords, error, sentence in MISTAKES:
        if other == name:
            upstream = np.ones(getattr(arguments[0], "shape", ()))
            with pytest.raises(error, match=sentence):
                backward(upstream, *arguments, **keywords)
