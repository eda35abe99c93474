"""Writes images.json: moved images by scipy, resized images by numpy and torch.

Run with python3 (numpy, scipy, torch) in this directory. A motion is composed of
3×3 matrices, inverted by numpy, and applied by scipy.ndimage.affine_transform with
linear interpolation. The area method is the difference of the integral of the
image, piecewise constant, at the edges of the new pixels.
"""

import json
import platform

import numpy as np
import scipy
import torch
from scipy import ndimage

RNG = np.random.default_rng(11)
MODES = {"nearest": "nearest", "constant": "grid-constant", "reflect": "reflect", "wrap": "grid-wrap"}


def draw(*shape):
    return RNG.random(shape).astype(np.float32).astype(np.float64)


def motion(shape, fill, turn=0, zoom=1, down=0, right=0, vertical=False, horizontal=False):
    x = draw(*shape)
    mid = np.array([(shape[0] - 1) / 2, (shape[1] - 1) / 2])
    to, back = np.eye(3), np.eye(3)
    to[:2, 2], back[:2, 2] = -mid, mid
    a = np.deg2rad(turn)
    linear = np.eye(3)
    linear[:2, :2] = zoom * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    shift = np.eye(3)
    shift[:2, 2] = down, right
    mirror = np.diag([-1.0 if vertical else 1.0, -1.0 if horizontal else 1.0, 1.0])
    inverse = np.linalg.inv(back @ mirror @ shift @ linear @ to)
    out = np.stack([ndimage.affine_transform(x[..., c], inverse, order=1, mode=MODES[fill], cval=0.25) for c in range(shape[2])], -1)
    return {"fill": fill, "shape": list(shape), "turn": turn, "zoom": zoom, "down": down, "right": right, "vertical": vertical,
            "horizontal": horizontal, "in": x.ravel().tolist(), "out": out.ravel().tolist()}


def area(x, m, axis):
    """The mean of x, constant on each pixel, over each of m equal parts of an axis."""
    n = x.shape[axis]
    integral = np.concatenate([np.zeros_like(x.take([0], axis)), np.cumsum(x, axis)], axis)
    edges = np.linspace(0, n, m + 1)
    at = np.apply_along_axis(lambda line: np.interp(edges, np.arange(n + 1), line), axis, integral)
    return np.diff(at, axis=axis) * m / n


def resize(shape, height, width, how):
    x = draw(*shape)
    if how == "area":
        out = area(area(x, height, 0), width, 1)
    else:
        t = torch.tensor(x).permute(2, 0, 1)[None]
        out = torch.nn.functional.interpolate(t, (height, width), mode="bilinear", align_corners=False)[0].permute(1, 2, 0).numpy()
    return {"how": how, "shape": list(shape), "height": height, "width": width, "in": x.ravel().tolist(), "out": out.ravel().tolist()}


def main():
    moves = [dict(turn=30), dict(turn=-117, zoom=1.3), dict(down=1.25, right=-2.5), dict(zoom=0.6), dict(vertical=True, down=1),
             dict(horizontal=True, right=0.5), dict(turn=20, zoom=0.8, down=-1.5, right=2, vertical=True, horizontal=True)]
    out = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "torch": torch.__version__},
        "motions": [motion(shape, fill, **m) for fill in MODES for shape, m in zip([(5, 6, 1), (4, 3, 3)] * 4, moves)],
        "resizes": [resize((6, 4, 1), 3, 2, how) for how in ("bilinear", "area")]
        + [resize((5, 7, 3), 3, 4, how) for how in ("bilinear", "area")]
        + [resize((3, 2, 1), 7, 5, how) for how in ("bilinear", "area")]
        + [resize((1, 4, 1), 3, 1, how) for how in ("bilinear", "area")],
    }
    with open("images.json", "w") as f:
        json.dump(out, f)
        f.write("\n")


main()
