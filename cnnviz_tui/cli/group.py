"""A click group that imports a command when it is called, and the one place where errors end."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from cnnviz_tui.cli.terminal import (
    print_text,
    replace_closed_streams,
    silence_stdout,
    spell_out_unencodable,
)
from cnnviz_tui.shapes.errors import ShapeError

FAILED = 1
"""The exit code when a command ran and could not do what it was to do."""
USAGE = 2
"""The exit code for input that makes no sense."""
INTERRUPTED = 130
"""The exit code after Ctrl+C: 128 + SIGINT."""
BROKEN_PIPE = 141
"""The exit code when the reader went away, as in ``cnnviz ... | head``: 128 + SIGPIPE."""

_OUTPUT_FAILURES = {errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC}
"""What the system answers when stdout takes no more: it is closed, full or gone."""


class LazyGroup(click.Group):
    """A group whose commands are named in a table and imported when they are called.

    Errors become one sentence on stderr and an exit code; a traceback is always a bug.

    Args:
        lazy_commands: from each command's name to ``"module:attribute"`` and its one-line help.
    """

    def __init__(
        self, *args: Any, lazy_commands: Mapping[str, tuple[str, str]], **attributes: Any
    ) -> None:
        super().__init__(*args, **attributes)
        self.lazy_commands = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the table's order."""
        return list(self.lazy_commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or return None if there is no such command."""
        if cmd_name not in self.lazy_commands:
            return None
        module, attribute = self.lazy_commands[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in self.lazy_commands.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments call, or suggest the nearest name."""
        name = args[0]
        if name in self.lazy_commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        nearest = get_close_matches(name, self.lazy_commands, n=1, cutoff=0.5)
        advice = f"did you mean “{nearest[0]}”?" if nearest else "see cnnviz --help."
        raise click.UsageError(f"There is no command “{name}”; {advice}", ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that went away ends it quietly."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            silence_stdout()
            ctx.exit(BROKEN_PIPE)
        return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and leave with its exit code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        replace_closed_streams()
        spell_out_unencodable(sys.stdout, sys.stderr)
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _leave(error.format_message(), error.exit_code)
        except ShapeError as error:
            _leave(str(error), USAGE)
        except click.Abort:
            sys.exit(INTERRUPTED)
        except OSError as error:
            # Files that a command names are its own business; an error without a name is the
            # terminal's or that of the file that the shell opened.
            if error.errno not in _OUTPUT_FAILURES or error.filename is not None:
                raise
            silence_stdout()
            _leave(f"The output cannot be written: {error.strerror}.", FAILED)
        # ctx.exit(1) arrives here as 1, a command that simply ends as None.
        sys.exit(result if isinstance(result, int) else 0)


def _leave(sentence: str, code: int) -> None:
    """Say what was wrong and end."""
    print_text(f"Error: {sentence}", error=True)
    sys.exit(code)
