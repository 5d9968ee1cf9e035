"""Walkthroughs as plain text: one line a step, for screen readers and pipes."""

from __future__ import annotations

from cnnviz_tui.walkthroughs.base import BREAK, Step, Walkthrough, text_of


def plain_header(walkthrough: Walkthrough[Step]) -> str:
    """What is walked through and the formulas that govern it, on lines of their own."""
    lines = [f"{walkthrough.title}, {len(walkthrough)} steps"]
    lines += [text_of(formula) for formula in walkthrough.formulas]
    return "\n".join(lines)


def plain_step(step: Step, length: int) -> str:
    """One step on one line: its number, its most detailed sum, its caption."""
    calculation = " ".join(text_of(step.sums[0]).replace(BREAK.text, "; ").split())
    return f"step {step.index + 1} of {length}: {calculation}. {step.caption}"
