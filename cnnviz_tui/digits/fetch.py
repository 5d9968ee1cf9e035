"""Downloading MNIST: from a mirror, resumed where it stopped, and checked by its content."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cnnviz_tui.digits.idx import find_file

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""Where the four gzipped files are published; the next is tried when one fails."""

SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of each file's unpacked content; how a mirror packs it is its own affair."""

SIZES = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
"""Bytes of each file's unpacked content; nothing longer is stored."""

TIMEOUT = 30
"""Seconds without a byte after which a mirror is given up."""
CHUNK = 1 << 16

Progress: TypeAlias = Callable[[str, int, int | None], None]
"""Called with a file's name, the bytes received so far, and how many there are if known."""
Outcome: TypeAlias = Literal["downloaded", "present"]


class FetchError(Exception):
    """A file could not be had; the message says from where and why."""


class _StaleError(FetchError):
    """The bytes on disk are no beginning of the right file."""


def fetch_file(
    name: str,
    folder: Path,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress | None = None,
) -> Outcome:
    """Make sure that one of MNIST's files lies in `folder`, gzipped and with the right content.

    An interrupted download stays as `NAME.gz.part` and is continued by the next call.

    Args:
        name: a key of `SHA256`.
        folder: where to; created when missing.
        mirrors: base addresses, each tried in turn.
        progress: told about every chunk.

    Returns:
        Whether the file was downloaded or was there already.

    Raises:
        FetchError: no mirror gave the right file, or a wrong one is in its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    present = find_file(folder, name)
    if present is not None:
        if _digest(present) != SHA256[name]:
            raise FetchError(
                f"{present} is there, but is not MNIST's (its SHA-256 differs); "
                "move it away or choose another folder"
            )
        return "present"
    part = folder / f"{name}.gz.part"
    failures = []
    for mirror in mirrors:
        url = mirror.rstrip("/") + f"/{name}.gz"
        if urlsplit(url).scheme not in ("http", "https"):
            raise FetchError(
                f"a mirror is an address like https://example.org/mnist/, not {mirror}"
            )
        try:
            _fetch_from(url, name, part, progress or (lambda *_: None))
        except FetchError as problem:
            failures.append(f"{url}: {problem}")
        except (OSError, HTTPException) as problem:
            reason = getattr(problem, "reason", None) or problem
            failures.append(f"{url}: {reason}")
        else:
            os.replace(part, folder / f"{name}.gz")
            return "downloaded"
    raise FetchError(
        f"{name} could not be downloaded. " + "; ".join(failures) + ". "
        "Run the same command again to go on, or name another --mirror"
    )


def _fetch_from(url: str, name: str, part: Path, progress: Progress) -> None:
    """Complete `part` from `url`; start over once if what was there does not fit."""
    try:
        _download(url, name, part, progress)
        _check(name, part)
    except _StaleError:
        part.unlink(missing_ok=True)
        _download(url, name, part, progress)
        try:
            _check(name, part)
        except FetchError:
            part.unlink(missing_ok=True)
            raise


def _download(url: str, name: str, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "cnnviz", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        # The scheme was checked to be http or https.
        response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310
    except HTTPError as problem:
        problem.close()
        if problem.code == 416 and have:
            return  # nothing is missing; the check tells whether it is right
        raise FetchError(f"HTTP {problem.code} {problem.reason}") from None
    with response:
        if response.status != 206:
            have = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise _StaleError("the server sent another part than was asked for")
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else None
        with part.open("ab" if have else "wb") as file:
            progress(name, have, total)
            while chunk := response.read(CHUNK):
                have += len(chunk)
                if have > 2 * SIZES[name]:
                    raise _StaleError("the file is far longer than MNIST's")
                file.write(chunk)
                progress(name, have, total)
    if total is not None and have < total:
        raise FetchError(f"the connection ended after {have:,} of {total:,} bytes")


def _check(name: str, path: Path) -> None:
    if _digest(path, SIZES[name]) != SHA256[name]:
        raise _StaleError("the file is damaged or is not MNIST's: its SHA-256 differs")


def _digest(path: Path, limit: int = max(SIZES.values())) -> str:
    """Return the SHA-256 of a file's content, unpacked if it is gzipped; "" if it is neither."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        unpacker = zlib.decompressobj(wbits=31)
        length = 0
        with suppress(zlib.error):
            while chunk := file.read(CHUNK):
                # One byte past the limit is enough to make the digest differ.
                content = unpacker.decompress(chunk, limit + 1 - length) if packed else chunk
                length += len(content)
                digest.update(content)
                if length > limit:
                    return ""
            if not packed or (unpacker.eof and not unpacker.unused_data):
                return digest.hexdigest()
    return ""
