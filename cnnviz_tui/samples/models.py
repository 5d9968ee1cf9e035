"""Classic models as source texts, each also with one number broken, to be traced and mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A model that fits, and the slip that people make with it.

    Attributes:
        name: what one types.
        title: what people read.
        about: a sentence on what there is to see.
        input: the shape of its input without the batch, as one types it; empty where the source
            says it.
        source: the text that fits.
        right: a piece of the source, found once.
        wrong: what stands there in the broken one.
        slip: a sentence on what is broken.
    """

    name: str
    title: str
    about: str
    input: str
    source: str
    right: str
    wrong: str
    slip: str

    @property
    def broken(self) -> str:
        """The source with the slip in it."""
        return self.source.replace(self.right, self.wrong, 1)


_LINE = """\
conv 6 5 pad=2 | relu | maxpool 2 | conv 16 5 | relu | maxpool 2
| flatten | linear 120 | relu | linear 84 | relu | linear 10
"""

_LENET = """\
import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)
"""

_VIEW = """\
import torch.nn as nn
import torch.nn.functional as F


class Cifar(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5 * 5)
        return self.fc2(F.relu(self.fc1(x)))
"""

_VGG = """\
import torch.nn as nn

PLAN = [32, 32, "pool", 64, 64, "pool", 128, 128, "pool"]


def features(plan, channels=3):
    layers = []
    for step in plan:
        if step == "pool":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, step, 3, padding=1), nn.ReLU()]
            channels = step
    return nn.Sequential(*layers)


model = nn.Sequential(
    features(PLAN),
    nn.Flatten(),
    nn.Linear(128 * 4 * 4, 256),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(256, 10),
)
"""

_RESIDUAL = """\
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, before, after, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.way = nn.Sequential()
        if stride != 1 or before != after:
            self.way = nn.Conv2d(before, after, 1, stride=stride)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + self.way(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.blocks = nn.Sequential(
            Block(16, 16), Block(16, 32, stride=2), Block(32, 64, stride=2)
        )
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.head(x)
"""

_INCEPTION = """\
import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one = nn.Conv2d(channels, 64, 1)
        self.three = nn.Sequential(
            nn.Conv2d(channels, 96, 1), nn.Conv2d(96, 128, 3, padding=1)
        )
        self.five = nn.Sequential(
            nn.Conv2d(channels, 16, 1), nn.Conv2d(16, 32, 5, padding=2)
        )
        self.pool = nn.Sequential(
            nn.MaxPool2d(3, 1, 1), nn.Conv2d(channels, 32, 1)
        )

    def forward(self, x):
        branches = [self.one(x), self.three(x), self.five(x), self.pool(x)]
        return torch.cat(branches, dim=1)


model = Inception(192)
"""

_SEPARABLE = """\
from torch import nn


def separable(before, after, stride):
    return nn.Sequential(
        nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False),
        nn.BatchNorm2d(before),
        nn.ReLU(),
        nn.Conv2d(before, after, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


model = nn.Sequential(
    nn.Conv2d(3, 32, 3, stride=2, padding=1),
    separable(32, 64, 1),
    separable(64, 128, 2),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(128, 10),
)
"""

_KERAS = """\
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])
"""

MODELS: tuple[Model, ...] = (
    Model(
        "lenet",
        "LeNet-5 in PyTorch",
        "Two convolutions, two poolings, three dense layers: 61,706 parameters.",
        "1x28x28",
        _LENET,
        "nn.Linear(400, 120)",
        "nn.Linear(2304, 120)",
        "The first dense layer expects 2,304 numbers, and 400 arrive.",
    ),
    Model(
        "line",
        "LeNet-5 in one line",
        "The same network in the notation of cnnviz: one word a layer.",
        "1x28x28",
        _LINE,
        "conv 16 5 ",
        "conv 16 15 ",
        "A filter of 15x15 finds only 14x14 to slide over.",
    ),
    Model(
        "cifar",
        "a small CIFAR-10 net",
        "Poolings as functions, and a view that flattens.",
        "3x32x32",
        _VIEW,
        "x.view(-1, 16 * 5 * 5)",
        "x.view(-1, 16 * 4 * 4)",
        "A view with the wrong length cuts pictures apart instead of failing at once.",
    ),
    Model(
        "vgg",
        "a VGG from a list",
        "A loop builds the layers from a plan, 3x3 filters throughout.",
        "3x32x32",
        _VGG,
        "nn.Linear(128 * 4 * 4, 256)",
        "nn.Linear(128 * 8 * 8, 256)",
        "Three poolings leave 4x4 of the 32x32, not 8x8.",
    ),
    Model(
        "resnet",
        "residual blocks",
        "Each block adds its input to its output; where sizes change, a 1x1 convolution helps.",
        "3x32x32",
        _RESIDUAL,
        "nn.Conv2d(before, after, 1, stride=stride)",
        "nn.Conv2d(before, after, 1, stride=1)",
        "The way around the block keeps the size, the block halves it: they cannot be added.",
    ),
    Model(
        "inception",
        "an Inception module",
        "Four branches side by side, concatenated along the channels.",
        "192x28x28",
        _INCEPTION,
        "nn.Conv2d(16, 32, 5, padding=2)",
        "nn.Conv2d(16, 32, 5, padding=1)",
        "One branch shrinks the picture, so it cannot be laid beside the others.",
    ),
    Model(
        "separable",
        "separable convolutions",
        "One filter for each channel, then 1x1 across channels, as in MobileNet.",
        "3x64x64",
        _SEPARABLE,
        "groups=before",
        "groups=3",
        "32 channels cannot be split into 3 groups.",
    ),
    Model(
        "keras",
        "digits in Keras",
        "Channels last, and sizes that each layer finds out by itself.",
        "",
        _KERAS,
        "layers.Conv2D(64, 3,",
        "layers.Conv2D(64, 15,",
        "A filter of 15x15 finds only 13x13 to slide over.",
    ),
)
"""The classic ones, the simplest first."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One text to choose: a model as it should be, or broken.

    Attributes:
        key: what it is told apart by: ``lenet``, ``lenet-broken``.
        title: what people read.
        about: what there is to see.
        input: as in the model.
        text: the source.
    """

    key: str
    title: str
    about: str
    input: str
    text: str


def variants() -> tuple[Variant, ...]:
    """Every model as it should be, and behind it the broken one."""
    return tuple(
        variant
        for model in MODELS
        for variant in (
            Variant(model.name, model.title, model.about, model.input, model.source),
            Variant(
                f"{model.name}-broken",
                f"{model.title}, broken",
                model.slip,
                model.input,
                model.broken,
            ),
        )
    )
