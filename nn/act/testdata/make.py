"""Writes activations.json: values and derivatives of the activations by PyTorch.

Run with python3 (torch, numpy) in this directory. Everything is computed in
float64 at points that are float32 numbers; derivatives come from autograd, at a
kink too. hard_sigmoid is written out, as PyTorch's has another slope.
"""

import json
import platform

import numpy as np
import torch
import torch.nn.functional as F

POINTS = [0.0, 6.0, 1e-30, -1e-30, 1e-3, -1e-3, 30.0, -30.0, 80.0, -80.0] + [k / 8 for k in range(-72, 73)]

FUNCS = {
    "linear": lambda x: x * 1,
    "relu": F.relu,
    "relu(6, 0)": F.relu6,
    "relu(2, 0.1)": lambda x: torch.clamp(F.leaky_relu(x, float(np.float32(0.1))), max=2),
    "leaky_relu(0.1)": lambda x: F.leaky_relu(x, float(np.float32(0.1))),
    "leaky_relu(0.3)": lambda x: F.leaky_relu(x, float(np.float32(0.3))),
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": lambda x: torch.clamp(x / 5 + 0.5, 0, 1),
    "tanh": torch.tanh,
    "softplus": lambda x: F.softplus(x, threshold=100),
    "softsign": F.softsign,
    "elu(1)": F.elu,
    "elu(0.5)": lambda x: F.elu(x, 0.5),
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "swish": F.silu,
    "exponential": torch.exp,
}
# clamp's autograd gives 1 at its limits, where the limit is reached from inside; ours is 0.
LIMITS = {"relu(2, 0.1)": [2.0], "hard_sigmoid": [-2.5, 2.5]}

SOFTMAX = [[0, 0], [1, 2, 3], [-1, 0.5, 2, 2], [1000, 0, -1000], [88, 87, 0.25], [-500, -500.5], [0.1] * 20]


def main():
    torch.set_default_dtype(torch.float64)
    points = np.array(POINTS, dtype=np.float32).astype(np.float64)
    funcs = {}
    for name, f in FUNCS.items():
        keep = [p for p in points if p not in LIMITS.get(name, []) and not (name == "exponential" and p > 9)]
        x = torch.tensor(keep, requires_grad=True)
        y = f(x)
        y.sum().backward()
        funcs[name] = {"x": keep, "y": y.tolist(), "derivative": x.grad.tolist()}
    softmax = []
    for row in SOFTMAX:
        x = torch.tensor(np.array(row, dtype=np.float32).astype(np.float64), requires_grad=True)
        dy = torch.tensor([float(k % 3 - 1) + 0.25 for k in range(len(row))])
        y = torch.softmax(x, 0)
        y.backward(dy)
        softmax.append({"x": x.tolist(), "dy": dy.tolist(), "y": y.tolist(), "dx": x.grad.tolist()})
    with open("activations.json", "w") as out:
        json.dump({"versions": {"python": platform.python_version(), "torch": torch.__version__},
                   "funcs": funcs, "softmax": softmax}, out)
        out.write("\n")


main()
