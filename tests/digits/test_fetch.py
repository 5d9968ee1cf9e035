"""Downloads resume, are checked by content, and never leave a wrong file in the right place."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from cnnviz_tui.digits import fetch
from cnnviz_tui.digits.fetch import FetchError, fetch_file

NAME = "t10k-labels-idx1-ubyte"
CONTENT = np.random.default_rng(0).integers(0, 256, 150_000, np.uint8).tobytes()
PACKED = gzip.compress(CONTENT, mtime=0)


class Mirror:
    """A little server on this machine that can misbehave."""

    def __init__(self) -> None:
        self.body = PACKED
        self.status = 200
        self.ranges = True
        self.cut_after: int | None = None
        self.asked: list[str | None] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/digits"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send the body, or the rest of it, or what the test wants to go wrong."""
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        if self.status != 200 or request.path != f"/digits/{NAME}.gz":
            request.send_error(self.status if self.status != 200 else 404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if start >= len(self.body):
            request.send_error(416)
            return
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(self.body) - start))
        if start:
            size = len(self.body)
            request.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        request.end_headers()
        end = len(self.body) if self.cut_after is None else start + self.cut_after
        request.wfile.write(self.body[start:end])


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    monkeypatch.setitem(fetch.SHA256, NAME, hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(fetch.SIZES, NAME, len(CONTENT))
    mirror = Mirror()
    thread = threading.Thread(target=mirror.server.serve_forever, args=(0.01,))
    thread.start()
    yield mirror
    mirror.server.shutdown()
    mirror.server.server_close()
    thread.join()


def test_a_file_is_downloaded_checked_and_then_left_alone(mirror: Mirror, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    folder = tmp_path / "new"
    outcome = fetch_file(NAME, folder, [mirror.url], lambda *news: seen.append(news))
    assert outcome == "downloaded"
    assert (folder / f"{NAME}.gz").read_bytes() == PACKED
    assert seen[0] == (NAME, 0, len(PACKED))
    assert seen[-1] == (NAME, len(PACKED), len(PACKED))
    assert [received for _, received, _ in seen] == sorted(received for _, received, _ in seen)
    assert fetch_file(NAME, folder, [mirror.url]) == "present"
    assert len(mirror.asked) == 1


def test_an_interrupted_download_goes_on_where_it_stopped(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = 70_000
    with pytest.raises(FetchError, match="Run the same command again"):
        fetch_file(NAME, tmp_path, [mirror.url])
    assert (tmp_path / f"{NAME}.gz.part").stat().st_size == 70_000
    assert not (tmp_path / f"{NAME}.gz").exists()
    mirror.cut_after = None
    assert fetch_file(NAME, tmp_path, [mirror.url]) == "downloaded"
    assert mirror.asked == [None, "bytes=70000-"]
    assert (tmp_path / f"{NAME}.gz").read_bytes() == PACKED


def test_a_server_that_cannot_resume_sends_everything(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.gz.part").write_bytes(PACKED[:500])
    mirror.ranges = False
    assert fetch_file(NAME, tmp_path, [mirror.url]) == "downloaded"
    assert (tmp_path / f"{NAME}.gz").read_bytes() == PACKED


@pytest.mark.parametrize("stale", [b"another file" * 50, PACKED + b"too long"])
def test_a_wrong_beginning_is_thrown_away(mirror: Mirror, tmp_path: Path, stale: bytes) -> None:
    (tmp_path / f"{NAME}.gz.part").write_bytes(stale)
    assert fetch_file(NAME, tmp_path, [mirror.url]) == "downloaded"
    assert (tmp_path / f"{NAME}.gz").read_bytes() == PACKED


def test_a_complete_part_only_needs_its_check(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.gz.part").write_bytes(PACKED)
    assert fetch_file(NAME, tmp_path, [mirror.url]) == "downloaded"


@pytest.mark.parametrize(
    "body", [gzip.compress(b"other digits", mtime=0), b"<html>Not here</html>", PACKED[:-20], b""]
)
def test_wrong_content_is_never_kept(mirror: Mirror, tmp_path: Path, body: bytes) -> None:
    mirror.body = body
    with pytest.raises(FetchError, match=f"{NAME} could not be downloaded"):
        fetch_file(NAME, tmp_path, [mirror.url])
    assert not (tmp_path / f"{NAME}.gz").exists()


def test_a_flood_is_cut_off(mirror: Mirror, tmp_path: Path) -> None:
    mirror.body = bytes(3 * len(CONTENT))
    with pytest.raises(FetchError, match="far longer"):
        fetch_file(NAME, tmp_path, [mirror.url])


def test_the_next_mirror_is_tried(mirror: Mirror, tmp_path: Path) -> None:
    closed = "http://127.0.0.1:9/"
    assert fetch_file(NAME, tmp_path, [closed, mirror.url + "/"]) == "downloaded"


def test_failures_name_the_address_and_the_reason(mirror: Mirror, tmp_path: Path) -> None:
    mirror.status = 503
    with pytest.raises(FetchError, match=f"{mirror.url}/{NAME}.gz: HTTP 503"):
        fetch_file(NAME, tmp_path, [mirror.url])


def test_a_foreign_file_in_the_place_is_neither_used_nor_overwritten(
    mirror: Mirror, tmp_path: Path
) -> None:
    (tmp_path / NAME).write_bytes(b"precious")
    with pytest.raises(FetchError, match="is not MNIST's"):
        fetch_file(NAME, tmp_path, [mirror.url])
    assert (tmp_path / NAME).read_bytes() == b"precious"
    assert mirror.asked == []


def test_only_web_addresses_are_mirrors(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="a mirror is an address like"):
        fetch_file(NAME, tmp_path, ["file:///etc"])
