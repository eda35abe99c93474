"""Writes attention.json: attention and embeddings by PyTorch.

Run with python3 (torch, numpy) in this directory. Everything is computed in
float64 from data that are float32 numbers; gradients come from autograd for the
loss Σ dout·output. Matrices are input×output, PyTorch's transposed.
"""

import json
import platform

import numpy as np
import torch
import torch.nn.functional as F

RNG = np.random.default_rng(7)


def draw(*shape, scale=1.0):
    return torch.tensor((RNG.normal(size=shape) * scale).astype(np.float32).astype(np.float64), requires_grad=True)


def flat(x):
    return x.detach().numpy().reshape(-1).tolist()


def finish(case, out, inputs, params):
    """Adds values and gradients."""
    dout = draw(*out.shape)
    out.backward(dout.detach())
    case["out"], case["dout"] = flat(out), flat(dout)
    case["in"], case["din"] = [flat(x) for x in inputs], [flat(x.grad) for x in inputs]
    case["shapes"] = [list(x.shape[1:]) for x in inputs]
    case["params"] = {name: flat(transpose(name, p)) for name, p in params.items()}
    case["grads"] = {name: flat(transpose(name, p.grad)) for name, p in params.items()}
    return case


def transpose(name, x):
    return x.T if name.endswith("_kernel") else x


def lengths_mask(rows, keys):
    """Ones for the first steps of each row, a different number for each."""
    mask = np.zeros((rows, keys))
    for r in range(rows):
        mask[r, : 1 + (2 * r + 1) % keys] = 1
    return torch.tensor(mask)


def dot(rows, steps, keys, features, values, causal=False, masked=False):
    q, v, k = draw(rows, steps, features), draw(rows, keys, values), draw(rows, keys, features)
    allowed = torch.ones(rows, steps, keys, dtype=torch.bool)
    if causal:
        allowed &= torch.ones(steps, keys, dtype=torch.bool).tril()
    case = {"rows": rows, "causal": causal, "mask": None}
    if masked:
        mask = lengths_mask(rows, keys)
        allowed &= mask.bool()[:, None, :]
        case["mask"] = flat(mask)
    scores = (q @ k.transpose(1, 2) / features**0.5).masked_fill(~allowed, -torch.inf)
    out = scores.softmax(-1) @ v
    return finish(case, out, [q, v, k], {})


def heads(rows, steps, keys, heads, size, value, key, causal=False, masked=False):
    """torch's features of the query are heads times size, and so are the output's."""
    width = heads * size
    layer = torch.nn.MultiheadAttention(width, heads, kdim=key, vdim=value, batch_first=True, dtype=torch.float64)
    params = {
        "query_kernel": draw(width, width, scale=0.5), "query_bias": draw(width), "key_kernel": draw(width, key, scale=0.5),
        "key_bias": draw(width), "value_kernel": draw(width, value, scale=0.5), "value_bias": draw(width),
        "output_kernel": draw(width, width, scale=0.5), "output_bias": draw(width),
    }
    q, v, k = draw(rows, steps, width), draw(rows, keys, value), draw(rows, keys, key)
    case = {"rows": rows, "heads": heads, "size": size, "causal": causal, "mask": None}
    padding = None
    if masked:
        mask = lengths_mask(rows, keys)
        padding, case["mask"] = mask == 0, flat(mask)
    later = torch.ones(steps, keys, dtype=torch.bool).triu(1) if causal else None
    out, _ = F.multi_head_attention_forward(
        q.transpose(0, 1), k.transpose(0, 1), v.transpose(0, 1), width, heads, None,
        torch.cat([params["query_bias"], params["key_bias"], params["value_bias"]]), None, None, False, 0.0,
        params["output_kernel"], params["output_bias"], key_padding_mask=padding, attn_mask=later, use_separate_proj_weight=True,
        q_proj_weight=params["query_kernel"], k_proj_weight=params["key_kernel"], v_proj_weight=params["value_kernel"])
    return finish(case, out.transpose(0, 1), [q, v, k], params)


def embedding(rows, steps, vocabulary, dim):
    table = draw(vocabulary, dim)
    index = torch.tensor(RNG.integers(0, vocabulary, size=(rows, steps)))
    out = F.embedding(index, table)
    case = finish({"rows": rows}, out, [], {"embeddings": table})
    case.update({"in": [flat(index.double())], "shapes": [[steps]], "vocabulary": vocabulary, "dim": dim})
    return case


def main():
    out = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__},
        "dot": [dot(3, 4, 5, 2, 3), dot(2, 5, 5, 8, 4, causal=True), dot(4, 3, 6, 3, 2, masked=True), dot(3, 4, 4, 3, 2, causal=True, masked=True)],
        "heads": [heads(2, 3, 4, 2, 3, 5, 4), heads(2, 4, 4, 3, 2, 6, 6, causal=True), heads(4, 3, 5, 2, 2, 3, 4, masked=True)],
        "embedding": [embedding(3, 5, 4, 3), embedding(2, 7, 20, 6)],
    }
    with open("attention.json", "w") as f:
        json.dump(out, f)
        f.write("\n")


main()
