"""What can be opened: the one list behind home, the command palette and `cnnviz play NAME`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnviz_tui.walkthroughs.demonstration import Demonstration
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism

if TYPE_CHECKING:
    from textual.screen import Screen

    from cnnviz_tui.tui.screens.painted import PaintedScreen
    from cnnviz_tui.tui.screens.setup import SetupScreen

SCREENS: dict[str, str] = {
    "conv": "cnnviz_tui.tui.screens.convolution:ConvolutionScreen",
    "volume": "cnnviz_tui.tui.screens.volume:VolumeScreen",
    "matrix": "cnnviz_tui.tui.screens.matrix:MatrixScreen",
    "signal": "cnnviz_tui.tui.screens.signal:SignalScreen",
    "transposed": "cnnviz_tui.tui.screens.transposed:TransposedScreen",
    "groups": "cnnviz_tui.tui.screens.groups:GroupsScreen",
    "field": "cnnviz_tui.tui.screens.field:FieldScreen",
    "gallery": "cnnviz_tui.tui.screens.gallery:GalleryScreen",
    "pool": "cnnviz_tui.tui.screens.pooling:PoolingScreen",
    "dense": "cnnviz_tui.tui.screens.dense:DenseScreen",
    "activation": "cnnviz_tui.tui.screens.activation:ActivationScreen",
    "lenet": "cnnviz_tui.tui.screens.lenet:LenetScreen",
    "backprop": "cnnviz_tui.tui.screens.backprop:BackpropScreen",
}
"""The explorer of each mechanism and where it is found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be opened.

    Attributes:
        name: what one types.
        title: what people read.
        about: a sentence on what there is to see.
        group: the heading under which it stands.
        open: makes its screen.
    """

    name: str
    title: str
    about: str
    group: str
    open: Callable[[], Screen[None]]


def explorer_of(name: str, setup: Any, *, playing: bool = True) -> SetupScreen[Any]:
    """The explorer of the mechanism called `name`, on a setup of it."""
    module, attribute = SCREENS[name].split(":")
    screen: type[SetupScreen[Any]] = getattr(import_module(module), attribute)
    return screen(setup, playing=playing)


def _training_lab() -> Screen[None]:
    from cnnviz_tui.tui.screens.training import TrainingScreen

    return TrainingScreen()


def _trace() -> Screen[None]:
    from cnnviz_tui.tui.screens.trace import TraceScreen

    return TraceScreen()


def _museum() -> Screen[None]:
    from cnnviz_tui.tui.screens.museum import MuseumScreen

    return MuseumScreen()


def _lessons() -> Screen[None]:
    from cnnviz_tui.course.library import Course, lesson_folders
    from cnnviz_tui.progress import open_progress
    from cnnviz_tui.tui.screens.course import CourseScreen

    return CourseScreen(Course(lesson_folders()), open_progress())


def _quiz() -> Screen[None]:
    from cnnviz_tui.progress import open_progress
    from cnnviz_tui.tui.screens.quiz_home import QuizHomeScreen

    return QuizHomeScreen(open_progress())


LEARNING = (
    Entry(
        "learn",
        "lessons",
        "The course, from the dense layer to residual networks: predict, then see who was right.",
        "Learn",
        _lessons,
    ),
    Entry(
        "quiz",
        "quiz",
        "Questions with fresh numbers; a wrong answer is met with the mistake that leads to it.",
        "Learn",
        _quiz,
    ),
)
"""What home begins with: the course and the quiz."""


LABS = (
    Entry(
        "trace",
        "trace a model",
        "Paste PyTorch or Keras: every size on the way, the line that breaks, and what mends it.",
        "Networks",
        _trace,
    ),
    Entry(
        "zoo",
        "a museum of networks",
        "From 1989 on: how they are built, what they cost, what each brought, side by side.",
        "Networks",
        _museum,
    ),
    Entry(
        "train",
        "watch a LeNet learn",
        "From random weights: curves, filters as they form, answers that turn right.",
        "Networks",
        _training_lab,
    ),
)
"""What can be opened besides mechanisms."""


CHAPTERS: dict[str, str] = {
    "pool": "Pooling",
    "lenet": "Networks",
    "dense": "Networks",
    "activation": "Networks",
    "backprop": "Networks",
}
"""The heading of each mechanism on the home screen; those that are not named are convolutions."""


def catalogue() -> tuple[Entry, ...]:
    """Every mechanism in the lecture's order, by its chapters, and the labs."""
    explorers = [
        Entry(
            name,
            found.title,
            found.about,
            CHAPTERS.get(name, "Convolution"),
            partial(explorer_of, name, None),
        )
        for name in MECHANISMS
        for found in [mechanism(name)]
    ]
    order = list(dict.fromkeys(["Convolution", *CHAPTERS.values()]))
    return tuple(sorted((*explorers, *LABS), key=lambda entry: order.index(entry.group)))


def examples() -> tuple[Entry, ...]:
    """Every example of every mechanism."""
    return tuple(
        Entry(
            f"{name} {preset.name}",
            f"{mechanism(name).title}: {preset.title}",
            preset.about,
            mechanism(name).title,
            partial(explorer_of, name, preset.setup),
        )
        for name in MECHANISMS
        for preset in mechanism(name).presets()
    )


def demonstration_screen(
    demonstration: Demonstration,
    *,
    playing: bool = True,
    kind: Callable[[type[PaintedScreen]], type[PaintedScreen]] = lambda plain: plain,
) -> PaintedScreen:
    """The screen that shows a demonstration, at its step.

    Args:
        demonstration: what is shown.
        playing: whether it plays at once.
        kind: makes a special kind of screen out of the plain one, such as one beside a lesson.

    Raises:
        ShapeError: it does not open.
    """
    plain, arguments, options = _screen_type(demonstration, playing)
    screen = kind(plain)(*arguments, **options)
    if demonstration.step and demonstration.is_mechanism:
        seek: Any = screen
        seek.player.seek(demonstration.step - 1)
    return screen


def _screen_type(
    demonstration: Demonstration, playing: bool
) -> tuple[type[PaintedScreen], tuple[Any, ...], dict[str, Any]]:
    """The class of a demonstration's screen and what it is made with."""
    name = demonstration.name
    if demonstration.is_mechanism:
        module, attribute = SCREENS[name].split(":")
        found: type[PaintedScreen] = getattr(import_module(module), attribute)
        return found, (demonstration.setup(),), {"playing": playing}
    if name == "train":
        from cnnviz_tui.tui.screens.training import TrainingScreen

        return TrainingScreen, (), {"playing": playing}
    if name == "gradients":
        from cnnviz_tui.tui.screens.gradients import GradientsScreen

        return GradientsScreen, (), {}
    if name == "trace":
        from cnnviz_tui.tui.screens.trace import TraceScreen

        title = {"title": "a model"}
        return TraceScreen, (demonstration.model, demonstration.input, ""), title
    from cnnviz_tui.tui.screens.museum import MuseumScreen
    from cnnviz_tui.tui.screens.museum_exhibit import ExhibitScreen
    from cnnviz_tui.walkthroughs.museum import EXHIBITS, exhibit_named

    if not demonstration.model:
        return MuseumScreen, (), {}
    exhibit, network = exhibit_named(demonstration.model)
    if network:
        return ExhibitScreen, (exhibit, network), {}
    return MuseumScreen, (EXHIBITS.index(exhibit),), {}
