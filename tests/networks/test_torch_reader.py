"""PyTorch sources are followed as they are written: classes, loops, defaults, helpers."""

from __future__ import annotations

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import shape_list
from cnnviz_tui.networks.trace import trace
from tests.networks.sources import CIFAR_CLASS, INCEPTION, MNIST_EXAMPLE, RESIDUAL, VGG_LOOP

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def traced(text: str, *sizes: int, model: str | None = None) -> Trace:
    return trace(text, [sizes], model=model)


def forward(body: str, init: str = "pass", *, sizes: tuple[int, ...] = (3, 8, 8)) -> Trace:
    """Trace a module with one line in __init__ and some in forward."""
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    text = (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n    def forward(self, x):\n{lines}"
    )
    return trace(text, [sizes])


@pytest.mark.parametrize(
    ("source", "sizes", "parameters", "output"),
    [
        # The published counts of the tutorials; the ResNet's is that of the CIFAR variant.
        (CIFAR_CLASS, (3, 32, 32), 62_006, [10]),
        (MNIST_EXAMPLE, (1, 28, 28), 1_199_882, [10]),
        (VGG_LOOP, (3, 32, 32), 9_231_114, [10]),
        (RESIDUAL, (3, 32, 32), 11_173_962, [10]),
        (INCEPTION, (192, 28, 28), 163_696 + 2_570, [10]),
    ],
)
def test_the_classic_models_are_followed(
    source: str, sizes: tuple[int, ...], parameters: int, output: list[int]
) -> None:
    result = traced(source, *sizes)
    assert result.ok
    assert result.notes == ()
    assert result.total_parameters == parameters
    assert shape_list(result.outputs[0]) == output


def test_names_and_lines_say_where_a_layer_is_made_and_used() -> None:
    rows = {row.name: row for row in traced(CIFAR_CLASS, 3, 32, 32).layers}
    lines = CIFAR_CLASS.split("\n")
    conv = rows["conv2"].node
    assert conv.line is not None
    assert conv.call_line is not None
    assert "self.conv2 = " in lines[conv.line - 1]
    assert "self.conv2(x)" in lines[conv.call_line - 1]
    # One pool in two places: two rows, made in the same line.
    assert rows["pool"].node.line == rows["pool_1"].node.line
    assert rows["pool"].node.call_line != rows["pool_1"].node.call_line


def test_a_shared_layer_counts_once() -> None:
    result = forward("return self.a(self.a(x))", "self.a = nn.Conv2d(3, 3, 1)")
    assert [row.parameters for row in result.layers] == [12, 12]
    assert [row.shared for row in result.layers] == [False, True]
    assert result.total_parameters == 12
    assert result.total_macs == 2 * 9 * 64


def test_layers_that_are_never_used_are_counted_apart() -> None:
    result = forward("return x", "self.spare = nn.Linear(4, 5)")
    assert result.total_parameters == 0
    assert result.unused_parameters == 25


@pytest.mark.parametrize(
    ("body", "output"),
    [
        ("return x.view(-1, 3 * 8 * 8)", [192]),
        ("return x.view(x.size(0), -1)", [192]),
        ("return x.reshape(x.shape[0], 3, -1)", [3, 64]),
        ("return torch.flatten(x, start_dim=1)", [192]),
        ("return x.flatten(2)", [3, 64]),
        ("b, c, h, w = x.shape\nreturn x.view(b, c * h, w)", [24, 8]),
        ("b, c, *rest = x.size()\nreturn x.view(b, c, rest[0] * rest[1])", [3, 64]),
        ("return x.permute(0, 2, 3, 1)", [8, 8, 3]),
        ("return x.transpose(1, 3)", [8, 8, 3]),
        ("return x.mean(dim=(2, 3))", [3]),
        ("return x.mean([2, 3], keepdim=True)", [3, 1, 1]),
        ("return torch.cat((x, x), dim=1)", [6, 8, 8]),
        ("return torch.cat([x] * 4, 1)", [12, 8, 8]),
        ("return torch.stack([x, x], 1)", [2, 3, 8, 8]),
        ("return x[:, 0]", [8, 8]),
        ("return x[:, 1:, ::2, :-1]", [2, 4, 7]),
        ("return x[..., None]", [3, 8, 8, 1]),
        ("return x.unsqueeze(1).squeeze(1)", [3, 8, 8]),
        ("a, b = x.chunk(2, dim=2)\nreturn a", [3, 4, 8]),
        ("a, b = torch.split(x, [1, 2], dim=1)\nreturn b", [2, 8, 8]),
        ("return F.interpolate(x, scale_factor=2)", [3, 16, 16]),
        ("return F.pad(x, (1, 1, 2, 0))", [3, 10, 10]),
        ("return F.max_pool2d(F.relu(x), 3, stride=2, padding=1)", [3, 4, 4]),
        ("return F.adaptive_avg_pool2d(x, (2, 5))", [3, 2, 5]),
        ("return x + 1 * x - x / 2", [3, 8, 8]),
        ("return x @ x.transpose(2, 3)", [3, 8, 8]),
        ("return x if x.shape[1] == 3 else x.flatten(1)", [3, 8, 8]),
        ("if x.dim() == 4:\n    x = x.flatten(1)\nreturn x", [192]),
        ("for _ in range(3):\n    x = F.max_pool2d(x, 2)\nreturn x.flatten(1)", [3]),
        ("return (lambda t: t.flatten(1))(x)", [192]),
        ("with torch.no_grad():\n    x = x.flatten(1)\nreturn x", [192]),
        ("y = x.to('cuda').contiguous()\nreturn y.float()", [3, 8, 8]),
        ("return x * x.mean((2, 3), keepdim=True).expand_as(x)", [3, 8, 8]),
        ("return x.repeat(1, 2, 1, 3)", [6, 8, 24]),
        ("return F.pixel_shuffle(torch.cat([x] * 4, 1), 2)", [3, 16, 16]),
    ],
)
def test_sizes_are_followed_through_tensor_methods(body: str, output: list[int]) -> None:
    result = forward(body)
    assert result.error is None
    assert result.notes == ()
    assert shape_list(result.outputs[0]) == output


@pytest.mark.parametrize(
    ("init", "body", "names"),
    [
        ("self.f = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh()))", "self.f(x)", "f.0 f.1.0"),
        (
            "from collections import OrderedDict; "
            "self.f = nn.Sequential(OrderedDict([('a', nn.ReLU()), ('b', nn.Tanh())]))",
            "self.f(x)",
            "f.a f.b",
        ),
        (
            "self.f = nn.Sequential(); self.f.add_module('one', nn.ReLU()); "
            "self.f.append(nn.Tanh())",
            "self.f(x)",
            "f.one f.1",
        ),
        ("self.l = nn.ModuleList([nn.ReLU() for _ in range(2)])", "self.l[1](x)", "l.1"),
        ("self.d = nn.ModuleDict({'k': nn.ReLU()})", "self.d['k'](x)", "d.k"),
        ("self.f = nn.Sequential(*[nn.ReLU() for _ in range(4)])", "self.f[1:3](x)", "f.1 f.2"),
        ("self.lazy = nn.LazyConv2d(4, 3)", "self.lazy(x)", "lazy"),
        ("setattr(self, f'c{1 + 1}', nn.ReLU())", "getattr(self, 'c2')(x)", "c2"),
        ("self.act = {'relu': nn.ReLU}['relu']()", "self.act(x)", "act"),
        ("", "nn.ReLU()(x)", "relu"),
    ],
)
def test_containers_are_followed(init: str, body: str, names: str) -> None:
    result = forward(f"return {body}", init or "pass")
    assert [row.name for row in result.layers] == names.split()


def test_lazy_layers_take_what_comes() -> None:
    result = forward(
        "return self.b(self.a(x).flatten(1))",
        "self.a = nn.LazyConv2d(4, 3); self.b = nn.LazyLinear(5)",
    )
    assert result.total_parameters == (27 + 1) * 4 + (4 * 36 + 1) * 5


def test_helper_functions_partials_and_inheritance_are_followed() -> None:
    text = (
        HEAD
        + """
from functools import partial

def conv3(a, b, **more):
    return nn.Conv2d(a, b, 3, padding=1, **more)

class ConvNorm(nn.Sequential):
    def __init__(self, a, b, *, norm=nn.BatchNorm2d):
        super().__init__(conv3(a, b, bias=False), norm(b), nn.ReLU(True))

class Base(nn.Module):
    width: int = 4

    @property
    def double(self) -> int:
        return 2 * self.width

    @staticmethod
    def make(a, b):
        return ConvNorm(a, b)

    def forward(self, x):
        return self.tail(self.body(x))

class Net(Base):
    def __init__(self):
        super().__init__()
        norm = partial(nn.BatchNorm2d, eps=1e-3)
        self.body = nn.Sequential(self.make(3, self.width), ConvNorm(4, self.double, norm=norm))
        self.tail = nn.Conv2d(self.body[1][0].out_channels, 2, 1)
"""
    )
    result = traced(text, 3, 8, 8)
    assert result.notes == ()
    assert result.total_parameters == 27 * 4 + 8 + 36 * 8 + 16 + 18


def test_the_model_may_be_named() -> None:
    text = HEAD + "def small(k=2):\n    return nn.Conv2d(1, k, 3)\nother = nn.Conv2d(1, 7, 3)\n"
    outputs = {
        "small": [2, 3, 3],
        "small(5)": [5, 3, 3],
        "small(k=9)": [9, 3, 3],
        "other": [7, 3, 3],
    }
    for model, output in outputs.items():
        assert shape_list(traced(text, 1, 5, 5, model=model).outputs[0]) == output


def test_a_variable_model_comes_first_then_the_last_class() -> None:
    both = HEAD + "class A(nn.Module):\n    def forward(self, x):\n        return x.flatten(1)\n"
    assert traced(both, 1, 2, 2).name == "A"
    assert traced(both + "model = nn.Conv2d(1, 3, 1)\n", 1, 2, 2).name == "model"


def test_a_pasted_sequential_needs_no_imports() -> None:
    result = traced("nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())", 1, 5, 5)
    assert shape_list(result.outputs[0]) == [2, 3, 3]


@pytest.mark.parametrize(
    ("text", "model", "sentence"),
    [
        ("x = 1", None, "There is no model in the source"),
        ("def f(:", None, "Line 1: The source is no valid Python"),
        (CIFAR_CLASS, "Nett", "There is no “Nett”"),
        (CIFAR_CLASS, "Net(open('x'))", "must be constants"),
        (CIFAR_CLASS, "Net.forward", "no name and no call"),
        (
            HEAD + "class A(nn.Module):\n    def __init__(self, k): pass\n"
            "    def forward(self, x): return x\ndef a(): return A(3)\n",
            None,
            "--model 'a()'",
        ),
    ],
)
def test_what_holds_no_model_is_refused_in_a_sentence(
    text: str, model: str | None, sentence: str
) -> None:
    with pytest.raises(SourceError) as caught:
        traced(text, 3, 32, 32, model=model)
    assert sentence in str(caught.value)


def test_what_cannot_be_followed_is_named_and_the_trace_goes_on() -> None:
    result = forward(
        "x = self.a(x)\nx = mystery(x)\nx = self.b(x)\nreturn self.c(x)",
        "self.a = nn.Conv2d(3, 4, 3); self.b = nn.Conv2d(4, 5, 3); self.c = nn.Flatten()",
    )
    assert [shape_list(row.output) for row in result.layers] == [
        [4, 6, 6],
        None,
        [5, None, None],
        [None],
    ]
    assert [(note.line, "mystery" in note.text) for note in result.notes] == [(10, True)]
    assert result.total_parameters is None
    assert result.layers[2].parameters == 36 * 5 + 5


def test_an_undecided_condition_is_named() -> None:
    result = forward("if unknown_flag:\n    return x.flatten(1)\nreturn x")
    assert shape_list(result.outputs[0]) == [3, 8, 8]
    assert "unknown_flag cannot be decided" in result.notes[0].text


def test_parameters_of_the_model_itself_count() -> None:
    result = forward(
        "return torch.cat([self.token.expand(x.size(0), -1, -1, -1), x], 1)",
        "self.token = nn.Parameter(torch.zeros(1, 2, 8, 8))",
    )
    assert result.total_parameters == 128
    assert shape_list(result.outputs[0]) == [5, 8, 8]


def test_two_inputs() -> None:
    text = (
        HEAD
        + "class N(nn.Module):\n    def forward(self, a, b):\n        return torch.cat([a, b], 1)\n"
    )
    result = trace(text, [(2, 4, 4), (3, 4, 4)])
    assert shape_list(result.outputs[0]) == [5, 4, 4]


def test_an_encoder_and_decoder_with_skips_across() -> None:
    text = (
        HEAD
        + """
def twice(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.Conv2d(b, b, 3, padding=1))

class Net(nn.Module):
    def __init__(self, widths=(8, 16, 32)):
        super().__init__()
        pairs = list(zip((3, *widths), widths))
        self.down = nn.ModuleList(twice(a, b) for a, b in pairs)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in reversed(pairs[1:])
        )
        self.merge = nn.ModuleList(twice(2 * a, a) for a, _ in reversed(pairs[1:]))
        self.last = nn.Conv2d(widths[0], 2, 1)

    def forward(self, x):
        kept = []
        for stage in self.down[:-1]:
            x = stage(x)
            kept.append(x)
            x = F.max_pool2d(x, 2)
        x = self.down[-1](x)
        for up, merge in zip(self.up, self.merge):
            skip = kept.pop()
            x = up(x)
            high, wide = skip.size(2) - x.size(2), skip.shape[3] - x.shape[3]
            x = F.pad(x, [wide // 2, wide - wide // 2, high // 2, high - high // 2])
            x = merge(torch.cat([skip, x], dim=1))
        return self.last(x)
"""
    )
    # 37 x 29 is odd at every stage, so that the padding is needed.
    result = traced(text, 3, 37, 29)
    assert result.ok
    assert result.notes == ()
    assert shape_list(result.outputs[0]) == [2, 37, 29]


def test_attention_is_followed_by_its_sizes() -> None:
    text = (
        HEAD
        + """
class Attention(nn.Module):
    def __init__(self, width=32, heads=4):
        super().__init__()
        self.heads = heads
        self.into = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.into(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = [parts[:, :, i].transpose(1, 2) for i in range(3)]
        weights = (query @ key.transpose(-2, -1) / (width // self.heads) ** 0.5).softmax(-1)
        return self.out(torch.matmul(weights, value).transpose(1, 2).reshape(batch, length, width))
"""
    )
    result = traced(text, 10, 32)
    assert result.notes == ()
    assert shape_list(result.outputs[0]) == [10, 32]
    assert result.total_parameters == 33 * 96 + 33 * 32
    # Two dense layers, and twice every pair of positions in each head.
    assert result.total_macs == 10 * 32 * 96 + 10 * 32 * 32 + 2 * 4 * 10 * 10 * 8
