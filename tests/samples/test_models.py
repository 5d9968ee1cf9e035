"""The models that one can choose: each fits, and breaks where its slip says, and can be mended."""

from __future__ import annotations

import pytest

from cnnviz_tui.networks.sizes import without_batch
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.samples.models import MODELS, Model, variants
from cnnviz_tui.shapes.notation import parse_lengths

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def inputs_of(model: Model) -> list[tuple[int, ...]]:
    return [parse_lengths(model.input)] if model.input else []


@each_model
def test_it_fits_as_it_stands(model: Model) -> None:
    result = trace(model.source, inputs_of(model))
    assert result.ok
    assert not result.notes
    assert result.total_parameters


@each_model
def test_one_slip_breaks_it_and_every_fix_mends_it(model: Model) -> None:
    assert model.source.count(model.right) == 1
    result = trace(model.broken, inputs_of(model))
    assert result.error is not None
    assert result.error.fixes
    for fix in result.error.fixes:
        inputs = [
            tuple(size for size in without_batch(shape) if size is not None)
            for shape in fix.inputs or ()
        ]
        assert trace(fix.source or model.broken, inputs or inputs_of(model)).ok


def test_the_lecture_s_counts() -> None:
    counts = {
        model.name: trace(model.source, inputs_of(model)).total_parameters for model in MODELS
    }
    assert counts["lenet"] == counts["line"] == 61_706
    # 320 + 18,496 + (1,600 + 1)·10, as Keras counts its example for digits.
    assert counts["keras"] == 34_826


def test_each_model_can_be_chosen_whole_and_broken() -> None:
    chosen = variants()
    assert len({variant.key for variant in chosen}) == len(chosen) == 2 * len(MODELS)
    for model, whole, broken in zip(MODELS, chosen[::2], chosen[1::2], strict=True):
        assert (whole.text, broken.text) == (model.source, model.broken)
