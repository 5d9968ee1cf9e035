"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

_ORDINARY = 0o644


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` with `content` in one move.

    A symbolic link stays one: what it points to is replaced. A file that is there keeps its
    permissions. What is no file, such as /dev/stdout or a pipe with a name, is written straight.

    Raises:
        OSError: the folder cannot be written, the file is read-only or a folder, or nobody reads
            from the pipe; what was there before is untouched.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | _ORDINARY
    else:
        if not stat.S_ISREG(mode):
            _write_straight(path, content)
            return
        # A move needs no right to the file itself; whoever made it read-only meant it.
        if not mode & 0o222 or not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "it is read-only")
    path = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # What is renamed must be on the disk before, or a power cut leaves an empty file.
            os.fsync(file.fileno())
        Path(temporary).chmod(stat.S_IMODE(mode))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write_straight(path: Path, content: bytes) -> None:
    """Write into a device or a pipe; one that nobody reads from is an error instead of a wait."""
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "wb") as file:
        # Only opening must not wait; a slow reader may take its time.
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)
        file.write(content)
