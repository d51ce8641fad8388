#!/usr/bin/env python3
"""Write src/table/routine_table_data.cpp from facts about LAPACK's routines.

usage: generate_routine_table.py lapack_info.json routine_table_data.cpp

The input lists, for every routine of Reference-LAPACK, argument names and types, the ranges of INFO with their
category, and the argument tests in its source. The output holds each text once and one row per family: routines
that differ by precision only (SGESV, DGESV) share a row. BLAS routines that the library calls are added here.
"""

import collections
import json
import re
import sys

from fortran_condition import requirement
from letters import LETTERS, SPECIAL, WORKSPACE

RESULTS = {None: "unspecified", "no_result": "none", "partial": "partial", "unspecified": "unspecified",
           "computed_with_bounds": "usable", "factor_complete_unusable_for_solve": "partial",
           "stopped_partial": "partial", "continued": "suspect"}

# What a code means where the range alone does not tell: (stem, INFO condition) -> (argument, fact).
QZ_STEPS = {"INFO = N + 1": "the QZ iteration (xHGEQZ) failed in another way",
            "INFO = N + 2": "computing the eigenvectors (xTGEVC) failed"}
GEGS_STEPS = ["xGGBAL", "xGEQRF", "xORMQR or xUNMQR", "xORGQR or xUNGQR", "xGGHRD", "xHGEQZ", "xGGBAK (left vectors)",
              "xGGBAK (right vectors)", "xLASCL"]
GEGV_STEPS = GEGS_STEPS[:6] + ["xTGEVC", "xGGBAK (left vectors)", "xGGBAK (right vectors)", "xLASCL"]
DETAILS = {
    ("gglse", "INFO = 1"): ("B", "the rank of the constraint matrix B is less than P"),
    ("gglse", "INFO = 2"): ("A", "A and B stacked have rank less than N"),
    ("ggglm", "INFO = 1"): ("A", "the rank of A is less than M"),
    ("ggglm", "INFO = 2"): ("B", "A and B side by side have rank less than N"),
}
for stem in ("gges", "gges3", "ggesx"):
    DETAILS[stem, "INFO = N + 1"] = ("A", QZ_STEPS["INFO = N + 1"])
for stem in ("ggev", "ggev3", "ggevx"):
    for when, text in QZ_STEPS.items():
        DETAILS[stem, when] = ("A", text)
for stem, steps in (("gegs", GEGS_STEPS), ("gegv", GEGV_STEPS)):
    for number, step in enumerate(steps, 1):
        DETAILS[stem, "INFO = N + %d" % number] = ("A", "the step %s failed" % step)
DETAIL_TEXT = {
    "larre": "inside xLARRE (eigenvalues by bisection and dqds)", "larrv": "inside xLARRV (eigenvectors)",
    "bdsdc update": "updating a singular value in xBDSDC",
    "split marked by positive E": "a split was marked by a positive value in E",
    "block not diagonalised in iteration limit": "a block was not made diagonal within 100*N iterations",
    "outer loop limit": "the outer loop reached its limit",
    "LWORK": "",
    "CFROM zero or NaN / CTO NaN: a NaN norm from a caller": "CFROM is zero or NaN, or CTO is NaN",
}
NOTES = {
    "documented; a refinement routine does not factor, cannot occur":
        "documented, although this routine does not factor and cannot find it",
    "INFO=N: factorisation complete but D(N)<=0": "INFO = N means: factored completely, but D(N) <= 0",
    "with NCVT=NRU=NCC=0 the dqds codes 1..3 are documented; the code then retries with QR iteration so the count "
    "meaning applies": "the count holds without vectors too: the QR iteration is tried after dqds",
    "flag, not an error": "a flag, not an error",
}
BISECTION = {"INFO = 1 or INFO = 3": "some eigenvalues did not converge; those are marked by a negative block number",
             "INFO = 2 or INFO = 3": "not all requested indices were found: the matrix is not monotonic in this arithmetic",
             "INFO = 4": "the Gershgorin interval given was too small"}

# Codes above N that two inner routines share; the driver passes both on unchanged.
AMBIGUITY = {True: "N+1 to N+4 can also come from bisection (xSTEBZ) in the inner eigensolver",
             False: "with JOBZ = 'V', N+2 to 2N can also come from divide and conquer in the inner eigensolver"}

# Argument order and tests of the BLAS routine behind the operation gemm.
GEMM = {
    "args": [("TRANSA", "CHARACTER", None), ("TRANSB", "CHARACTER", None), ("M", "INTEGER", None),
             ("N", "INTEGER", None), ("K", "INTEGER", None), ("ALPHA", "REAL", None), ("A", "REAL", "LDA,*"),
             ("LDA", "INTEGER", None), ("B", "REAL", "LDB,*"), ("LDB", "INTEGER", None), ("BETA", "REAL", None),
             ("C", "REAL", "LDC,*"), ("LDC", "INTEGER", None)],
    "checks": [(1, "TRANSA in 'NTC'", 1), (2, "TRANSB in 'NTC'", 2), (3, "M >= 0", 3), (4, "N >= 0", 4),
               (5, "K >= 0", 5), (8, "LDA >= max(1, pick(TRANSA in 'N', M, K))", 8),
               (10, "LDB >= max(1, pick(TRANSB in 'N', K, N))", 10), (13, "LDC >= max(1, M)", 13)],
    "info": [("INFO < 0", "ILLEGAL_ARGUMENT", "argument_index", "-INFO", 0, "unspecified", "", "")],
}


def condition_of(entry):
    text = entry["condition"].replace(" (documented; encoded value is >N)", "")
    if entry["condition"] != text:
        return "INFO >= 1"
    match = re.fullmatch(r"INFO in \{(.*)\}", text)
    if match:
        return " or ".join("INFO = " + item.strip() for item in match.group(1).split(","))
    spaced = lambda s: re.sub(r"(\d)N", r"\1*N", s).replace("+", " + ")
    match = re.fullmatch(r"(.+?)<=INFO(<=|<)(.+)", text)
    if match:
        return "INFO >= %s and INFO %s %s" % (spaced(match.group(1)), match.group(2), spaced(match.group(3)))
    match = re.fullmatch(r"(?:INFO)?(=|<|>|!=)(.+)", text)
    return "INFO %s %s" % (match.group(1), spaced(match.group(2)))


def parameter_of(entry):
    parameter = entry.get("parameter") or {}
    if "first" in parameter:
        return "submatrix_first", "div(INFO, N + 1)"
    for name, expression in parameter.items():
        return name, expression.replace("-", " - ").replace(" - INFO", "-INFO").replace("2N", "2*N")
    return "", ""


def main_argument(args):
    """The argument that holds the matrix that failure is about: the first numeric array that goes in."""
    numeric = lambda a: a["type"].split("*")[0] in ("REAL", "DOUBLE PRECISION", "DOUBLE", "COMPLEX")
    for wanted in (lambda a: "," in a.get("dims", "") and "in" in a["intent"] and numeric(a),
                   lambda a: a.get("dims") and "in" in a["intent"] and numeric(a),
                   lambda a: a.get("dims") and numeric(a), lambda a: numeric(a), lambda a: True):
        for index, argument in enumerate(args, 1):
            if wanted(argument) and argument["name"] not in ("WORK", "RWORK"):
                return index


def kind_of(argument):
    base = argument["type"].split("*")[0].split()[0]
    type_letter = {"CHARACTER": "c", "INTEGER": "i", "LOGICAL": "l", "EXTERNAL": "x"}.get(base, "n")
    dims = argument.get("dims") or ""
    return type_letter + ("2" if "," in dims else "1" if dims else "0") + \
        {"in": "i", "out": "o", "in,out": "b"}.get(argument["intent"], "i")


class Table:
    def __init__(self):
        self.text_ids = {"": 0}
        self.lists = {name: {} for name in ("arguments", "checks", "infos", "sides")}
        self.rows = {name: [] for name in self.lists}
        self.routines = collections.defaultdict(str)

    def text(self, string):
        return self.text_ids.setdefault(string, len(self.text_ids))

    def span(self, name, rows):
        key = tuple(rows)
        if key not in self.lists[name]:
            self.lists[name][key] = len(self.rows[name])
            self.rows[name].extend(rows)
        return self.lists[name][key], len(rows)

    def add(self, name, args, checks, infos, sides, ambiguity, main):
        row = (name[1:], self.span("arguments", [(self.text(a), k) for a, k in args]),
               self.span("checks", [(n, self.text(r), t) for n, r, t in checks]),
               self.span("infos", [(self.text(w), c, self.text(p), self.text(e), a, s, self.text(i), self.text(n))
                                   for w, c, p, e, a, s, i, n in infos]),
               self.span("sides", [self.text(s) for s in sides]), self.text(ambiguity), main)
        self.routines[row] += name[0]


def check_rows(name, routine, names):
    rows = []
    for check in routine.get("checks", []):
        true_name = check.get("true_arg", check["name"])
        index = check.get("true_index", check["arg"])
        if true_name is None:
            true_name = names[check["arg"] - 1] if check["arg"] <= len(names) else "Z"
        bad_if = check["bad_if"]
        letters = LETTERS.get((name[1:], true_name))
        if letters and "WNTUR.AND" not in bad_if:
            text = "%s in '%s'" % (true_name, letters)
        elif bad_if in SPECIAL and not ("ITYPE" in bad_if and "ITYPE" in names):
            text = SPECIAL[bad_if] % true_name if "%s" in SPECIAL[bad_if] else SPECIAL[bad_if]
        else:
            text = requirement(bad_if, names)
        tested = re.match(r"([A-Z]\w*) in '", text)
        if "smallest" in text and true_name == "EQUED":
            true_name, index = "S", names.index("S") + 1
        elif tested and true_name not in text and tested.group(1) in names:
            true_name, index = tested.group(1), names.index(tested.group(1)) + 1
        text = re.sub(r"\bsmallest\b", "smallest(%s)" % true_name, text)
        for precisions, formula in WORKSPACE.get(name[1:], []):
            if name[0] in precisions and text in ("LWORK >= minimum",):
                text = "LWORK >= " + formula
        if text:
            rows.append((check["arg"], text, index))
    return rows


def info_rows(name, routine, args, main):
    names = [a["name"] for a in args]
    rows = []
    for entry in routine.get("info", []):
        if entry["category"] == "SUCCESS":
            continue
        when = condition_of(entry)
        parameter, expression = parameter_of(entry)
        target, fact = DETAILS.get((name[1:], when), (None, ""))
        target = entry.get("matrix") or entry.get("argument") or target
        if target not in names:
            banded = [n for n in names if target and n.rstrip("BPRF") == target and n != target]
            target = banded[0] if banded else None
        if entry["category"] == "BISECTION_INCOMPLETE" and name[1:] in ("stebz", "larrd"):
            fact = BISECTION.get(when, fact)
        fact = fact or DETAIL_TEXT.get(entry.get("detail"), "") or NOTES.get(entry.get("note"), "")
        index = names.index(target) + 1 if target else main
        if entry["category"] == "ILLEGAL_ARGUMENT":
            index = 0 if when == "INFO < 0" else int(re.search(r"-(\d+)", when).group(1))
            parameter, expression = "argument_index", "-INFO"
        if "when" in entry:
            condition = re.fullmatch(r"(\w+)='(\w)'", entry["when"])
            when = "%s and %s in '%s'" % (when, condition.group(1), condition.group(2))
        rows.append((when, entry["category"], parameter, expression, index, RESULTS[entry.get("result")],
                     entry.get("kind", ""), fact))
    return rows


def build(data):
    table = Table()
    for name, routine in sorted(data.items()):
        if routine.get("info_intent") != "out":
            continue
        args = routine["args"]
        names = [a["name"] for a in args]
        main = main_argument(args)
        table.add(name, [(a["name"], kind_of(a)) for a in args], check_rows(name, routine, names),
                  info_rows(name, routine, args, main), routine.get("side_channels", []),
                  AMBIGUITY["xSTEBZ" in routine["ambiguity"]] if "ambiguity" in routine else "", main)
    for letter in "sdcz":
        args = [(n, kind_of({"type": t, "dims": d, "intent": "in,out" if n == "C" else "in"}))
                for n, t, d in GEMM["args"]]
        table.add(letter + "gemm", args, GEMM["checks"], GEMM["info"], [], "", 7)
    return table


def write(table, out):
    texts = sorted(table.text_ids, key=table.text_ids.get)
    categories = sorted({row[1] for row in table.rows["infos"]})
    out.write("// Generated by tools/generate_routine_table.py from facts about Reference-LAPACK. Do not edit.\n\n")
    out.write('#include "table/routine_table_data.hpp"\n\nnamespace lapack_ai::diagnostics::data {\n\n')
    out.write("// clang-format off\nconst char *const texts[] = {\n")
    for text in texts:
        out.write(' "%s",\n' % text)
    out.write("};\n\n")

    def rows(declaration, items, form, width):
        out.write("const %s[] = {\n" % declaration)
        line = ""
        for item in items:
            piece = form(item) + ","
            if len(line) + len(piece) > width:
                out.write(line + "\n")
                line = ""
            line += piece
        out.write(line + "\n};\n\n")

    types = {"c": 1, "i": 2, "l": 3, "n": 4, "x": 5}
    roles = {"i": 1, "o": 2, "b": 3}
    pack = lambda k: types[k[0]] | int(k[1]) << 3 | roles[k[2]] << 5
    rows("ArgumentRow arguments", table.rows["arguments"], lambda r: "{%d,%d}" % (r[0], pack(r[1])), 150)
    rows("CheckRow checks", table.rows["checks"], lambda r: "{%d,%d,%d}" % (r[1], r[0], r[2]), 150)
    rows("InfoRow infos", table.rows["infos"], lambda r: "{%d,%d,%d,%d,%d,Category::%s,%d,ResultState::%s}" % (
        r[0], r[2], r[3], r[6], r[7], r[1].lower(), r[4], r[5]), 150)
    rows("std::uint16_t side_channels", table.rows["sides"], lambda r: "%d" % r, 150)
    bits = {"s": 1, "d": 2, "c": 4, "z": 8}

    def routine_row(item):
        row, letters = item
        mask = sum(bits.get(letter, 16) for letter in letters)
        return '{"%s",%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d}' % (
            row[0], row[1][0], row[2][0], row[3][0], row[4][0], row[5], mask, row[1][1], row[2][1], row[3][1],
            row[4][1], row[6])

    routines = sorted(table.routines.items(), key=lambda item: (item[0][0], item[1]))
    rows("RoutineRow routines", routines, routine_row, 150)
    out.write("const std::size_t routine_count = sizeof(routines) / sizeof(routines[0]);\n")
    out.write("// clang-format on\n\n}  // namespace lapack_ai::diagnostics::data\n")
    return categories


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    data.pop("_meta")
    table = build(data)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        write(table, out)
    count = sum(len(letters) for letters in table.routines.values())
    print("%d routines in %d rows, %d texts, %s" % (count, len(table.routines), len(table.text_ids),
          {k: len(v) for k, v in table.rows.items()}))


if __name__ == "__main__":
    main()
