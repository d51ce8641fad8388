#!/usr/bin/env python3
"""Which software licences are alike?

Builds a term-by-document matrix from Debian's licence texts, one column a licence and one row a word, weighted by
how telling the word is (tf-idf) and with columns of length 1. lapack-ai computes its SVD; in the space of the first
few singular vectors, licences with similar wording stand close together (latent semantic analysis: Deerwester, Dumais,
Furnas, Landauer, Harshman, 1990).

    term_by_document.py matrix OUT.mtx        writes the matrix
    term_by_document.py compare [LAPACK_AI]   the whole example; LAPACK_AI is the program, build/release/bin/lapack-ai
"""
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter

TEXTS = pathlib.Path("/usr/share/common-licenses")
ROOT = pathlib.Path(__file__).resolve().parents[2]
DIMENSIONS = 5  # of the latent space


def read_documents():
    """Words of each licence; links such as GPL -> GPL-3 are skipped."""
    files = sorted(path for path in TEXTS.iterdir() if path.is_file() and not path.is_symlink())
    return {path.name: Counter(re.findall(r"[a-z]{2,}", path.read_text("utf-8", "replace").lower())) for path in files}


def term_by_document(documents):
    """Columns {term: weight}, and all terms that at least two documents use."""
    uses = Counter(term for words in documents.values() for term in words)
    terms = sorted(term for term, count in uses.items() if count >= 2)
    columns = []
    for words in documents.values():
        column = {t: (1 + math.log(words[t])) * math.log(len(documents) / uses[t]) for t in terms if words[t]}
        length = math.sqrt(sum(weight * weight for weight in column.values()))
        columns.append({t: weight / length for t, weight in column.items() if weight and length})
    return terms, columns


def write_matrix(path, terms, columns):
    row = {term: i + 1 for i, term in enumerate(terms)}
    entries = [(row[t], j + 1, weight) for j, column in enumerate(columns) for t, weight in column.items()]
    with open(path, "w") as out:
        out.write("%%MatrixMarket matrix coordinate real general\n")
        out.write("% words (rows) of Debian's common licences (columns), tf-idf\n")
        out.write(f"{len(terms)} {len(columns)} {len(entries)}\n")
        for i, j, weight in entries:
            out.write(f"{i} {j} {weight!r}\n")


def read_array(path):
    """Rows of a Matrix Market file of format `array`."""
    lines = [line for line in pathlib.Path(path).read_text().splitlines() if not line.startswith("%")]
    rows, cols = map(int, lines[0].split())
    values = list(map(float, lines[1:]))
    return [[values[j * rows + i] for j in range(cols)] for i in range(rows)]


def compare(program):
    documents = read_documents()
    terms, columns = term_by_document(documents)
    print(f"{len(documents)} licences from {TEXTS}, {len(terms)} terms that two or more of them use")
    with tempfile.TemporaryDirectory() as folder:
        matrix, vt = f"{folder}/licences.mtx", f"{folder}/vt.mtx"
        write_matrix(matrix, terms, columns)
        done = subprocess.run([program, "svd", matrix, "--vt", vt, "--json"], stdout=subprocess.PIPE, check=True)
        result = json.loads(done.stdout)
        VT = read_array(vt)
    S = result["s"]
    print(f"SVD by {result['backend']} ({result['algorithm']}) in {result['seconds'] * 1e3:.2f} ms, "
          f"residual {result['residuals']['reconstruction']:.3g}")
    kept = sum(s * s for s in S[:DIMENSIONS]) / sum(s * s for s in S)
    print(f"the first {DIMENSIONS} of {len(S)} singular values hold {kept:.0%} of the matrix\n")

    names = list(documents)
    points = [[S[i] * VT[i][j] for i in range(DIMENSIONS)] for j in range(len(names))]

    def cosine(a, b):
        return sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) * math.hypot(*b))

    width = max(map(len, names))
    print(f"{'licence':<{width}}  most alike (cosine in the space of {DIMENSIONS} singular vectors)")
    for j, name in enumerate(names):
        near = sorted(((cosine(points[j], points[i]), names[i]) for i in range(len(names)) if i != j), reverse=True)
        print(f"{name:<{width}}  " + "  ".join(f"{other} {value:.2f}" for value, other in near[:3]))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "matrix":
        write_matrix(sys.argv[2], *term_by_document(read_documents()))
    elif len(sys.argv) in (2, 3) and sys.argv[1] == "compare":
        compare(sys.argv[2] if len(sys.argv) == 3 else str(ROOT / "build/release/bin/lapack-ai"))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
