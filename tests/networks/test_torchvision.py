"""Real files that others wrote, as they stand: torchvision's models, read where it is installed.

Only the text of the files is read; neither torch nor torchvision is imported. Set
``CNNVIZ_TORCHVISION`` to a folder into which torchvision was installed (``pip install --no-deps
--target``) if it is in none of the usual ones.
"""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest

from cnnviz_tui.networks.sizes import shape_list
from cnnviz_tui.networks.trace import trace


def models_folder() -> Path | None:
    """Return the folder of torchvision's models, None if it is not installed."""
    elsewhere = os.environ.get("CNNVIZ_TORCHVISION", "")
    if elsewhere:
        folder = Path(elsewhere) / "torchvision" / "models"
        return folder if folder.is_dir() else None
    found = importlib.util.find_spec("torchvision")
    return Path(found.origin).parent / "models" if found is not None and found.origin else None


FOLDER = models_folder()

pytestmark = pytest.mark.skipif(FOLDER is None, reason="torchvision is not installed")


def source(name: str) -> str:
    assert FOLDER is not None
    return (FOLDER / name).read_text(encoding="utf-8")


def published(text: str, weights: str) -> tuple[int, float]:
    """Return the parameters and 10⁹ MACs that a file itself publishes for a set of weights."""
    part = text[text.index(f"class {weights}") :]
    parameters = re.search(r'"num_params": (\d+)', part)
    operations = re.search(r'"_ops": ([\d.]+)', part)
    assert parameters is not None
    assert operations is not None
    return int(parameters.group(1)), float(operations.group(1))


@pytest.mark.parametrize(
    ("file", "model", "weights", "size"),
    [
        ("alexnet.py", "AlexNet", "AlexNet_Weights", 224),
        ("vgg.py", "vgg11()", "VGG11_Weights", 224),
        ("vgg.py", "vgg16()", "VGG16_Weights", 224),
        ("vgg.py", "vgg19_bn()", "VGG19_BN_Weights", 224),
        ("resnet.py", "resnet18()", "ResNet18_Weights", 224),
        ("resnet.py", "resnet50()", "ResNet50_Weights", 224),
        ("resnet.py", "resnext50_32x4d()", "ResNeXt50_32X4D_Weights", 224),
        ("resnet.py", "wide_resnet50_2()", "Wide_ResNet50_2_Weights", 224),
        ("googlenet.py", "googlenet()", "GoogLeNet_Weights", 224),
        ("squeezenet.py", "squeezenet1_0()", "SqueezeNet1_0_Weights", 224),
        ("squeezenet.py", "squeezenet1_1()", "SqueezeNet1_1_Weights", 224),
        ("densenet.py", "densenet121()", "DenseNet121_Weights", 224),
        ("mnasnet.py", "mnasnet1_0()", "MNASNet1_0_Weights", 224),
        ("shufflenetv2.py", "shufflenet_v2_x1_0()", "ShuffleNet_V2_X1_0_Weights", 224),
    ],
)
def test_the_parameters_and_macs_are_those_that_the_files_publish(
    file: str, model: str, weights: str, size: int
) -> None:
    text = source(file)
    result = trace(text, [(3, size, size)], model=model)
    parameters, gigamacs = published(text, weights)
    assert result.ok
    assert result.total_parameters == parameters
    assert result.total_macs is not None
    assert round(result.total_macs / 10**9, 3) == pytest.approx(gigamacs, abs=0.0011)
    assert shape_list(result.outputs[0]) == [1000]


def test_inception_v3_without_its_auxiliary_classifier() -> None:
    result = trace(source("inception.py"), [(3, 299, 299)], model="inception_v3()")
    parameters, _ = published(source("inception.py"), "Inception_V3_Weights")
    assert (result.total_parameters or 0) + result.unused_parameters == parameters


def test_a_class_that_needs_arguments_names_a_function_that_needs_none() -> None:
    with pytest.raises(ValueError, match=r"--model 'vgg11\(\)'"):
        trace(source("vgg.py"), [(3, 224, 224)])


def test_what_is_imported_from_other_files_is_named() -> None:
    result = trace(source("mobilenetv2.py"), [(3, 224, 224)])
    assert result.ok
    assert result.total_parameters is None
    assert result.notes


@pytest.mark.parametrize(
    ("file", "model", "right", "wrong", "layer", "fix"),
    [
        ("vgg.py", "vgg16()", "512 * 7 * 7", "512 * 6 * 6", "classifier.0",
         "nn.Linear(25088, 4096)"),
        ("vgg.py", "vgg16()", "in_channels = 3", "in_channels = 1", "features.0",
         "in_channels = 3"),
        ("resnet.py", "resnet18()", "nn.Linear(512 * block.expansion", "nn.Linear(256",
         "fc", "nn.Linear(512, num_classes)"),
        ("resnet.py", "resnet18()", "self.inplanes, kernel_size=7", "32, kernel_size=7", "bn1",
         "norm_layer(32)"),
        ("googlenet.py", "googlenet()", "inception_block(480,", "inception_block(408,",
         "inception4a.branch1.conv", "480"),
    ],
)  # fmt: skip
def test_one_number_broken(
    file: str, model: str, right: str, wrong: str, layer: str, fix: str
) -> None:
    text = source(file)
    assert text.count(right) == 1
    result = trace(text.replace(right, wrong), [(3, 224, 224)], model=model)
    assert result.error is not None
    assert result.error.layer == layer
    assert any(fix in one.text for one in result.error.fixes)
    for one in result.error.fixes:
        if one.source is not None:
            assert trace(one.source, [(3, 224, 224)], model=model).ok
