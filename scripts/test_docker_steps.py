#!/usr/bin/env python3
"""Runs the steps of docker/Dockerfile without a Docker engine: every stage is a copy of a bare Debian 12 made by debootstrap,
RUN is chroot, COPY is a copy. At the end CMD is started as USER and HEALTHCHECK must come true. Needs root.

    scripts/test_docker_steps.py [FOLDER]      FOLDER (default build/docker) keeps the bare system between runs
"""
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

source = Path(__file__).resolve().parent.parent
work = Path(sys.argv[1] if len(sys.argv) > 1 else source / "build/docker").resolve()
bare = work / "bare"
passed_on = {name: value for name, value in os.environ.items()
             if name.lower() in ("http_proxy", "https_proxy", "no_proxy", "openblas_coretype", "node_extra_ca_certs")}


def instructions(text):
    """(word, rest) of each instruction; comments and line continuations taken out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.partition(" ")
        yield word.upper(), rest.strip()


class Stage:
    def __init__(self, name):
        self.root, self.user, self.folder, self.health, self.command = work / name, "root", "/", None, None
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["cp", "-a", bare, self.root], check=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        for certificates in ("/etc/ssl/certs/ca-certificates.crt",):
            if Path(certificates).exists():  # what the outside network is trusted by
                (self.root / certificates[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(certificates, self.root / certificates[1:])
        subprocess.run(["mount", "-t", "proc", "proc", self.root / "proc"], check=True)

    def close(self):
        subprocess.run(["umount", self.root / "proc"], check=False)

    def inside(self, arguments):
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        settings = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8",
                    "DEBIAN_FRONTEND": "noninteractive", "CI": "true", **passed_on}
        enter = ["chroot", "--userspec", self.user, self.root, "env", "-i", *(f"{k}={v}" for k, v in settings.items())]
        return [*enter, "sh", "-c", f"cd {shlex.quote(self.folder)} && exec \"$@\"", "sh", *arguments]

    def run(self, command):
        subprocess.run(self.inside(["sh", "-ec", command]), check=True, stdin=subprocess.DEVNULL)

    def copy(self, words, stages):
        origin = source
        if words[0].startswith("--from="):
            origin = stages[words.pop(0).removeprefix("--from=")].root
        *sources, target = words
        target = self.root / target.lstrip("/")
        for each in sources:
            path = origin / each.lstrip("/") if each != "." else origin
            target.mkdir(parents=True, exist_ok=True)
            if origin == source:  # as .dockerignore has it
                files = subprocess.run(["git", "-C", source, "ls-files", "-z"], check=True, capture_output=True).stdout
                subprocess.run(["cp", "--parents", "-t", target, *(f for f in files.decode().split("\0") if f)], cwd=path, check=True)
            else:
                subprocess.run(["cp", "-a", f"{path}/.", target], check=True)


def main():
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        sys.exit("test_docker_steps.py: needs root and debootstrap")
    work.mkdir(parents=True, exist_ok=True)
    if not (bare / "usr").exists():
        mirror = [m for m in [os.environ.get("LAPACK_AI_DEBIAN_MIRROR")] if m]
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", bare, *mirror], check=True, stdout=subprocess.DEVNULL)
    stages, stage = {}, None
    try:
        for word, rest in instructions((source / "docker/Dockerfile").read_text()):
            print(f"== {word} {rest}"[:150], flush=True)
            if word == "FROM":
                name = rest.split(" AS ")[1] if " AS " in rest else "final"
                stage = stages[name] = Stage(name)
            elif word == "RUN":
                stage.run(rest)
            elif word == "COPY":
                stage.copy(rest.split(), stages)
            elif word == "WORKDIR":
                stage.folder = rest
                (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif word == "USER":
                stage.user = rest
            elif word == "HEALTHCHECK":
                stage.health = json.loads(rest[rest.index("CMD") + 3:])
            elif word == "CMD":
                stage.command = json.loads(rest)
            else:
                sys.exit(f"test_docker_steps.py: {word} is not understood")
        program = subprocess.Popen(stage.inside(stage.command))
        try:
            deadline = time.monotonic() + 60
            while subprocess.run(stage.inside(stage.health), stderr=subprocess.DEVNULL).returncode != 0:
                if time.monotonic() > deadline or program.poll() is not None:
                    sys.exit("test_docker_steps.py: HEALTHCHECK did not come true")
                time.sleep(1)
        finally:
            program.terminate()
            program.wait()
        for tool in ("gcc", "g++", "cc"):
            if subprocess.run(stage.inside(["sh", "-c", f"command -v {tool}"]), stdout=subprocess.DEVNULL).returncode == 0:
                sys.exit(f"test_docker_steps.py: {tool} is in the final stage")
    finally:
        for each in stages.values():
            each.close()
    print("docker steps: all right")


if __name__ == "__main__":
    main()
