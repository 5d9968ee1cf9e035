"""The museum of networks as data: its exhibits, ImageNet's errors by year, cats and dogs.

What was published stands here (years, authors, titles, error rates, with their sources); what a
network consists of and costs never does: that is computed from the zoo's descriptions.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.zoo.catalogue import load

_KRIZHEVSKY = "Krizhevsky, Sutskever, Hinton 2012"
_RUSSAKOVSKY = "Russakovsky et al. 2015: ImageNet large scale visual recognition challenge"


@dataclass(frozen=True, slots=True)
class Result:
    """A top-5 error on ImageNet: how often the right class is not among five guesses.

    Attributes:
        year: of the competition; None for people.
        error: in per cent.
        who: whose it is, in a word or two.
        source: where it was published.
        remark: what one has to know about it; may be empty.
    """

    year: int | None
    error: float
    who: str
    source: str
    remark: str = ""


RESULTS = (
    Result(2010, 28.2, "winner", _RUSSAKOVSKY, "Not yet a deep network."),
    Result(2011, 25.8, "winner", _RUSSAKOVSKY, "Not yet a deep network."),
    Result(
        2012,
        16.4,
        "AlexNet",
        _KRIZHEVSKY,
        "Learnt from the competition's own pictures only.",
    ),
    Result(
        2012,
        15.3,
        "AlexNet+",
        _KRIZHEVSKY,
        "With extra data: some of its networks had first learnt from more of ImageNet's pictures.",
    ),
    Result(2013, 11.7, "winner", _RUSSAKOVSKY),
    Result(2014, 7.3, "VGG", "Simonyan, Zisserman 2014"),
    Result(2014, 6.7, "GoogLeNet", "Szegedy et al. 2014"),
    Result(2015, 3.57, "ResNet", "He, Zhang, Ren, Sun 2015"),
    Result(None, 5.1, "human", _RUSSAKOVSKY, "An estimate of what a person reaches."),
)
"""The lowest top-5 errors by year, and what people reach."""

HUMAN = next(result for result in RESULTS if result.year is None)
"""The estimate for people."""

ASIRRA_PHOTOGRAPHS = 12
"""Photographs of one Asirra riddle."""

ASIRRA_HUMAN = 99.6
"""Per cent of the riddles that people solve."""

ASIRRA_ODDS = 54_000
"""One chance in so many was all that machines were expected to have."""

KAGGLE_2014 = (98.914, 98.308, 98.171, 98.171, 98.137, 98.137, 98.102, 98.102)
"""The best shares of right answers, cat or dog, of the Kaggle competition of 2014, in per cent."""

IMAGENET_PICTURES = 14_200_000
"""Pictures of ImageNet, as the lecture counts them."""

IMAGENET_CLASSES = 1_000
"""Classes of the competition."""


def riddle_solved(share: float) -> float:
    """How likely a whole Asirra riddle is solved if each photograph is read with a `share`, 0..1.

    The photographs are taken as independent of each other.
    """
    return float(share**ASIRRA_PHOTOGRAPHS)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A stop on the way through the museum.

    Attributes:
        key: what one types.
        name: what people call it.
        year: when it was published.
        brought: what it brought, two or three sentences.
        networks: its networks in the zoo, the one that is shown first in front; empty for a stop
            that is no network.
        paper: authors and title; empty for a network, whose file in the zoo says it.
        error: its top-5 error in per cent.
    """

    key: str
    name: str
    year: int
    brought: str
    networks: tuple[str, ...] = ()
    paper: str = ""
    error: float | None = None

    @property
    def source(self) -> str:
        """Authors and title."""
        return self.paper or load(self.networks[0]).source


def _cats_and_dogs() -> str:
    best = KAGGLE_2014[0]
    return (
        f"A riddle that was to tell people from programs: {ASIRRA_PHOTOGRAPHS} photographs, which "
        f"show cats? People solve {ASIRRA_HUMAN} % of the riddles, machines were expected to have "
        f"no better than 1 chance in {ASIRRA_ODDS:,}. In 2014 the winner of the Kaggle competition "
        f"on such photographs read {best} % of them right: a whole riddle in "
        f"{100 * riddle_solved(best / 100):.0f} % of all cases."
    )


EXHIBITS = (
    Exhibit(
        "convnet",
        "ConvNets",
        1989,
        "Filters that slide over a picture and share their weights are learnt by "
        "backpropagation instead of being designed by hand, and read handwritten zip codes. All "
        "the networks to come are made of these parts.",
        paper="LeCun et al.: Backpropagation applied to handwritten zip code recognition",
    ),
    Exhibit(
        "lenet",
        "LeNet-5",
        1998,
        "The pattern that lasted: convolution and subsampling take turns, maps get smaller and "
        "more numerous, dense layers decide. In the paper a map of C3 sees only some of the maps "
        "below it, and the output measures distances to fixed codes.",
        ("lenet5-1998", "lenet5"),
    ),
    Exhibit(
        "asirra",
        "Asirra",
        2007,
        _cats_and_dogs(),
        paper="Asirra, a captcha of cats and dogs, and the Kaggle competition of 2014",
    ),
    Exhibit(
        "imagenet",
        "ImageNet",
        2010,
        f"{IMAGENET_PICTURES:,} pictures, of which a competition is held each year from 2010 on, "
        f"ILSVRC: {IMAGENET_CLASSES:,} classes, many of them breeds of dogs, and five guesses a "
        "picture. There were at last enough examples for large networks to learn from.",
        paper=_RUSSAKOVSKY,
    ),
    Exhibit(
        "alexnet",
        "AlexNet",
        2012,
        "The first deep network to win ImageNet, and the first wide use of ReLU. Large filters "
        "come first, 11×11 with a stride of 4, then more and more channels, dense layers at the "
        "end. It was split over two graphics cards, which still shows in its shapes.",
        ("alexnet", "alexnet-one-column"),
        error=16.4,
    ),
    Exhibit(
        "zfnet",
        "ZFNet",
        2013,
        "Its authors made visible what the units of AlexNet respond to, and saw what its first "
        "layer loses. Filters of 7×7 with a stride of 2 in place of 11×11 and 4 keep more of it.",
        ("zfnet",),
    ),
    Exhibit(
        "nin",
        "NiN",
        2013,
        "Between the convolutions stand 1×1 convolutions: small dense networks that work at every "
        "position. The mean of each last map is the score of a class, so that no dense layer is "
        "left at all.",
        ("nin",),
    ),
    Exhibit(
        "vgg",
        "VGG",
        2014,
        "Nothing but 3×3 filters: two of them see what a 5×5 sees, three what a 7×7 sees, with "
        "fewer parameters. The channels double at each pooling, up to 19 layers deep. It needs "
        "much memory, and gradients vanish on the way down.",
        ("vgg16", "vgg11", "vgg13", "vgg19"),
        error=7.3,
    ),
    Exhibit(
        "googlenet",
        "GoogLeNet",
        2014,
        "Which filter size is right? All of them: in an Inception module 1×1, 3×3, 5×5 and "
        "pooling stand side by side and are joined along the channels. 1×1 convolutions in front "
        "of the large filters keep it cheap.",
        ("googlenet", "googlenet-aux", "googlenet-torchvision"),
        error=6.7,
    ),
    Exhibit(
        "resnet",
        "ResNet",
        2015,
        "Each block adds to its input instead of replacing it. The sum lets gradients pass "
        "unchanged, so that far deeper networks can be trained; batch normalisation after every "
        "convolution keeps the sizes in bounds.",
        ("resnet18", "resnet34", "resnet50"),
        error=3.57,
    ),
    Exhibit(
        "squeezenet",
        "SqueezeNet",
        2016,
        "As few parameters as possible: a fire module squeezes the channels with 1×1 filters, "
        "then expands them with 1×1 and 3×3 filters side by side. Like NiN it ends in the means "
        "of its maps.",
        ("squeezenet",),
    ),
    Exhibit(
        "densenet",
        "DenseNet",
        2016,
        "Where ResNet adds, DenseNet concatenates: every layer of a block sees the maps of all "
        "layers before it. It puts a few maps of its own beside them, and nothing has to be learnt "
        "twice.",
        ("densenet121",),
    ),
    Exhibit(
        "mobilenet",
        "MobileNet",
        2017,
        "A convolution taken apart: first one 3×3 filter for each channel on its own (depthwise), "
        "then 1×1 filters across the channels (pointwise). It is small and fast enough for a "
        "telephone.",
        ("mobilenet_v1",),
    ),
)
"""All stops, in the order of the way."""


def exhibit_named(name: str) -> tuple[Exhibit, str]:
    """The exhibit of a key or of a network's name in the zoo, and that network's name.

    The name of the network is empty for an exhibit that is none.

    Raises:
        SourceError: there is no such exhibit.
    """
    wanted = name.strip().lower()
    for exhibit in EXHIBITS:
        if wanted == exhibit.key:
            return exhibit, exhibit.networks[0] if exhibit.networks else ""
        if wanted in exhibit.networks:
            return exhibit, wanted
    keys = ", ".join(exhibit.key for exhibit in EXHIBITS)
    raise SourceError(
        f"The museum has no exhibit “{name[:40]}”; there are {keys}, and the names of cnnviz zoo."
    )
