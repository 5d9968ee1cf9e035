"""What a lesson or a quiz question shows: an explorer, a museum page or a trace, as data."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnnviz_tui.frozen import Frozen

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.base import Step, Walkthrough

# Mechanisms need numpy; a question that names one is asked before anybody opens it.

LABS: tuple[str, ...] = ("train", "trace", "zoo", "gradients")
"""What can be shown besides mechanisms."""


class Demonstration(Frozen):
    """Something to show, at a certain place.

    Attributes:
        name: a mechanism, or one of `LABS`.
        preset: the mechanism's example to begin with; its first without one.
        typed: from a field's option or symbol to what one would type into it.
        step: the step to begin with, counted from 1; 0 is where it opens by itself.
        model: for `trace` the model's text, for `zoo` the exhibit.
        input: for `trace` the size of the input, such as `1x28x28`.
    """

    name: str
    preset: str = ""
    typed: Mapping[str, str] = MappingProxyType({})
    step: int = 0
    model: str = ""
    input: str = ""

    @property
    def is_mechanism(self) -> bool:
        """Whether it has a walkthrough; labs have screens and text only."""
        return self.name not in LABS

    def setup(self) -> Any:
        """The mechanism's setup.

        Raises:
            ShapeError: there is no such mechanism, example or field, or a value cannot be.
        """
        from cnnviz_tui.walkthroughs.mechanism import mechanism

        return mechanism(self.name).set_up(self.preset, self.typed)

    def walkthrough(self) -> Walkthrough[Step]:
        """The walkthrough of the setup.

        Raises:
            ShapeError: the setup cannot be, or the step is none of its steps.
        """
        from cnnviz_tui.walkthroughs.mechanism import SetupError

        walkthrough: Walkthrough[Step] = self.setup().build()
        length = len(walkthrough)
        if length and self.step > length:
            raise SetupError(f"Step {self.step} is beyond the last step, {length}.")
        return walkthrough

    def check(self) -> None:
        """Make sure that it opens.

        Raises:
            ShapeError: it does not; the sentence says why.
        """
        if self.is_mechanism:
            self.walkthrough()
        elif self.name == "zoo" and self.model:
            from cnnviz_tui.walkthroughs.museum import exhibit_named

            exhibit_named(self.model)

    @property
    def command(self) -> str:
        """The shell command that opens it; empty where its model is written in the lesson."""
        if self.name == "trace":
            return ""
        words = ["cnnviz", "play", self.name]
        if self.model:
            words.append(self.model)
        if self.preset:
            words += ["--preset", self.preset]
        if self.is_mechanism:
            from cnnviz_tui.walkthroughs.mechanism import mechanism

            options = {f.symbol: f.option for f in mechanism(self.name).fields if f.symbol}
            for name, text in self.typed.items():
                words += [f"--{options.get(name, name)}", text]
        if self.step:
            words += ["--step", str(self.step)]
        return shlex.join(words)
