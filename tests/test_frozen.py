"""Values behave as frozen dataclasses do."""

from __future__ import annotations

import copy
import pickle

import pytest

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.layers import Convolution, TransposedConvolution


class Point(Frozen):
    """A value with a default."""

    x: int
    y: int = 0


class Point3(Point):
    """A value that adds a field."""

    z: int = 0


def test_equal_fields_make_equal_values() -> None:
    assert Point(1) == Point(1, 0) == Point(x=1, y=0)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Point(2)
    assert Point(1) != Point3(1)
    assert Point(1) != (1, 0)


def test_a_subclass_adds_its_fields_behind() -> None:
    assert repr(Point3(1, 2, 3)) == "Point3(x=1, y=2, z=3)"


def test_nothing_can_be_changed_but_a_changed_value_can_be_made() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="immutable"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="immutable"):
        del point.x
    assert point.changed(y=5) == Point(1, 5)
    assert point == Point(1)


def test_changes_are_checked_too() -> None:
    with pytest.raises(ValueError, match="stride must be at least 1"):
        Axis(7, 3).changed(stride=0)


@pytest.mark.parametrize(
    ("arguments", "named", "complaint"),
    [
        ((), {}, "x must be given"),
        ((1,), {"x": 1}, "x cannot be given"),
        ((1,), {"q": 1}, "q cannot be given"),
        ((1, 2, 3), {}, "takes"),
    ],
)
def test_wrong_arguments(arguments: tuple[int, ...], named: dict[str, int], complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        Point(*arguments, **named)


@pytest.mark.parametrize(
    "value",
    [Axis(7, 3), Convolution(3, 10, 5, padding="same"), TransposedConvolution(1, 2, (3,), rank=1)],
)
def test_values_can_be_copied_and_sent_to_other_processes(value: Frozen) -> None:
    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
