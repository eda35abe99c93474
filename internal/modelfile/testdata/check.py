"""Reads a .goodfit or .safetensors file with none of goodfit's code and checks
every rule of its format.

Run: /usr/bin/python3 check.py FILE…      prints a line per part, or fails
"""
import hashlib
import json
import struct
import sys
import zipfile

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U64": "<u8", "U8": "u1"}


def no_doubles(pairs):
    assert len({k for k, _ in pairs}) == len(pairs), "doubled key"
    return dict(pairs)


def parse(text):
    return json.loads(text, object_pairs_hook=no_doubles)


def tensors(data):
    (n,) = struct.unpack("<Q", data[:8])
    assert n % 8 == 0 and data[8:9] == b"{"
    header = parse(data[8 : 8 + n])
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(v, str) for v in metadata.values())
    data, at, result = data[8 + n :], 0, {}
    for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        assert set(t) == {"dtype", "shape", "data_offsets"}
        begin, end = t["data_offsets"]
        assert begin == at, "gap or overlap"
        dtype = np.dtype(TYPES[t["dtype"]])
        assert begin % dtype.itemsize == 0, "not aligned"
        result[name] = np.frombuffer(data[begin:end], dtype).reshape(t["shape"])
        at = end
    assert at == len(data), "bytes after the last tensor"
    return result


def check_part(name, data):
    print("  %s (%d bytes)" % (name, len(data)))
    if name.endswith(".json"):
        parse(data)
    else:
        for key, a in tensors(data).items():
            print("    %s %s %s" % (key, a.dtype, a.shape))


def check_goodfit(path):
    with zipfile.ZipFile(path) as z:
        assert z.testzip() is None
        manifest = parse(z.read("manifest.json"))
        assert set(manifest) == {"format", "kind", "goodfit", "parts"} and manifest["format"] == 1
        names = [p["name"] for p in manifest["parts"]]
        assert z.namelist() == sorted(names) + ["manifest.json"], "parts not in order"
        for info in z.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0) and info.external_attr >> 16 == 0o100644
        for p in manifest["parts"]:
            data = z.read(p["name"])
            assert len(data) == p["bytes"] and hashlib.sha256(data).hexdigest() == p["sha256"], p["name"]
            check_part(p["name"], data)


for path in sys.argv[1:]:
    print(path)
    if path.endswith(".goodfit"):
        check_goodfit(path)
    else:
        check_part(path, open(path, "rb").read())
