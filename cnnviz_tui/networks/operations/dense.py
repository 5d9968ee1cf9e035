"""Layers that treat every position alike: dense layers, normalisations, activations."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from cnnviz_tui.networks.operations.base import Measure, MisfitError, Operation
from cnnviz_tui.networks.sizes import BATCH, Shape, count, shape_text, size_text, split_batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Operation):
    """A dense layer on the last axis, f(x) = Wx + b.

    Args:
        out_features: the number of outputs.
        in_features: the number of inputs, or None to take what comes.
        bias: whether each output adds a bias.
        flat: whether only vectors may come, as one means it in a plain chain of layers.
        fixed: whether training leaves the weights alone.
    """

    out_features: int
    in_features: int | None = None
    bias: bool = True
    flat: bool = False
    fixed: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out.

        Raises:
            MisfitError: if the number of features is another, or a volume comes where it may not.
        """
        if self.out_features < 1 or (self.in_features is not None and self.in_features < 1):
            raise MisfitError("value", "A dense layer needs at least 1 input and 1 output.")
        shape = inputs[0]
        if shape is None:
            wanted = self.in_features
            return Measure((BATCH, self.out_features), self._parameters(wanted), wanted)
        if not shape or shape == (BATCH,):
            raise MisfitError("axes", "A dense layer takes vectors, but single numbers arrive.")
        arrived = shape[-1]
        self._check(shape)
        features = self.in_features or arrived
        outputs = (*shape[:-1], self.out_features)
        positions = count(shape[:-1])
        parameters = self._parameters(features)
        macs = None
        if features is not None and positions is not None:
            macs = features * self.out_features * positions
        terms = f"({size_text(features)} + 1)" if self.bias else size_text(features)
        formula = f"{terms}·{self.out_features} = {parameters:,}" if parameters else ""
        # On a bare vector every output sees every number, and so the whole picture.
        return Measure(
            outputs,
            0 if self.fixed else parameters,
            macs,
            formula,
            "everything" if len(shape) <= 2 else "same",
            fixed=(parameters or 0) if self.fixed else 0,
        )

    def _parameters(self, features: int | None) -> int | None:
        """Return weights and biases for so many inputs."""
        if features is None:
            return None
        return (features + self.bias) * self.out_features

    def _check(self, shape: Shape) -> None:
        """Raise a MisfitError unless the last axis is what the weights were made for."""
        wanted, arrived = self.in_features, shape[-1]
        # The first axis is the batch, whole or with its pictures cut apart.
        volume = len(shape) > (2 if split_batch(shape[0] or 1)[0] else 1)
        numbers = count(shape)
        if self.flat and volume:
            raise MisfitError(
                "not flat",
                f"A dense layer takes vectors, but volumes of {shape_text(shape)} arrive.",
                expected=numbers,
                got=shape,
            )
        if wanted is None or arrived is None or arrived == wanted:
            return
        if volume and numbers == wanted:
            raise MisfitError(
                "not flat",
                f"The layer takes vectors of {wanted} numbers, but volumes of {shape_text(shape)} "
                f"arrive: as many numbers, not flattened, so it looks at the last axis of "
                f"{arrived} only.",
                expected=wanted,
                got=arrived,
            )
        if split_batch(arrived)[0] and shape[0] != BATCH:
            raise MisfitError(
                "batch",
                f"The batch B ended up on the last axis ({'×'.join(map(size_text, shape))}), "
                "where the features belong.",
                expected=wanted,
                got=arrived,
            )
        if split_batch(shape[0] or 1)[0] and shape[0] != BATCH:
            raise MisfitError(
                "batch",
                f"The layer takes {wanted:,} features, but {size_text(shape[0])} rows of "
                f"{size_text(arrived)} arrive: an earlier view took one picture for several.",
                expected=wanted,
                got=arrived,
            )
        raise MisfitError(
            "not flat" if volume else "features",
            f"The layer takes {wanted:,} features, but {size_text(arrived)} arrive"
            + (f" on the last axis of {shape_text(shape)}." if volume else "."),
            expected=wanted,
            got=arrived,
            argument="in_features",
            wanted=arrived,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm(Operation):
    """Normalisation with a scale and a shift for each of ``features`` channels.

    Batch, instance, group and layer normalisation differ in what they average over, not in
    shapes.

    Args:
        features: how many there must be, or None to take what comes.
        axis: where they stand.
        scale: whether there is a trainable scale.
        shift: whether there is a trainable shift.
        groups: for group normalisation, what must divide them.
        axes: how many axes the input must have, for example (4,); None for any.
    """

    features: int | None = None
    axis: int = 1
    scale: bool = True
    shift: bool = True
    groups: int = 1
    axes: tuple[int, ...] | None = None

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the same shape.

        Raises:
            MisfitError: if there are other channels or axes than the layer was made for.
        """
        shape = inputs[0]
        trained = self.scale + self.shift
        if shape is None:
            return Measure(None, None if self.features is None else trained * self.features)
        if self.axes is not None and len(shape) not in self.axes:
            wanted = " or ".join(str(axes) for axes in self.axes)
            raise MisfitError(
                "axes",
                f"The normalisation takes {wanted} axes with the batch, but "
                f"{shape_text(shape)} has {len(shape)}.",
                got=shape,
            )
        if not -len(shape) <= self.axis < len(shape):
            raise MisfitError("axes", f"{shape_text(shape)} has too few axes to be normalised.")
        arrived = shape[self.axis]
        wanted_features = self.features
        if wanted_features is not None and arrived is not None and arrived != wanted_features:
            raise MisfitError(
                "channels",
                f"The normalisation was made for {wanted_features} channels, but "
                f"{shape_text(shape)} arrives, which has {size_text(arrived)}.",
                expected=wanted_features,
                got=arrived,
                argument="features",
                wanted=arrived,
            )
        features = wanted_features or arrived
        if features is not None and (self.groups < 1 or features % self.groups):
            raise MisfitError(
                "groups",
                f"{features} channels cannot be split into {self.groups} equal groups.",
                got=features,
                argument="groups",
            )
        return Measure(shape, None if features is None else trained * features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elementwise(Operation):
    """Whatever is done to each number, or among neighbours, and keeps the shape.

    Args:
        parameters: trainable numbers, as in PReLU.
        view: whether nothing is computed (dropout in inference, identity).
    """

    parameters: int = 0
    view: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the same shape."""
        return Measure(inputs[0], self.parameters, 0, view=self.view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding(Operation):
    """A table of vectors, one for each number that may come.

    Args:
        entries: the rows of the table.
        features: the length of each vector.
    """

    entries: int
    features: int

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the input's shape with one more axis."""
        shape = inputs[0]
        output = None if shape is None else (*shape, self.features)
        return Measure(output, self.entries * self.features, 0, sight="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Operation):
    """Trainable numbers of the network's own, that no layer holds.

    Args:
        shape: their shape.
    """

    shape: Shape

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return their shape; they are no part of any picture."""
        known = [size for size in self.shape if size is not None]
        number = prod(known) if len(known) == len(self.shape) else None
        return Measure(self.shape, number, 0, sight="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opaque(Operation):
    """Something that could not be followed: any shape may come out.

    Args:
        shape: what is known of the output all the same.
        weighs: whether there may be parameters in it.
    """

    shape: Shape | None = None
    weighs: bool = True

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what little is known."""
        return Measure(
            self.shape, None if self.weighs else 0, None if self.weighs else 0, sight="unknown"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid(Operation):
    """A layer whose own settings contradict each other; it never fits.

    Args:
        message: one sentence that says why.
    """

    message: str

    def measure(self, *inputs: Shape | None) -> Measure:
        """Raise the contradiction.

        Raises:
            MisfitError: always.
        """
        raise MisfitError("value", self.message)
