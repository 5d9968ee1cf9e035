"""`cnnviz predict`: read the digits in picture files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz_tui.cli.terminal import print_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz_tui.nn import Network

BATCH = 256
"""Files whose pictures are in memory at the same time."""
LARGEST_PICTURE = 24_000_000
"""Pixels of the largest picture that is read, as a camera makes it."""
LARGEST_FILE = 128 * 2**20
"""Bytes of the largest file that is read."""
BLANK = "nothing drawn"


class PictureError(Exception):
    """A file cannot be read as a picture; the message says why."""


@click.command(
    "predict", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Weights from `cnnviz train`. [default: the LeNet in the package]",
)
@click.option(
    "--as-is",
    is_flag=True,
    help="Take 28x28 pictures as they are, white on black, without centring.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: tuple[str, ...],
    weights: Path | None,
    as_is: bool,
    as_json: bool,
) -> None:
    """Read the digit in each picture: PNG, JPEG and the like, or NPY arrays.

    Ink may be darker or lighter than the paper; the picture may have any size up to 24 million
    pixels. A file that cannot be read gets a line of its own, the rest go on, and the exit code
    is 1.
    """
    from cnnviz_tui.nn import StorageError

    try:
        network = _network(weights)
    except StorageError as problem:
        raise click.UsageError(str(problem)) from None
    failed = False
    for result in predict(network, files, as_is=as_is):
        failed = failed or "error" in result
        if as_json:
            print_json(result)
        elif "error" in result:
            click.echo(f"{result['file']}: {result['error']}", err=True)
        else:
            click.echo(f"{result['file']}: {result['digit']} ({result['probability']:.1%})")
    if failed:
        ctx.exit(1)


def predict(
    network: Network, files: Sequence[str], *, as_is: bool = False
) -> Iterator[dict[str, Any]]:
    """Read many files, a batch at a time, and yield one result for each, in order.

    Args:
        network: what reads the digits.
        files: paths of PNG, JPEG, ... or NPY files.
        as_is: take 28x28 pictures without preparing them.

    Yields:
        `file, digit, probability, probabilities`, or `file, error` where a file cannot be read.
    """
    import numpy as np

    for start in range(0, len(files), BATCH):
        names = files[start : start + BATCH]
        pictures: list[NDArray[np.float32]] = []
        errors: dict[int, str] = {}
        for number, name in enumerate(names):
            try:
                pictures.append(_picture(Path(name), as_is=as_is))
            except PictureError as problem:
                errors[number] = str(problem)
        shape = (len(pictures), *network.image_shape[1:])
        rows = iter(network.predict_proba(np.array(pictures, np.float32).reshape(shape)))
        for number, name in enumerate(names):
            if number in errors:
                yield {"file": name, "error": errors[number]}
                continue
            probabilities = next(rows)
            digit = int(probabilities.argmax())
            yield {
                "file": name,
                "digit": digit,
                "probability": float(probabilities[digit]),
                "probabilities": [float(value) for value in probabilities],
            }


def _network(weights: Path | None) -> Network:
    from cnnviz_tui.nn import MODELS, StorageError, load_lenet, load_weights, model_of

    if weights is None:
        return load_lenet()
    model = model_of(weights)
    if model not in MODELS:
        raise StorageError(f"{weights} holds weights of {model}, which this version does not know")
    network = MODELS[model]()
    load_weights(network, weights)
    return network


def _picture(path: Path, *, as_is: bool) -> NDArray[np.float32]:
    """Return a file's digit as the network expects it, `(28, 28)` in 0..1."""
    from cnnviz_tui.digits import NothingDrawnError, prepare

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PictureError(f"the file is larger than {LARGEST_FILE >> 20} MB")
        array = _npy(path) if path.suffix.lower() == ".npy" else _image(path)
        if not as_is:
            return prepare(array)
        return _as_is(array)
    except NothingDrawnError:
        raise PictureError(BLANK) from None
    except OSError as problem:
        reason = problem.strerror or "it is no picture, or is damaged"
        raise PictureError(f"cannot be read: {reason}") from None
    except ValueError as problem:
        raise PictureError(str(problem)) from None


def _npy(path: Path) -> NDArray[Any]:
    import numpy as np

    with path.open("rb") as file:
        try:
            version = np.lib.format.read_magic(file)
            read_header = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, _, kind = read_header(file)
        except ValueError:
            raise PictureError("it is no NPY file, or is damaged") from None
        # The header is believed only after its promise was compared with the limit.
        if kind.hasobject:
            raise PictureError("it holds Python objects, not numbers")
        if len(shape) not in (2, 3) or _area(shape) > LARGEST_PICTURE:
            raise PictureError(_too_large(shape))
        file.seek(0)
        try:
            array: NDArray[Any] = np.load(file, allow_pickle=False)
        except (ValueError, EOFError):
            raise PictureError("it is a damaged NPY file") from None
    return array


def _area(shape: Sequence[int]) -> int:
    return shape[0] * shape[1]


def _too_large(shape: Sequence[int]) -> str:
    if len(shape) not in (2, 3):
        return f"one picture has 2 or 3 dimensions, but the array has {len(shape)}"
    return (
        f"{shape[0]}x{shape[1]} is too large; "
        f"at most {LARGEST_PICTURE // 1_000_000} million pixels are read"
    )


def _image(path: Path) -> NDArray[Any]:
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            # Opening reads only the header, so a picture bomb is refused before it is decoded.
            if picture.width * picture.height > LARGEST_PICTURE:
                raise PictureError(_too_large((picture.height, picture.width)))
            if picture.mode.startswith("I") or picture.mode == "F":
                return np.asarray(picture)
            upright = ImageOps.exif_transpose(picture)
            transparent = upright.has_transparency_data
            return np.asarray(upright.convert("RGBA" if transparent else "RGB"))
    except UnidentifiedImageError:
        raise PictureError("it is no picture of a known kind") from None
    except Image.DecompressionBombError:
        raise PictureError("the picture is too large") from None
    except (SyntaxError, EOFError, ArithmeticError):
        raise PictureError("the picture is damaged") from None


def _as_is(array: NDArray[Any]) -> NDArray[np.float32]:
    import numpy as np

    if array.ndim == 3:
        array = array[..., 0]
    if array.shape != (28, 28):
        raise PictureError(f"--as-is takes 28x28 pictures, but this is {array.shape}")
    top = 255 if array.dtype.kind in "ui" or float(array.max()) > 1 else 1
    return (array.astype(np.float32) / top).clip(0, 1)
