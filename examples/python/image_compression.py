#!/usr/bin/env python3
"""An image as a matrix, kept by its largest singular values.

    image_compression.py [IMAGE.pgm [FOLDER]]

Takes a grey image in binary PGM form, or draws a landscape. The best approximation of rank k, in every norm that orthogonal matrices
keep, is the first k terms of the SVD (Eckart and Young, 1936). Prints what each rank keeps and costs, and writes the images to FOLDER if
one is given.
"""
import re
import sys
from pathlib import Path

import numpy as np

import lapack_py
import lapack_py.linalg as la


def read_pgm(path):
    """Grey values in [0, 1]."""
    data = Path(path).read_bytes()
    header = re.match(rb"P5\s(?:#.*\n)*\s*(\d+)\s+(\d+)\s+(\d+)\s", data)
    if header is None:
        raise SystemExit(f"{path}: not a binary PGM image")
    width, height, most = map(int, header.groups())
    pixels = np.frombuffer(data, ">u2" if most > 255 else "u1", width * height, header.end())
    return pixels.reshape(height, width) / most


def write_pgm(path, image):
    pixels = np.clip(np.rint(image * 255), 0, 255).astype("u1")
    Path(path).write_bytes(b"P5\n%d %d\n255\n" % (image.shape[1], image.shape[0]) + pixels.tobytes())


def landscape(height=300, width=400):
    """Three ranges of hills under a moon."""
    y, x = np.mgrid[0:height, 0:width] / height
    image = 0.35 + 0.4 * (1 - y)
    image[(x - 1.0) ** 2 + (y - 0.25) ** 2 < 0.012] = 1.0
    for depth, (level, grey) in enumerate([(0.45, 0.5), (0.6, 0.3), (0.75, 0.12)]):
        ridge = level + sum(np.sin(2.3 ** k * (x + depth) * 3) / 2**k for k in range(1, 7)) / 12
        image[y > ridge] = grey
    return image


def main(source=None, folder=None):
    image = read_pgm(source) if source else landscape()
    with lapack_py.measure_operation("svd", f"{image.shape[0]} x {image.shape[1]}") as measured:
        u, s, vh = la.svd(image, full_matrices=False)
    print(measured)
    errors = {}
    for k in (5, 20, 50, 100):
        approximation = la.matmul(u[:, :k] * s[:k], vh[:k])
        errors[k] = la.norm(image - approximation) / la.norm(image)
        kept = k * (sum(image.shape) + 1) / image.size
        # The error of the best approximation is what is left of the singular values.
        predicted = np.sqrt(np.sum(s[k:] ** 2)) / np.sqrt(np.sum(s**2))
        print(f"rank {k:>3}: {100 * kept:5.1f} % of the numbers, relative error {errors[k]:.4f} (from the singular "
              f"values: {predicted:.4f})")
        assert abs(errors[k] - predicted) < 1e-10
        if folder:
            write_pgm(Path(folder) / f"rank_{k}.pgm", approximation)
    return errors


if __name__ == "__main__":
    main(*sys.argv[1:])
