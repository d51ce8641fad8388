#!/usr/bin/env python3
"""Which software licences are alike? The example of examples/licences, from Python.

Term-by-document matrix of Debian's licence texts, its SVD, and for every licence its nearest neighbours in the space of the
first singular vectors (latent semantic analysis: Deerwester, Dumais, Furnas, Landauer, Harshman, 1990).
"""
import sys
from pathlib import Path

import numpy as np

import lapack_py
import lapack_py.linalg as la

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "licences"))
import term_by_document as licences  # noqa: E402


def matrix_of(documents):
    """Words by licences, tf-idf."""
    terms, columns = licences.term_by_document(documents)
    row = {term: i for i, term in enumerate(terms)}
    A = np.zeros((len(terms), len(columns)))
    for j, column in enumerate(columns):
        for term, weight in column.items():
            A[row[term], j] = weight
    return A


def main():
    documents = licences.read_documents()
    names = list(documents)
    A = matrix_of(documents)
    with lapack_py.measure_operation("svd", f"{A.shape[0]} x {A.shape[1]}") as measured:
        u, s, vh = la.svd(A, full_matrices=False)
    print(measured)
    k = licences.DIMENSIONS
    places = (s[:k, np.newaxis] * vh[:k]).T
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    likeness = la.matmul(places, places.T)
    nearest = {}
    for i, name in enumerate(names):
        order = [j for j in np.argsort(-likeness[i]) if j != i][:2]
        nearest[name] = [names[j] for j in order]
        print(f"{name:<12} " + ", ".join(f"{names[j]} {likeness[i, j]:.3f}" for j in order))
    return nearest


if __name__ == "__main__":
    main()
