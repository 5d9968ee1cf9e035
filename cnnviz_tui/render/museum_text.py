"""The museum as text and as data: for paper, screen readers and scripts."""

from __future__ import annotations

from typing import Any

from cnnviz_tui.networks.sizes import shape_list, shape_text
from cnnviz_tui.render.gradients import power_text
from cnnviz_tui.render.museum import numbers_line
from cnnviz_tui.render.museum_exhibit import total_lines
from cnnviz_tui.render.museum_rooms import value_text
from cnnviz_tui.walkthroughs.floor_plan import FloorPlan, Unit, floor_plan
from cnnviz_tui.walkthroughs.gradients import BATCH, WIDTH, Measured, Setup
from cnnviz_tui.walkthroughs.museum import (
    ASIRRA_HUMAN,
    ASIRRA_ODDS,
    ASIRRA_PHOTOGRAPHS,
    EXHIBITS,
    IMAGENET_CLASSES,
    IMAGENET_PICTURES,
    KAGGLE_2014,
    RESULTS,
    Exhibit,
    riddle_solved,
)
from cnnviz_tui.walkthroughs.museum_rooms import Room, rooms

_WIDE = 1000


def background_lines() -> list[str]:
    """The data sets and the sources of the chart."""
    lines = [
        "ImageNet",
        f"  {IMAGENET_PICTURES:,} pictures; the competition (ILSVRC, since 2010) has "
        f"{IMAGENET_CLASSES:,} classes.",
        "  top-5 error: the right class is not among five guesses.",
        "",
    ]
    for result in RESULTS:
        year = "estimate" if result.year is None else str(result.year)
        lines.append(f"  {year:<8} {result.error:>5g} %  {result.who}. Source: {result.source}.")
        if result.remark:
            lines.append(f"                    {result.remark}")
    best = KAGGLE_2014[0]
    lines += [
        "",
        "Asirra (2007) and the Kaggle competition (2014)",
        f"  {ASIRRA_PHOTOGRAPHS} photographs of cats and dogs a riddle; people solve "
        f"{ASIRRA_HUMAN} %; machines were expected",
        f"  to have no better than 1 chance in {ASIRRA_ODDS:,}.",
        "  right answers of the best in 2014, in per cent: " + ", ".join(map(str, KAGGLE_2014)),
        f"  {best} % of the photographs make {100 * riddle_solved(best / 100):.1f} % of the "
        "riddles, if each is as hard as the next.",
    ]
    return lines


def museum_lines() -> list[str]:
    """The whole museum, exhibit by exhibit."""
    lines = background_lines()
    for exhibit in EXHIBITS:
        lines += ["", *heading_lines(exhibit)]
    return lines


def heading_lines(exhibit: Exhibit, *, numbered: bool = True) -> list[str]:
    """What is known of an exhibit without its layers, its numbers on request."""
    numbers = numbers_line(exhibit) if numbered else ""
    lines = [
        f"{exhibit.year}  {exhibit.name}" + (f"  ({exhibit.key})" if exhibit.networks else ""),
        f"  {exhibit.source}",
        f"  {exhibit.brought}",
    ]
    return [*lines, f"  {numbers}"] if numbers else lines


def exhibit_lines(exhibit: Exhibit, network: str) -> list[str]:
    """An exhibit with the layers of one of its networks and its side rooms."""
    lines = heading_lines(exhibit, numbered=not network)
    if not network:
        return lines
    plan = floor_plan(network)
    lines += ["", plan.network.title, *(f"  {line}" for line in total_lines(plan, _WIDE)), ""]
    names = max(len(unit.name) for unit in plan.units)
    kinds = max(len(unit.kind) for unit in plan.units)
    lines += [_unit_line(unit, names, kinds) for unit in plan.units]
    for room in rooms(network):
        lines += ["", room.title, *(f"  {text}" for text in room.texts)]
        lines += [f"  {line}" for line in room.drawing]
        for chart in room.charts:
            lines.append(f"  {chart.title}:")
            for bar in chart.bars:
                value = value_text(chart.unit, bar.value)
                lines.append(f"    {bar.label}: {value} {bar.note}".rstrip())
    return lines


def _unit_line(unit: Unit, names: int, kinds: int) -> str:
    return (
        f"  {unit.name:<{names}}  {unit.kind:<{kinds}}  {shape_text(unit.output):<12}"
        f"{unit.parameters:>13,} parameters {unit.macs:>15,} MACs {unit.memory:>12,} bytes"
    )


def museum_data() -> dict[str, Any]:
    """The museum for scripts."""
    return {
        "exhibits": [exhibit_data(exhibit, "") for exhibit in EXHIBITS],
        "top5_errors": [
            {
                "year": result.year,
                "error": result.error,
                "who": result.who,
                "source": result.source,
                "remark": result.remark,
            }
            for result in RESULTS
        ],
        "imagenet": {"pictures": IMAGENET_PICTURES, "classes": IMAGENET_CLASSES},
        "asirra": {
            "photographs": ASIRRA_PHOTOGRAPHS,
            "human": ASIRRA_HUMAN,
            "odds": ASIRRA_ODDS,
            "kaggle_2014": list(KAGGLE_2014),
        },
    }


def exhibit_data(exhibit: Exhibit, network: str) -> dict[str, Any]:
    """An exhibit for scripts, with layers and rooms if a network is named."""
    data: dict[str, Any] = {
        "key": exhibit.key,
        "name": exhibit.name,
        "year": exhibit.year,
        "source": exhibit.source,
        "brought": exhibit.brought,
        "networks": list(exhibit.networks),
        "top5_error": exhibit.error,
    }
    if network:
        plan = floor_plan(network)
        data["network"] = plan_data(plan)
        data["rooms"] = [_room_data(room) for room in rooms(network)]
    return data


def plan_data(plan: FloorPlan) -> dict[str, Any]:
    """A network's totals and layers."""
    return {
        "name": plan.network.name,
        "title": plan.network.title,
        "total_parameters": plan.parameters,
        "total_macs": plan.macs,
        "activation_bytes": plan.memory,
        "depth": plan.depth,
        "shares": {
            share.family: {
                "parameters": share.parameters,
                "macs": share.macs,
                "bytes": share.memory,
            }
            for share in plan.shares()
        },
        "layers": [
            {
                "name": unit.name,
                "kind": unit.kind,
                "followed_by": [row.type for row in unit.rows[1:]],
                "output": shape_list(unit.output),
                "parameters": unit.parameters,
                "macs": unit.macs,
                "bytes": unit.memory,
            }
            for unit in plan.units
        ],
    }


def _room_data(room: Room) -> dict[str, Any]:
    return {
        "key": room.key,
        "title": room.title,
        "texts": list(room.texts),
        "charts": [
            {
                "title": chart.title,
                "unit": chart.unit,
                "values": {bar.label.strip(): bar.value for bar in chart.bars},
            }
            for chart in room.charts
        ],
    }


def gradients_lines(setup: Setup, measured: tuple[Measured, ...]) -> list[str]:
    """The experiment as a table: a line a layer."""
    lines = [
        f"{setup.depth} dense layers of {WIDTH} units, a batch of {BATCH}, seed {setup.seed}: the "
        "gradient of each layer's weights in parts of the last layer's",
        *(f"  {each.variant.name}: {each.variant.why}" for each in measured),
        "layer  " + "  ".join(f"{each.variant.name:>17}" for each in measured),
    ]
    for layer in range(setup.depth):
        cells = (f"{power_text(float(each.ratios[layer])):>17}" for each in measured)
        lines.append(f"{layer + 1:>5}  " + "  ".join(cells))
    return lines


def gradients_data(setup: Setup, measured: tuple[Measured, ...]) -> dict[str, Any]:
    """The experiment for scripts."""
    return {
        "depth": setup.depth,
        "seed": setup.seed,
        "gradients": {each.variant.name: each.sizes.tolist() for each in measured},
    }
