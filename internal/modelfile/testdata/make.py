"""Writes the fixtures of this folder from the formats' descriptions alone.

Run: /usr/bin/python3 make.py      (versions: see VERSIONS, which it writes)

safetensors: https://huggingface.co/docs/safetensors#format, with json, struct
and numpy; example.goodfit: with zipfile and hashlib, the layout of doc.go.
"""
import hashlib
import json
import os
import struct
import sys
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def safetensors(tensors, metadata=None):
    """tensors: list of (name, dtype name, shape, bytes), in the order of the data."""
    header, at = {}, 0
    if metadata:
        header["__metadata__"] = metadata
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
    header = {k: header[k] for k in sorted(header, key=lambda s: s.encode())}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(t[3] for t in tensors)


def array(name, dtype, a):
    return name, dtype, a.shape, a.tobytes()


def brain(x):
    """bfloat16 is the upper half of float32; the values used are exact in it."""
    bits = np.asarray(x, "<f4").view("<u4")
    assert not (bits & 0xFFFF).any()
    return (bits >> 16).astype("<u2")


def written_types():
    """What WriteTensors writes, in its order: larger types first, then names."""
    r = np.random.RandomState(7)
    return [
        array("history", "F64", np.array([0.1, -1e300, 5e-324, np.inf], "<f8")),
        array("state/step", "I64", np.array(-(2**63), "<i8")),
        array("state/words", "U64", np.array([[2**64 - 1, 0], [1, 2**53 + 1]], "<u8")),
        array("dense/kernel", "F32", r.standard_normal((3, 5)).astype("<f4")),
        array("empty", "F32", np.zeros((0, 4), "<f4")),
        array("grüße", "F32", np.array([-0.0, 1e-45, 3.4028235e38, -np.inf], "<f4")),
        array("order", "U8", np.arange(11, dtype="u1")),
    ]


# Values for the types that are only read, and what they mean.
HALVES = [0.0, -0.0, 1.0, -2.5, 65504.0, 6e-08, 6.103515625e-05, 6.097555160522461e-05, np.inf, -np.inf]
BRAINS = [0.0, -0.0, 1.0, -2.5, 3.3895313892515355e38, 9.183549615799121e-41, np.inf]


def read_types():
    halves = np.array(HALVES, "<f2")
    return [
        array("bf16", "BF16", brain(BRAINS)),
        array("bool", "BOOL", np.array([True, False, True])),
        array("f16", "F16", halves),
        array("i16", "I16", np.array([-32768, 32767, -1], "<i2")),
        array("i32", "I32", np.array([-(2**31), 2**31 - 1], "<i4")),
        array("i8", "I8", np.array([-128, 127], "i1")),
        array("u16", "U16", np.array([65535, 1], "<u2")),
        array("u32", "U32", np.array([2**32 - 1], "<u4")),
    ]


def goodfit():
    """A pipeline with a model inside, the manifest last."""
    parts = {
        "members/0/graph.json": b'{"Layers": ["dense"], "Units": 3}\n',
        "members/0/weights.safetensors": safetensors([array("w", "F32", np.array([1, 2, 3], "<f4"))]),
        "pipeline.json": json.dumps({"Columns": ["x%d" % i for i in range(200)]}, indent=1).encode(),
    }
    manifest = {
        "format": 1,
        "kind": "pipeline",
        "goodfit": "0.1.0",
        "parts": [{"name": n, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in sorted(parts.items())],
    }
    with zipfile.ZipFile(os.path.join(HERE, "example.goodfit"), "w") as z:
        for name, data in sorted(parts.items()) + [("manifest.json", json.dumps(manifest).encode())]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".safetensors") else zipfile.ZIP_DEFLATED
            z.writestr(info, data)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


write("written.safetensors", safetensors(written_types(), {"format": "pt", "goodfit": "0.1.0"}))
write("read.safetensors", safetensors(read_types()))
write("none.safetensors", safetensors([]))
goodfit()
write("VERSIONS", ("python %s, numpy %s\n" % (sys.version.split()[0], np.__version__)).encode())
