"""`cnnviz data`: the digits that networks are trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cnnviz_tui.cli.terminal import print_json


@click.group(
    "data", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
def command() -> None:
    """Fetch the digits that networks are trained on."""


@command.command("fetch")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mnist"),
    show_default=True,
    help="The folder to put the four files into.",
)
@click.option(
    "--mirror",
    "mirrors",
    multiple=True,
    metavar="URL",
    help="Where to download from; may be given several times. [default: public mirrors]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def fetch(ctx: click.Context, /, folder: Path, mirrors: tuple[str, ...], as_json: bool) -> None:
    """Download MNIST's four files, about 12 MB.

    What is there already stays, an interrupted download goes on where it stopped, and every file's
    unpacked content is checked by its SHA-256.
    """
    from cnnviz_tui.digits.fetch import MIRRORS, SHA256, FetchError, fetch_file

    outcomes: dict[str, str] = {}
    errors: list[str] = []
    with _progress() as progress:
        for name in SHA256:
            try:
                outcomes[name] = fetch_file(name, folder, mirrors or MIRRORS, progress)
            except FetchError as problem:
                errors.append(str(problem))
                outcomes[name] = "failed"
            except OSError as problem:
                raise click.ClickException(f"{problem.filename}: {problem.strerror}") from None
    for error in errors:
        click.echo(f"Error: {error}.", err=True)
    if as_json:
        print_json({"folder": str(folder), "files": outcomes, "complete": not errors})
    else:
        for name, outcome in outcomes.items():
            click.echo(f"{name}: {outcome}")
        if not errors:
            click.echo(f"Train on them with: cnnviz train --data {folder}")
    if errors:
        ctx.exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show a bar for each file on a terminal, and nothing anywhere else."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda name, received, total: None
        return
    from rich.progress import DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (*Progress.get_default_columns()[:2], DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bars:
        tasks = {}

        def show(name: str, received: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=received, total=total)

        yield show
