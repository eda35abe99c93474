"""Writes layers.json: normalization layers and PReLU by PyTorch.

Run with python3 (torch, numpy) in this directory. Everything is computed in
float64 from data that are float32 numbers; gradients come from autograd for the
loss Σ dout·output.

batch_norm holds several steps of training and one of use. PyTorch averages the
variance Σ(x−μ)²/(n−1); "moving_variance" is Keras' average of Σ(x−μ)²/n, worked
out by numpy, with which PyTorch then runs in use, and "torch_variance" is
PyTorch's own.
"""

import json
import platform

import numpy as np
import torch
import torch.nn.functional as F

RNG = np.random.default_rng(1)


def draw(*shape, scale=1.0, shift=0.0):
    return (RNG.normal(size=shape) * scale + shift).astype(np.float32).astype(np.float64)


def tensor(x):
    return torch.tensor(x, requires_grad=True)


def flat(x):
    return np.asarray(x.detach() if isinstance(x, torch.Tensor) else x).reshape(-1).tolist()


def step(f, x, gamma, beta, dout):
    """Runs f and returns values and gradients."""
    x, gamma, beta = tensor(x), tensor(gamma), tensor(beta)
    y = f(x, gamma, beta)
    y.backward(torch.tensor(dout))
    return {"in": flat(x), "dout": flat(dout), "out": flat(y), "din": flat(x.grad),
            "dgamma": flat(gamma.grad), "dbeta": flat(beta.grad)}


def batch_norm(shape, rows, momentum, epsilon, steps=4):
    """shape is that of a row, features last; torch wants them second."""
    n = shape[-1]
    gamma, beta = draw(n, shift=1), draw(n)
    mean, variance = draw(n), np.abs(draw(n)) + 0.5
    case = {"shape": shape, "rows": rows, "momentum": momentum, "epsilon": epsilon, "gamma": flat(gamma), "beta": flat(beta),
            "mean": flat(mean), "variance": flat(variance), "steps": []}
    torch_mean, torch_variance = torch.tensor(mean), torch.tensor(variance)
    for k in range(steps):
        x, dout = draw(rows, *shape, scale=1 + k, shift=k), draw(rows, *shape)

        def train(x, gamma, beta):
            y = F.batch_norm(x.reshape(-1, n), torch_mean, torch_variance, gamma, beta, True, 1 - momentum, epsilon)
            return y.reshape(x.shape)

        s = step(train, x, gamma, beta, dout)
        samples = x.reshape(-1, n)
        mean = momentum * mean + (1 - momentum) * samples.mean(0)
        variance = momentum * variance + (1 - momentum) * samples.var(0)
        assert np.allclose(mean, torch_mean.numpy(), rtol=1e-12)
        s.update(moving_mean=flat(mean), moving_variance=flat(variance), torch_variance=flat(torch_variance))
        case["steps"].append(s)

    def use(x, gamma, beta):
        y = F.batch_norm(x.reshape(-1, n), torch.tensor(mean), torch.tensor(variance), gamma, beta, False, 0, epsilon)
        return y.reshape(x.shape)

    case["use"] = step(use, draw(rows, *shape), gamma, beta, draw(rows, *shape))
    return case


def layer_norm(shape, rows, epsilon):
    n = shape[-1]
    gamma, beta = draw(n, shift=1), draw(n)
    s = step(lambda x, g, b: F.layer_norm(x, (n,), g, b, epsilon), draw(rows, *shape, scale=2, shift=1), gamma, beta, draw(rows, *shape))
    return {"shape": shape, "rows": rows, "epsilon": epsilon, "gamma": flat(gamma), "beta": flat(beta), "steps": [s]}


def prelu(shape, rows, shared):
    """torch shares slopes along all axes of a row but the first, or all."""
    alpha = draw(1 if shared == "all" else shape[0])
    s = step(lambda x, a, unused: F.prelu(x, a) + 0 * unused.sum(), draw(rows, *shape), alpha, draw(1), draw(rows, *shape))
    return {"shape": shape, "rows": rows, "shared": shared, "alpha": flat(alpha), "steps": [s]}


def main():
    torch.set_default_dtype(torch.float64)
    out = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__},
        "batch_norm": [batch_norm([3], 8, 0.99, 1e-3), batch_norm([2, 4], 5, 0.9, 1e-5), batch_norm([5], 2, 0.5, 0.1)],
        "layer_norm": [layer_norm([6], 4, 1e-3), layer_norm([3, 20], 4, 1e-5), layer_norm([2], 3, 0.1)],
        "prelu": [prelu([4], 6, "none"), prelu([3, 5], 4, "rest"), prelu([2, 3], 4, "all")],
    }
    with open("layers.json", "w") as f:
        json.dump(out, f)
        f.write("\n")


main()
