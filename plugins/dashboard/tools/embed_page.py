#!/usr/bin/env python3
"""Gzips the page's files and writes them as a C++ table.

usage: embed_page.py OUTPUT.cpp FILE...
index.html becomes "/", every other file "/assets/<name>". The result depends on the bytes of the files alone, so
builds repeat.
"""
import gzip
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


def main():
    output, *files = sys.argv[1:]
    lines = ['#include "assets.hpp"', "", "namespace lapack_ai::dashboard {", "", "namespace {", ""]
    rows = []
    for index, name in enumerate(files):
        path = pathlib.Path(name)
        packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
        url = "/" if path.name == "index.html" else "/assets/" + path.name
        lines.append(f"constexpr unsigned char file_{index}[] = {{")
        for start in range(0, len(packed), 32):
            lines.append("    " + ",".join(str(byte) for byte in packed[start:start + 32]) + ",")
        lines.append("};")
        rows.append(f'    {{"{url}", "{TYPES[path.suffix]}", file_{index}, sizeof file_{index}}},')
    lines += ["", "constexpr Asset assets[] = {", *rows, "};", "", "}  // namespace", "",
              "const Asset *find_asset(std::string_view path) noexcept {",
              "    for (const Asset &asset : assets)", "        if (asset.path == path) return &asset;",
              "    return nullptr;", "}", "", "}  // namespace lapack_ai::dashboard", ""]
    pathlib.Path(output).write_text("\n".join(lines))


if __name__ == "__main__":
    main()
