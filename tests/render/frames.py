"""Frames of the convolution explorer, painted without a user interface."""

from __future__ import annotations

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.convolution import ConvolutionScene
from cnnviz_tui.render.convolution_grids import View
from cnnviz_tui.render.explorer import Frame, KeyHint, Setting, Timeline, paint_frame
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import DARK, Palette
from cnnviz_tui.walkthroughs.convolution_fields import FIELDS
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup

SIZES = ((80, 24), (100, 30), (160, 50), (200, 60))
KEYS = (KeyHint("space", "play", "toggle_play"), KeyHint("?", "help", "show_help"))


def view_of(
    setup: ConvolutionSetup,
    mode: CellMode | None = None,
    cursor: CellTarget | None = None,
    pointed: CellTarget | None = None,
) -> View:
    """How a person looks at a setup at first: colour pictures as a whole."""
    names = setup.channel_names
    composite = names == ("red", "green", "blue") and setup.groups == 1
    return View(
        mode=mode,
        channel=setup.channels if composite else 0,
        cursor=cursor,
        pointed=pointed,
        input_title=setup.source.title,
        kernel_titles=setup.kernel_titles,
    )


def frame_of(setup: ConvolutionSetup, index: int) -> Frame:
    """What stands around the stage at a step."""
    walkthrough = setup.build()
    step = walkthrough[index] if len(walkthrough) else None
    return Frame(
        breadcrumb=("cnnviz", "convolution", *([setup.title] if setup.title else [])),
        settings=tuple(Setting(f.symbol, f.text(setup)) for f in FIELDS if f.symbol),
        selected=None,
        changed="",
        formulas=walkthrough.formulas,
        before=(),
        sums=step.sums if step else (),
        caption=step.caption if step else walkthrough.problem,
        timeline=Timeline(max(index, 0), len(walkthrough), playing=False, speed=8.0),
        keys=KEYS,
    )


def painted(
    setup: ConvolutionSetup,
    index: int = 0,
    size: tuple[int, int] = (80, 24),
    palette: Palette = DARK,
    view: View | None = None,
) -> Canvas:
    """A whole frame at a step."""
    canvas = Canvas(*size, palette)
    walkthrough = setup.build()
    step = walkthrough[index] if len(walkthrough) else None
    scene = ConvolutionScene(walkthrough, step, view or view_of(setup))
    paint_frame(canvas, frame_of(setup, index), scene)
    return canvas
