"""Finding and reading the files of the zoo.

A file ``data/NAME.net`` has a head of ``key: value`` lines, a line ``---``, and the network in
our notation. The keys are ``title``, ``year``, ``source``, ``about``, ``input`` (channels x height
x width) and, where they were published for this very form, ``parameters`` (which the network must
have) and ``gigamacs`` (10⁹ multiply-accumulates, rounded as published).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.notation.reader import read_notation
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import batched
from cnnviz_tui.networks.trace import finished
from cnnviz_tui.shapes.notation import parse_lengths

FOLDER = Path(__file__).with_name("data")
"""Where the files are."""

_KEYS = {"title", "year", "source", "about", "input", "parameters", "gigamacs"}
_NEEDED = _KEYS - {"parameters", "gigamacs"}


@dataclass(frozen=True, slots=True)
class ZooNetwork:
    """A network of the zoo.

    Args:
        name: what it is called on the command line.
        title: its full name.
        year: when it was published.
        source: the publication.
        about: what it brought, in a sentence.
        input: the shape that it was made for, channels first, without the batch.
        parameters: the published number of trainable parameters, None if none was.
        gigamacs: the published 10⁹ multiply-accumulates, rounded as published; empty if none
            were published for this very form.
        text: the network in our notation.
    """

    name: str
    title: str
    year: int
    source: str
    about: str
    input: tuple[int, ...]
    parameters: int | None
    gigamacs: str
    text: str

    def trace(self, sizes: Sequence[int] | None = None) -> Trace:
        """Measure the network for its own input or another one."""
        shape = batched(self.input if sizes is None else sizes)
        return finished(read_notation(self.text, (shape,), self.name))


def names(folder: Path = FOLDER) -> list[str]:
    """Return the names of all networks, in order."""
    return sorted(path.stem for path in folder.glob("*.net"))


def load(name: str, folder: Path = FOLDER) -> ZooNetwork:
    """Read one network.

    Raises:
        SourceError: if there is none of this name (with the nearest one), or its file is broken.
    """
    known = names(folder)
    if name not in known:
        from difflib import get_close_matches

        nearest = get_close_matches(name.lower(), known, n=1, cutoff=0.4)
        advice = f"did you mean “{nearest[0]}”?" if nearest else "cnnviz zoo lists them all."
        raise SourceError(f"There is no network “{name[:40]}” in the zoo; {advice}")
    return parse(name, (folder / f"{name}.net").read_text(encoding="utf-8"))


def load_all(folder: Path = FOLDER) -> list[ZooNetwork]:
    """Read all networks, the oldest first."""
    networks = [load(name, folder) for name in names(folder)]
    return sorted(networks, key=lambda network: (network.year, network.name))


def parse(name: str, text: str) -> ZooNetwork:
    """Read the text of a file.

    Raises:
        SourceError: if the head lacks a key, has one too many, or is no head at all.
    """
    head, line, body = text.partition("\n---\n")
    values: dict[str, str] = {}
    for number, row in enumerate(head.splitlines(), 1):
        key, sign, value = row.partition(":")
        if not sign or key.strip() not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise SourceError(f"{name}.net: write “key: value” with one of {known}.", number)
        values[key.strip()] = value.strip()
    missing = sorted(_NEEDED - set(values))
    if missing or not line:
        what = f"the key {missing[0]}" if missing else "the line ---"
        raise SourceError(f"{name}.net lacks {what}.")
    for key in ("year", "parameters"):
        if not values.get(key, "0").isdecimal():
            raise SourceError(f"{name}.net: {key} must be a whole number.")
    if not values.get("gigamacs", "0").replace(".", "", 1).isdecimal():
        raise SourceError(f"{name}.net: gigamacs must be a number such as 1.814.")
    return ZooNetwork(
        name=name,
        title=values["title"],
        year=int(values["year"]),
        source=values["source"],
        about=values["about"],
        input=parse_lengths(values["input"], "input size"),
        parameters=int(values["parameters"]) if "parameters" in values else None,
        gigamacs=values.get("gigamacs", ""),
        text=body,
    )
