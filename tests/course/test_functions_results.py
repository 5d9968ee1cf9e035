"""Networks, activations, steps and arithmetic, each number also reached another way."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.course.values import ExpressionError, Value, evaluate, functions, value_text
from cnnviz_tui.networks.zoo.catalogue import names as zoo_names
from cnnviz_tui.nn import load_lenet
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS
from cnnviz_tui.walkthroughs.museum import EXHIBITS

NUMBERS = st.fractions(-8, 8, max_denominator=16)


def number(expression: str, **names: Value) -> Fraction:
    found = evaluate(expression, names)
    assert isinstance(found, Fraction)
    return found


def said_by(expression: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression)
    return str(caught.value)


# -- activation functions -------------------------------------------------------------------------

FORMULAS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": math.tanh,
    "relu": lambda a: max(0.0, a),
    "softplus": lambda a: math.log(1 + math.exp(a)),
    "leaky_relu": lambda a: a if a > 0 else 0.01 * a,
    "elu": lambda a: a if a > 0 else math.exp(a) - 1,
    "gelu": lambda a: a * (1 + math.erf(a / math.sqrt(2))) / 2,
}


@pytest.mark.parametrize("name", FORMULAS)
@given(a=NUMBERS)
def test_an_activation_function_is_its_formula(name: str, a: Fraction) -> None:
    formula = FORMULAS[name]
    assert float(number(f"{name}(a)", a=a)) == pytest.approx(formula(float(a)), abs=1e-12)
    assert evaluate(f"{name}([a, 1])", {"a": a}) == (
        number(f"{name}(a)", a=a),
        number(f"{name}(1)"),
    )
    if abs(a) > Fraction(1, 100):
        # Away from the kink of ReLU and its relatives.
        h = 1e-5
        rise = (formula(float(a) + h) - formula(float(a) - h)) / (2 * h)
        assert float(number(f"slope('{name}', a)", a=a)) == pytest.approx(rise, abs=1e-8)


def test_what_an_activation_lets_through_stays_exact() -> None:
    assert evaluate("relu([[1/3, -1/3]])") == ((Fraction(1, 3), Fraction(0)),)
    assert evaluate("leaky_relu(-3)") == Fraction(-3, 100)
    assert evaluate("leaky_relu(-3, alpha=0.5)") == Fraction(-3, 2)
    assert evaluate("sigmoid(0)") == Fraction(1, 2)
    assert evaluate("slope('sigmoid', 0)") == Fraction(1, 4)


@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_softmax_and_the_loss_are_their_formulas(logits: list[Fraction]) -> None:
    row: Value = tuple(logits)
    powers = [math.exp(x) for x in logits]
    shares = evaluate("softmax(x)", {"x": row})
    assert isinstance(shares, tuple)
    for i, share in enumerate(shares):
        assert isinstance(share, Fraction)
        assert float(share) == pytest.approx(powers[i] / sum(powers), abs=1e-12)
        loss = number(f"cross_entropy(x, {i})", x=row)
        assert float(loss) == pytest.approx(math.log(sum(powers)) - float(logits[i]), abs=1e-9)


# -- networks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        # As published.
        ('network("alexnet-one-column").parameters', "61,100,840"),
        ('network("vgg16").parameters', "138,357,544"),
        ('network("resnet50").parameters', "25,557,032"),
        # Counted by hand: five convolutions and three dense layers.
        ('network("alexnet").layers', "8"),
        ('network("alexnet").convolutions', "5"),
        ('network("alexnet").dense_layers', "3"),
        ('network("alexnet").input', "227x227x3"),
        ('network("alexnet").output', "1,000"),
        ('network("alexnet").year', "2012"),
        ('network("alexnet").fits', "yes"),
        ('network("alexnet").problem', ""),
        ('network("alexnet").layer("conv1").output', "55x55x96"),
        ('network("alexnet").layer("conv1").input', "227x227x3"),
        ('network("alexnet").layer("conv1").receptive_field', "11"),
        ('network("alexnet").layer("conv1").type', "conv"),
        ('network("lenet5").layer("c1").parameters == conv_parameters(5, 1, 6)', "yes"),
        ('network("lenet5").layer("c1").macs == conv_macs("28x28x1", 5, 6, P=2)', "yes"),
        ('network("vgg16").layer("block1.1.conv1").name', "block1.1.conv1"),
        ('trace("conv 6 5 | relu | maxpool 2", "3x32x32").output', "14x14x6"),
        ('trace("conv 6 5", "3x32x32").parameters == conv_parameters(5, 3, 6)', "yes"),
        ('trace("conv 6 5", "3x32x32").macs == conv_macs("32x32x3", 5, 6)', "yes"),
        ('trace("conv 6 5", "3x32x32").activation_bytes', "18,816"),
        ('trace("conv 6 5 | linear 3", "3x32x32").fits', "no"),
        ('trace("conv 6 5 | linear 3", "3x32x32").problem_layer', "linear1"),
        ('trace("conv 6 5 | linear 3", "3x32x32").layer("conv1").output', "28x28x6"),
        ('exhibit("alexnet").error', "16.4"),
        ('exhibit("resnet").name', "ResNet"),
        ('exhibit("resnet").year', "2015"),
        ('fact("asirra-human")', "99.6"),
        ('fact("asirra-odds")', "54,000"),
        ('fact("kaggle-2014")[0]', "98.914"),
        ('fact("imagenet-pictures")', "14,200,000"),
        ("lenet().parameters", "61,706"),
        ('lenet("lenet5-1998").parameters', "60,000"),
    ],
)
def test_what_networks_tell(expression: str, text: str) -> None:
    assert value_text(evaluate(expression)) == text


@pytest.mark.parametrize("name", zoo_names())
def test_every_network_tells_its_parts_and_they_add_up(name: str) -> None:
    whole = f'network("{name}")'
    for part in ("title", "source", "about", "rows", "macs", "memory", "training_memory"):
        assert value_text(evaluate(f"{whole}.{part}"))
    assert evaluate(f'{whole}.share_of("")') == 1
    counted = number(f"{whole}.convolutions") + number(f"{whole}.dense_layers")
    assert counted == number(f"{whole}.layers")


def test_most_of_alexnets_parameters_are_in_its_dense_layers() -> None:
    dense = [(9216, 4096), (4096, 4096), (4096, 1000)]
    counted = sum((inputs + 1) * units for inputs, units in dense)
    share = number('network("alexnet").share_of("fc")')
    assert share * number('network("alexnet").parameters') == counted


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: str(exhibit.key))
def test_every_exhibit_has_a_name_a_year_and_a_source(exhibit: object) -> None:
    key = getattr(exhibit, "key", "")
    for part in ("name", "year", "source"):
        assert value_text(evaluate(f'exhibit("{key}").{part}'))


def test_a_riddle_is_solved_where_all_its_photographs_are() -> None:
    share = number('riddle_solved(fact("kaggle-2014")[0] / 100)')
    assert float(share) == pytest.approx(0.98914 ** float(number('fact("asirra-photographs")')))


@pytest.mark.parametrize("model", ["lenet5", "lenet5-1998"])
def test_the_trained_network_and_its_card_agree(model: str) -> None:
    trained = sum(array.size for array in load_lenet(model).parameters())
    assert number(f'lenet("{model}").parameters') == trained
    accuracy, errors = number(f'lenet("{model}").accuracy'), number(f'lenet("{model}").errors')
    assert accuracy == 1 - errors / 10_000


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('network("alexnet").error', "has no error"),
        ('network("alexnet").share_of("x")', "No layer's name begins with “x”"),
        ('trace("conv 6", "3x32x32")', "“conv” is written"),
        ('trace("conv 6 5", "3xx")', "must be whole numbers"),
        ('exhibit("vvg")', "no exhibit “vvg”"),
        ('exhibit("convnet").error', "has no error"),
        ('fact("asirra")', "There is no fact “asirra”"),
        ('lenet("lenet")', "did you mean “lenet5”?"),
        ("riddle_solved(98)", "share must be 0 to 1"),
        ("slope('sigmoyd', 1)", "There is no activation function “sigmoyd”"),
        ("cross_entropy([1, 2], 2)", "target must be 0 to 1"),
    ],
)
def test_what_there_is_not_is_said(expression: str, said: str) -> None:
    assert said in said_by(expression)


# -- steps of explorers ---------------------------------------------------------------------------


def test_a_step_tells_what_the_explorer_shows() -> None:
    walkthrough = CONVOLUTION.set_up("", {"N": "7", "S": "2"}).build()
    shown = walkthrough[3]
    assert number('step("conv", 4, N=7, S=2).value') == Fraction(f"{shown.value:.7g}")
    assert number('steps("conv", N=7, S=2)') == len(walkthrough)
    assert evaluate('step("conv", 4, N=7, S=2).output') == tuple(map(Fraction, shown.output))
    by_hand = 'dot(step("conv", 4, N=7, S=2).inputs[0], step("conv", 4, N=7, S=2).weights[0])'
    assert float(number(by_hand)) == pytest.approx(shown.value, abs=1e-6)


@pytest.mark.parametrize("explorer", MECHANISMS)
def test_every_explorer_has_steps_whose_parts_are_values(explorer: str) -> None:
    assert number(f'steps("{explorer}")') >= 1
    assert isinstance(evaluate(f'step("{explorer}", 1).caption'), str)


def test_fields_are_typed_as_people_type_them() -> None:
    padded = 'steps("conv", "parameters", input="numbers", size=(7, 9), K=2, P="same")'
    assert number(padded) == 7 * 9 * 2
    assert number('step("conv", 1, N=5, bias=1/2).bias') == Fraction(1, 2)
    assert "bias" in said_by('step("conv", 1, N=5, bias=False).bias')


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('step("conv", 0, N=7)', "conv has 25 steps here: take 1 to 25."),
        ('step("conf", 1)', "There is no explorer “conf”"),
        ('step("conv", 1, preset="nix")', "There is no example “nix”"),
        ('step("conv", 1, nix=3)', "has no “nix”"),
        ('step("conv", 1, N=2)', "does not fit"),
        ('step("conv", 1, N=[1, 2])', "N must be a number, a size or a text"),
        ('step("conv", 1, image="/etc/passwd")', "reads a file, which no expression does"),
        ('step("conv", 1).valu', "did you mean “value”?"),
    ],
)
def test_a_step_that_there_is_not_is_said(expression: str, said: str) -> None:
    assert said in said_by(expression)


# -- arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("round(7/3, 2)", Fraction(233, 100)),
        ("round(2.5)", Fraction(3)),
        ("round(-2.5)", Fraction(-3)),
        ("floor(7/3)", Fraction(2)),
        ("floor(-7/3)", Fraction(-3)),
        ("ceil(7/3)", Fraction(3)),
        ("abs(-7/3)", Fraction(7, 3)),
        ("min(3, [1, 2], [[-1, 5], [0, 0]])", Fraction(-1)),
        ("max(3, [1, 2], [[-1, 5], [0, 0]])", Fraction(5)),
        ("sum(3, [1, 2], [[-1, 5], [0, 0]])", Fraction(10)),
        ("sqrt(49/4)", Fraction(7, 2)),
        ("exp(0)", Fraction(1)),
        ("log(1)", Fraction(0)),
        ("4 ** 0.5", Fraction(2)),
    ],
)
def test_arithmetic(expression: str, value: Fraction) -> None:
    assert evaluate(expression) == value


@given(st.fractions(Fraction(1, 100), 50, max_denominator=100))
def test_roots_powers_and_logarithms_undo_each_other(x: Fraction) -> None:
    assert float(number("sqrt(x) ** 2", x=x)) == pytest.approx(float(x), rel=1e-13)
    assert float(number("log(exp(x))", x=x)) == pytest.approx(float(x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("sqrt(-1)", "no square root"),
        ("log(0)", "Only a positive number"),
        ("exp(1000)", "not a finite number"),
        ("exp(100)", "larger than 10^30"),
        ("sum(10**30, 1)", "larger than 10^30"),
        ("round(1, 99)", "decimals must be 0 to 15"),
        ("min()", "give at least one"),
    ],
)
def test_arithmetic_that_has_no_result(expression: str, said: str) -> None:
    assert said in said_by(expression)


# -- the table of the guide -----------------------------------------------------------------------


def test_every_function_is_described_in_a_line_for_the_guide() -> None:
    for name, function in functions().items():
        assert re.fullmatch(rf"{name}\(.*\)", function.signature)
        assert re.fullmatch(r"\S.*[.]", function.about), name
        assert len(function.about) <= 100


def test_every_function_is_tested_by_name() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_functions_*")
    )
    missing = [name for name in functions() if not re.search(rf"\b{name}\b", tests)]
    assert missing == []


def test_numbers_of_float32_are_the_decimals_that_they_stand_for() -> None:
    pixel = number("cell(picture('digit-7'), 8, 8)")
    assert np.float32(pixel) == np.float32(round(float(pixel), 2))
    assert (pixel * 100).denominator == 1
