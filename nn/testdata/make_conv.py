"""Writes conv.json: layers for images and sequences by PyTorch.

Run with python3 (torch, numpy) in this directory. Everything is computed in
float64 from data that are multiples of 1/32; gradients come from autograd for the
loss Σ dout·output. Data here have channels last, as ours; PyTorch's functions get
them with channels first. "layer" is the layer as this package stores it.

Padding is worked out here, after TensorFlow's documentation of its sizes, and
given to PyTorch as explicit zeros (or −inf, for the largest): so that "same" with
strides, which PyTorch lacks, is PyTorch's arithmetic all the same.
"""

import json
import platform

import numpy as np
import torch
import torch.nn.functional as F

RNG = np.random.default_rng(7)


def draw(*shape):
    return RNG.integers(-48, 49, size=shape) / 32


def pair(x):
    return (x, x) if isinstance(x, int) else tuple(x)


def first(x):
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def borders(n, k, s, d, padding):
    reach = (k - 1) * d + 1
    if padding == "same":
        total = max((-(-n // s) - 1) * s + reach - n, 0)
        return total // 2, total - total // 2
    return (reach - 1, 0) if padding == "causal" else (0, 0)


def padded(x, k, s, d, padding, value=0.0):
    """x, channels first, with borders; k, s, d for each axis of places."""
    widths = []
    for axis in range(x.dim() - 1, 1, -1):
        widths += borders(x.shape[axis], k[axis - 2], s[axis - 2], d[axis - 2], padding)
    return F.pad(x, widths, value=value)


ACTIVATIONS = {"linear": lambda x: x, "relu": F.relu, "tanh": torch.tanh, "softplus": F.softplus,
               "softmax": lambda x: F.softmax(x, -1), "elu": F.elu}


def options(layer, axes):
    def get(name, default):
        v = layer.get(name, default)
        return pair(v) if axes == 2 else (v,)
    return get("Kernel", 1), get("Stride", 1), get("Dilation", 1), layer.get("Padding", "valid")


def convolve(x, w, layer, groups):
    """Channels last throughout; w is taps×channels of a group×filters."""
    axes = x.dim() - 2
    k, s, d, padding = options(layer, axes)
    f = F.conv2d if axes == 2 else F.conv1d
    w = w.movedim(-1, 0).movedim(-1, 1)
    return last(f(padded(first(x), k, s, d, padding), w, stride=s, dilation=d, groups=groups))


def conv(layer, x, w, b=None):
    y = convolve(x, w, layer, layer.get("Groups", 1))
    return ACTIVATIONS[layer.get("Activation", "linear")](y if b is None else y + b)


def depthwise(layer, x, w, b=None):
    return conv(dict(layer, Groups=x.shape[-1]), x, w, b)


def separable(layer, x, w, v, b=None):
    y = convolve(x, w, layer, x.shape[-1])
    return conv({"Activation": layer.get("Activation", "linear")}, y, v, b)


def transpose(layer, x, w, b=None):
    k, s, d, padding = options(layer, 2)
    y = F.conv_transpose2d(first(x), w.movedim(2, 0).movedim(-1, 1), stride=s, dilation=d)
    for axis in (0, 1):
        n, full = x.shape[axis + 1], y.shape[axis + 2]
        want = n * s[axis] if padding == "same" else max(full, n * s[axis])
        before = max(full - want, 0) // 2 if padding == "same" else 0
        y = y.narrow(axis + 2, before, min(want, full - before))
        if want > y.shape[axis + 2]:
            y = F.pad(y, [0, want - y.shape[axis + 2]] if axis == 1 else [0, 0, 0, want - y.shape[axis + 2]])
    y = last(y)
    return ACTIVATIONS[layer.get("Activation", "linear")](y if b is None else y + b)


def pool(layer, x):
    axes = x.dim() - 2
    size = layer.get("Size", 2)
    k = pair(size) if axes == 2 else (size,)
    s = layer.get("Stride", size)
    s = pair(s) if axes == 2 else (s,)
    padding = layer.get("Padding", "valid")
    x = first(x)
    if layer["type"].startswith("Max"):
        f = F.max_pool2d if axes == 2 else F.max_pool1d
        return last(f(padded(x, k, s, (1, 1), padding, -float("inf")), k, s))
    f = F.avg_pool2d if axes == 2 else F.avg_pool1d
    total = f(padded(x, k, s, (1, 1), padding), k, s)
    return last(total / f(padded(torch.ones_like(x), k, s, (1, 1), padding), k, s))


def global_pool(layer, x):
    places = tuple(range(1, x.dim() - 1))
    keep = layer.get("KeepAxes", False)
    if "Max" in layer["type"]:
        return torch.amax(x, places, keep)
    return torch.mean(x, places, keep)


def sides(layer):
    a = layer.get("Around", 0)
    if layer["type"].endswith("1D"):
        return [0, 0, a + layer.get("Before", 0), a + layer.get("After", 0)]
    return [0, 0] + [a + layer.get(n, 0) for n in ("Left", "Right", "Top", "Bottom")]


def pad(layer, x):
    return F.pad(x, sides(layer))


def crop(layer, x):
    return F.pad(x, [-n for n in sides(layer)])


def up_sample(layer, x):
    size = layer.get("Size", 2)
    if x.dim() == 3:
        return x.repeat_interleave(size, 1)
    size = tuple(float(v) for v in pair(size))
    if layer.get("Bilinear"):
        return last(F.interpolate(first(x), scale_factor=size, mode="bilinear", align_corners=False))
    return last(F.interpolate(first(x), scale_factor=size, mode="nearest"))


def kernels(layer, shape):
    """The shapes of a layer's parameters."""
    channels, kind = shape[-1], layer["type"]
    k = list(pair(layer.get("Kernel", 1))) if kind.endswith("2D") else [layer.get("Kernel", 1)]
    m = layer.get("Multiplier", 1)
    if kind == "DepthwiseConv2D":
        all_, units = [k + [1, channels * m]], channels * m
    elif kind.startswith("Separable"):
        units = layer["Filters"]
        all_ = [k + [1, channels * m], [1] * len(k) + [channels * m, units]]
    elif "Conv" in kind:
        units = layer["Filters"]
        all_ = [k + [channels // layer.get("Groups", 1), units]]
    else:
        return []
    return all_ if layer.get("NoBias") else all_ + [[units]]


FUNCTIONS = {"Conv1D": conv, "Conv2D": conv, "DepthwiseConv2D": depthwise, "SeparableConv1D": separable,
             "SeparableConv2D": separable, "ConvTranspose2D": transpose}


def function(kind):
    for name, f in [("Global", global_pool), ("MaxPool", pool), ("AveragePool", pool), ("ZeroPad", pad),
                    ("Crop", crop), ("UpSample", up_sample)]:
        if kind.startswith(name):
            return f
    return FUNCTIONS[kind]


def cases():
    def c(kind, shape, **fields):
        return dict({"type": kind}, **fields), shape

    yield c("Conv2D", [5, 6, 3], Filters=4, Kernel=3)
    yield c("Conv2D", [5, 6, 2], Filters=3, Kernel=[3, 2], Stride=2, Activation="relu")
    yield c("Conv2D", [6, 5, 2], Filters=3, Kernel=3, Padding="same", Activation="tanh")
    yield c("Conv2D", [6, 7, 2], Filters=3, Kernel=[2, 3], Stride=[2, 3], Padding="same", Activation="softplus")
    yield c("Conv2D", [7, 8, 2], Filters=2, Kernel=[2, 3], Dilation=[3, 2], Activation="softmax")
    yield c("Conv2D", [5, 5, 1], Filters=2, Kernel=3, Dilation=2, Padding="same", NoBias=True)
    yield c("Conv2D", [5, 4, 6], Filters=4, Kernel=2, Groups=2, Activation="elu")
    yield c("Conv2D", [4, 4, 4], Filters=8, Kernel=3, Groups=4, Padding="same", Stride=2)
    yield c("Conv2D", [3, 3, 5], Filters=18, Kernel=1)
    yield c("Conv2D", [9, 4, 2], Filters=3, Kernel=[5, 1], Stride=[3, 1], Padding="same")
    yield c("Conv2D", [4, 3, 2], Filters=2, Kernel=2, Stride=3)
    yield c("Conv1D", [7, 3], Filters=4, Kernel=3)
    yield c("Conv1D", [8, 2], Filters=3, Kernel=4, Stride=3, Padding="same", Activation="relu")
    yield c("Conv1D", [7, 2], Filters=3, Kernel=3, Dilation=2, Padding="causal", Activation="tanh")
    yield c("Conv1D", [8, 2], Filters=3, Kernel=2, Stride=2, Padding="causal")
    yield c("Conv1D", [6, 4], Filters=6, Kernel=2, Groups=2, Dilation=3, NoBias=True)
    yield c("DepthwiseConv2D", [5, 6, 3], Kernel=3)
    yield c("DepthwiseConv2D", [5, 6, 2], Kernel=[3, 2], Multiplier=3, Padding="same", Stride=2, Activation="relu")
    yield c("DepthwiseConv2D", [6, 6, 2], Kernel=2, Dilation=[2, 3], Multiplier=2, NoBias=True)
    yield c("SeparableConv2D", [5, 5, 3], Filters=4, Kernel=3, Padding="same", Activation="relu")
    yield c("SeparableConv2D", [6, 5, 2], Filters=3, Kernel=[3, 2], Stride=2, Multiplier=2, NoBias=True)
    yield c("SeparableConv1D", [7, 3], Filters=4, Kernel=3, Padding="causal", Dilation=2, Activation="softplus")
    yield c("SeparableConv1D", [6, 2], Filters=3, Kernel=2, Stride=2, Multiplier=2)
    yield c("ConvTranspose2D", [3, 4, 3], Filters=2, Kernel=3)
    yield c("ConvTranspose2D", [3, 2, 2], Filters=3, Kernel=[3, 2], Stride=2, Activation="relu")
    yield c("ConvTranspose2D", [3, 3, 2], Filters=3, Kernel=[4, 3], Stride=[2, 3], Padding="same", Activation="tanh")
    yield c("ConvTranspose2D", [3, 3, 2], Filters=2, Kernel=2, Stride=3, NoBias=True)
    yield c("ConvTranspose2D", [3, 3, 2], Filters=2, Kernel=1, Stride=2, Padding="same")
    yield c("ConvTranspose2D", [2, 3, 2], Filters=2, Kernel=[2, 3], Dilation=[3, 2])
    yield c("MaxPool2D", [5, 6, 2])
    yield c("MaxPool2D", [5, 6, 2], Size=3, Stride=[2, 1], Padding="same")
    yield c("MaxPool2D", [5, 5, 3], Size=[2, 3], Stride=1)
    yield c("MaxPool1D", [7, 3])
    yield c("MaxPool1D", [7, 2], Size=3, Stride=2, Padding="same")
    yield c("AveragePool2D", [5, 6, 2])
    yield c("AveragePool2D", [5, 6, 2], Size=3, Stride=2, Padding="same")
    yield c("AveragePool1D", [7, 3], Size=3, Stride=1)
    yield c("AveragePool1D", [7, 2], Size=4, Stride=3, Padding="same")
    for kind, shape in [("Pool1D", [5, 3]), ("Pool2D", [3, 4, 2])]:
        yield c("GlobalMax" + kind, shape)
        yield c("GlobalAverage" + kind, shape, KeepAxes=True)
        yield c("GlobalMax" + kind, shape, KeepAxes=True)
        yield c("GlobalAverage" + kind, shape)
    yield c("ZeroPad2D", [2, 3, 2], Around=1)
    yield c("ZeroPad2D", [2, 3, 2], Around=1, Top=1, Right=2)
    yield c("ZeroPad1D", [3, 2], Before=1, After=2)
    yield c("Crop2D", [5, 6, 2], Around=1, Bottom=1, Left=2)
    yield c("Crop1D", [6, 2], Before=1, After=3)
    yield c("UpSample1D", [3, 2], Size=3)
    yield c("UpSample2D", [3, 2, 2])
    yield c("UpSample2D", [3, 4, 2], Size=[2, 3], Bilinear=True)
    yield c("UpSample2D", [1, 4, 1], Size=[4, 1], Bilinear=True)


def flat(x):
    return [float(f"{v:.9g}") for v in x.detach().reshape(-1).tolist()]


def run(layer, shape):
    rows = 2
    def leaf(s):
        return torch.tensor(draw(*s), requires_grad=True)
    x = leaf([rows] + shape)
    params = [leaf(s) for s in kernels(layer, shape)]
    y = function(layer["type"])(layer, x, *params)
    dout = torch.tensor(draw(*y.shape))
    (y * dout).sum().backward()
    return {"layer": layer, "shape": shape, "out_shape": list(y.shape[1:]), "in": flat(x), "params": [flat(p) for p in params],
            "dout": flat(dout), "out": flat(y), "din": flat(x.grad), "grads": [flat(p.grad) for p in params]}


def main():
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    with open("conv.json", "w") as f:
        f.write('{"versions": ' + json.dumps(versions) + ',\n "cases": [\n')
        f.write(",\n".join(json.dumps(run(*c)) for c in cases()) + "]}\n")


main()
