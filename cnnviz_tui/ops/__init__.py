"""The operations of a convolutional network, forward and backward, in numpy.

Names, arguments, defaults and meaning are those of `torch.nn.functional`. Every operation has its
gradient beside it: `<name>_backward(grad_output, *arguments of the forward, **keywords of the
forward)` returns one gradient for each array argument, in the forward's order.

Results are float64 if an array argument is float64, and float32 otherwise. They never share memory
with what was passed in, and nothing passed in is changed, save the running statistics of
`batch_norm`.
"""

from cnnviz_tui.ops.activations import (
    elu,
    elu_backward,
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softplus,
    softplus_backward,
    tanh,
    tanh_backward,
)
from cnnviz_tui.ops.adaptive import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    adaptive_max_pool2d,
    adaptive_max_pool2d_backward,
)
from cnnviz_tui.ops.convolution import conv2d, conv2d_backward
from cnnviz_tui.ops.dropout import dropout, dropout_backward, dropout_mask
from cnnviz_tui.ops.linear import linear, linear_backward
from cnnviz_tui.ops.losses import cross_entropy, cross_entropy_backward
from cnnviz_tui.ops.normalisation import (
    batch_norm,
    batch_norm_backward,
    local_response_norm,
    local_response_norm_backward,
)
from cnnviz_tui.ops.padding import pad, pad_backward
from cnnviz_tui.ops.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from cnnviz_tui.ops.softmax import log_softmax, log_softmax_backward, softmax, softmax_backward
from cnnviz_tui.ops.transposed import conv_transpose2d, conv_transpose2d_backward
from cnnviz_tui.ops.unpooling import max_unpool2d, max_unpool2d_backward

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "elu",
    "elu_backward",
    "gelu",
    "gelu_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "log_softmax",
    "log_softmax_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "pad",
    "pad_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "tanh",
    "tanh_backward",
]
