"""Argument tests of LAPACK, turned from "INFO = -k if this is bad" into "this is required".

A test such as LDZ.LT.1.OR.(WANTZ.AND.LDZ.LT.N) is parsed, local variables are replaced by what they stand for
(letters.py), query modes are dropped, and the negation is printed in the notation that expression.hpp evaluates:
    LDZ >= 1, LDZ >= N if JOBZ in 'V'
"""

import re

from letters import FLAGS, QUERY_FLAGS, VALUES, WORKSPACE_LIMITS

TOKEN = re.compile(r"\s*(\.[A-Z]+\.|<=|>=|==|/=|<|>|'[^']*'|\d+\.\d+|\d+|[A-Z][A-Z0-9_]*|[-+*/(),])")
RELATIONS = {".LT.": "<", ".LE.": "<=", ".GT.": ">", ".GE.": ">=", ".EQ.": "=", ".NE.": "!=",
             "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "/=": "!="}
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


class Parser:
    """Recursive descent over Fortran's precedence: .OR. < .AND. < .NOT. < relation < sum < product."""

    def __init__(self, text, arguments):
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != text.replace(" ", ""):
            raise ValueError("cannot read " + text)
        self.at = 0
        self.arguments = arguments

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, expected=None):
        token = self.peek()
        if expected is not None and token != expected:
            raise ValueError("expected %s, found %s" % (expected, token))
        self.at += 1
        return token

    def parse(self):
        tree = self.either()
        if self.peek() is not None:
            raise ValueError("trailing " + self.peek())
        return tree

    def either(self):
        parts = [self.both()]
        while self.peek() == ".OR.":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else ("or", parts)

    def both(self):
        parts = [self.negation()]
        while self.peek() == ".AND.":
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else ("and", parts)

    def negation(self):
        if self.peek() == ".NOT.":
            self.take()
            return ("not", self.negation())
        return self.relation()

    def relation(self):
        left = self.sum()
        if self.peek() in RELATIONS:
            operator = RELATIONS[self.take()]
            return ("rel", operator, self.number(left), self.number(self.sum()))
        return left

    @staticmethod
    def number(tree):
        if tree[0] == "call" and tree[1] in ("LSAME", "SISNAN", "DISNAN"):
            raise ValueError("logical in a comparison")
        return tree

    def sum(self):
        tree = self.product()
        while self.peek() in ("+", "-"):
            tree = ("op", self.take(), tree, self.product())
        return tree

    def product(self):
        tree = self.primary()
        while self.peek() in ("*", "/"):
            tree = ("op", self.take(), tree, self.primary())
        return tree

    def primary(self):
        token = self.take()
        if token == "(":
            tree = self.either()
            self.take(")")
            return tree
        if token == "-":
            return ("op", "-", ("num", "0"), self.primary())
        if token[0] == "'":
            return ("letter", token[1:-1])
        if token[0].isdigit():
            return ("num", token)
        if self.peek() == "(":
            self.take("(")
            inner = [self.either()]
            while self.peek() == ",":
                self.take()
                inner.append(self.either())
            self.take(")")
            return ("call", token, inner)
        return self.name(token)

    def name(self, token):
        if token in self.arguments:
            return ("name", token)
        if token in QUERY_FLAGS:
            return ("bool", False)
        if token in FLAGS:
            for argument, letters in FLAGS[token]:
                if argument in self.arguments:
                    return ("in", argument, letters)
        if token in VALUES:
            return ("raw", VALUES[token](self.arguments))
        if token in WORKSPACE_LIMITS:
            return ("raw", "minimum")
        return ("raw", token)


def negate(tree):
    kind = tree[0]
    if kind == "not":
        return positive(tree[1])
    if kind == "or":
        return ("and", [negate(t) for t in tree[1]])
    if kind == "and":
        return ("or", [negate(t) for t in tree[1]])
    if kind == "rel":
        return ("rel", NEGATED[tree[1]], tree[2], tree[3])
    if kind == "bool":
        return ("bool", not tree[1])
    return ("not", positive(tree))


def positive(tree):
    kind = tree[0]
    if kind == "not":
        return negate(tree[1])
    if kind in ("or", "and"):
        return (kind, [positive(t) for t in tree[1]])
    if kind == "call" and tree[1] == "LSAME":
        return ("in", tree[2][0][1], tree[2][1][1])
    if kind == "call" and tree[1] in ("SISNAN", "DISNAN"):
        return ("not", ("raw", "finite(%s)" % value(tree[2][0])))
    return tree


def simplify(tree):
    kind = tree[0]
    if kind == "not":
        inner = simplify(tree[1])
        if inner[0] == "bool":
            return ("bool", not inner[1])
        if inner[0] == "not":
            return inner[1]
        return ("not", inner)
    if kind not in ("or", "and"):
        return tree
    absorbing = kind == "or"
    parts = []
    for part in (simplify(t) for t in tree[1]):
        if part == ("bool", absorbing):
            return part
        if part[0] == "bool":
            continue
        for item in part[1] if part[0] == kind else [part]:
            if item not in parts:
                parts.append(item)
    if kind == "or":
        parts = merge_letters(parts)
    if not parts:
        return ("bool", not absorbing)
    return parts[0] if len(parts) == 1 else (kind, parts)


def merge_letters(parts):
    letters = {}
    for part in parts:
        if part[0] == "in":
            letters.setdefault(part[1], "")
            letters[part[1]] += "".join(c for c in part[2] if c not in letters[part[1]])
    merged, seen = [], set()
    for part in parts:
        if part[0] != "in":
            merged.append(part)
        elif part[1] not in seen:
            seen.add(part[1])
            merged.append(("in", part[1], letters[part[1]]))
    return merged


def value(tree):
    kind = tree[0]
    if kind in ("num", "name", "raw"):
        return tree[1]
    if kind == "op":
        if tree[2] == ("num", "0") and tree[1] == "-":
            return "-" + value(tree[3])
        left, right = value(tree[2]), value(tree[3])
        if tree[1] in "*/":
            left, right = wrap(left), wrap(right)
        if tree[1] == "/":
            return "div(%s, %s)" % (value(tree[2]), value(tree[3]))
        if tree[1] == "-":
            right = wrap(right)
        joint = tree[1] if tree[1] in "*/" else " %s " % tree[1]
        return left + joint + right
    if kind == "call":
        return "%s(%s)" % (tree[1].lower(), ", ".join(value(t) for t in tree[2]))
    raise ValueError("no number: %r" % (tree,))


def wrap(text):
    return "(%s)" % text if re.search(r" [-+] ", text) and not re.fullmatch(r"\w+\(.*\)", text) else text


def condition(tree, inside=None):
    kind = tree[0]
    if kind == "rel":
        return "%s %s %s" % (value(tree[2]), tree[1], value(tree[3]))
    if kind == "in":
        return "%s in '%s'" % (tree[1], tree[2])
    if kind in ("raw", "name"):
        return tree[1]
    if kind == "not":
        return "not " + condition(tree[1], "not")
    if kind in ("and", "or"):
        text = (" %s " % kind).join(condition(t, kind) for t in tree[1])
        return "(%s)" % text if inside is not None and inside != kind else text
    raise ValueError("no condition: %r" % (tree,))


def clause(tree):
    """An alternative with a negated letter test in it reads better as an implication."""
    if tree[0] == "or":
        premises = [t for t in tree[1] if t[0] == "not" or (t[0] == "rel" and t[1] in ("<=", "=") and
                                                            t[3] == ("num", "0"))]
        rest = [t for t in tree[1] if t not in premises]
        if premises and rest:
            conclusion = rest[0] if len(rest) == 1 else ("or", rest)
            premise = simplify(("and", [negate(t) for t in premises]))
            return "%s if %s" % (condition(conclusion), condition(premise))
    return condition(tree)


def requirement(bad_if, arguments):
    tree = simplify(negate(Parser(bad_if, arguments).parse()))
    if tree == ("bool", True):
        return ""
    parts = tree[1] if tree[0] == "and" else [tree]
    return ", ".join(clause(part) for part in parts)
