"""Writes recurrent.json: recurrent layers by PyTorch.

Run with python3 (torch, numpy) in this directory. Everything is computed in
float64 from data that are float32 numbers; gradients come from autograd for the
loss Σ dout·output. Weights and gradients are stored in goodfit's (Keras's) layout:
features×gates·units, gates in the order i f g o and z r k, where PyTorch has
gates·units×features and r z k. A case with lengths has rows that are padded at
the end; PyTorch packs them, and gives zeros after the end.
"""

import json
import platform

import numpy as np
import torch

RNG = np.random.default_rng(2)
STEPS, FEATURES, UNITS, ROWS = 6, 3, 4, 5


def draw(*shape, scale=1.0):
    return torch.tensor((RNG.normal(size=shape) * scale).astype(np.float32).astype(np.float64), requires_grad=True)


def flat(x):
    return x.detach().numpy().reshape(-1).tolist()


def columns(w, kind):
    """w as gates·units×inputs (or a vector) of torch becomes inputs×gates·units."""
    parts = list(torch.chunk(w.reshape(w.shape[0], -1), {"rnn": 1, "lstm": 4, "gru": 3}[kind], dim=0))
    if kind == "gru":
        parts = [parts[1], parts[0], parts[2]]
    return torch.cat(parts, dim=0).T


def weights(net, kind, suffix, grad):
    def of(name):
        w = getattr(net, name + suffix)
        return columns(w.grad if grad else w, kind)

    bias_in, bias_state = of("bias_ih_l0"), of("bias_hh_l0")
    bias = torch.cat([bias_in, bias_state]) if kind == "gru" else (bias_in if grad else bias_in + bias_state)
    return {"kernel": flat(of("weight_ih_l0")), "recurrent_kernel": flat(of("weight_hh_l0")), "bias": flat(bias)}


def case(kind, both=False, lengths=None, steps=STEPS, features=FEATURES, units=UNITS, rows=ROWS):
    net = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](features, units, batch_first=True, bidirectional=both)
    for p in net.parameters():
        p.data = draw(*p.shape, scale=0.5).data
    ways = 2 if both else 1
    x, states = draw(rows, steps, features), [draw(ways, rows, units) for _ in range(2 if kind == "lstm" else 1)]
    start = tuple(states) if kind == "lstm" else states[0]
    given = x
    if lengths:
        given = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    out, last = net(given, start)
    if lengths:
        out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=steps)
    last = list(last) if kind == "lstm" else [last]
    dout, dlast = draw(*out.shape), [draw(*s.shape) for s in last]
    loss = (out * dout).sum() + sum((s * d).sum() for s, d in zip(last, dlast))
    loss.backward()
    suffixes = ["", "_reverse"][:ways]
    return {"kind": kind, "both": both, "lengths": lengths or [], "steps": steps, "features": features, "units": units, "rows": rows,
            "x": flat(x), "start": [[flat(s[k]) for s in states] for k in range(ways)],
            "weights": [weights(net, kind, s, False) for s in suffixes],
            "out": flat(out), "last": [[flat(s[k]) for s in last] for k in range(ways)],
            "dout": flat(dout), "dlast": [[flat(d[k]) for d in dlast] for k in range(ways)],
            "dx": flat(x.grad), "dstart": [[flat(s.grad[k]) for s in states] for k in range(ways)],
            "dweights": [weights(net, kind, s, True) for s in suffixes]}


def main():
    torch.set_default_dtype(torch.float64)
    cases = []
    for kind in ["rnn", "lstm", "gru"]:
        cases.append(case(kind))
        cases.append(case(kind, both=True))
        cases.append(case(kind, lengths=[6, 4, 1, 5, 2]))
        cases.append(case(kind, steps=12, units=9, rows=2))
    versions = {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}
    with open("recurrent.json", "w") as f:
        json.dump({"versions": versions, "cases": cases}, f)
        f.write("\n")


main()
