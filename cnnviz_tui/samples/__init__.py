"""Things to look at: classic kernels, small grids, letters, shapes, digits and pictures."""

from cnnviz_tui.samples.image_file import ImageFileError, read_image
from cnnviz_tui.samples.inputs import INPUTS, InputSource, input_from_file, input_named
from cnnviz_tui.samples.kernels import KERNELS, Kernel, Meaning, bank, kernel_named, weights_of

__all__ = [
    "INPUTS",
    "KERNELS",
    "ImageFileError",
    "InputSource",
    "Kernel",
    "Meaning",
    "bank",
    "input_from_file",
    "input_named",
    "kernel_named",
    "read_image",
    "weights_of",
]
