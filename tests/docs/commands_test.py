"""The commands in README and docs/ work. Lines that begin with `$ ` in ```console blocks are run, each document's in one
fresh folder, and must end with 0 or with the number in a comment `# exit code N`. Commands of the text, `lapack-ai ...` in
code spans, must name subcommands and options that exist. Links between documents must lead somewhere."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["LAPACK_AI_BUILD"])
DOCUMENTS = [SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *sorted((SOURCE / "docs").glob("*.md"))]


def blocks(text):
    """(language, content) of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)


def prose(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


class Folder:
    """A place to run commands in that sees nothing of the user's own settings."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.temporary.name)
        self.environment = dict(os.environ, PATH=f"{BUILD / 'bin'}:/usr/bin:/bin", HOME=str(self.path),
                                XDG_CONFIG_HOME=str(self.path / "config"), LAPACK_AI_CONFIG="",
                                PYTHONPATH=str(BUILD / "python"))
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def run(self, command):
        return subprocess.run(["bash", "-c", command], cwd=self.path, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)


class Documents(unittest.TestCase):
    def test_commands_run(self):
        count = 0
        for document in DOCUMENTS:
            commands = [line[2:] for language, content in blocks(document.read_text()) if language == "console"
                        for line in content.splitlines() if line.startswith("$ ")]
            with Folder() as folder:
                for command in commands:
                    with self.subTest(document=document.name, command=command):
                        wanted = re.search(r"#\s*exit code (\d+)", command)
                        done = folder.run(command)
                        self.assertEqual(done.returncode, int(wanted[1]) if wanted else 0, done.stdout + done.stderr)
                        count += 1
        self.assertGreater(count, 5, "no commands were found: has the form of the blocks changed?")

    def test_commands_in_the_text_exist(self):
        help_of = {}

        def help_text(folder, words):
            if words not in help_of:
                done = folder.run("lapack-ai " + " ".join(words) + " --help")
                help_of[words] = done.stdout if done.returncode == 0 else None
            return help_of[words]

        with Folder() as folder:
            root = help_text(folder, ())
            commands = set(re.findall(r"^  ([a-z]+)  ", root, re.M))
            self.assertIn("svd", commands)
            for document in DOCUMENTS:
                for span in re.findall(r"`lapack-ai ([^`]+)`", prose(document.read_text())):
                    words = span.split(" -- ")[0].replace("[", " ").replace("]", " ").split()
                    with self.subTest(document=document.name, command="lapack-ai " + span):
                        names = []
                        for word in words:
                            if not re.fullmatch(r"[a-z]+", word) or len(names) == 2:
                                break
                            names.append(word)
                        if not names or not words[0].startswith(tuple(commands)):
                            self.assertTrue(words[0].startswith("-") or words[0].isupper(), "no such command")
                            continue
                        text = help_text(folder, tuple(names[:1]))
                        self.assertIsNotNone(text, "no such command")
                        if len(names) == 2 and re.search(rf"^  {names[1]}  ", text, re.M):
                            text += help_text(folder, tuple(names))
                        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(words)):
                            self.assertRegex(text + root, rf"{option}\b", option)

    def test_links_lead_somewhere(self):
        for document in DOCUMENTS:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose(document.read_text())):
                if "://" not in target:
                    with self.subTest(document=document.name, link=target):
                        self.assertTrue((document.parent / target).exists())

    def test_python_in_the_documents_runs(self):
        if not (BUILD / "python").exists():
            self.assertFalse(list(BUILD.glob("python/lapack_py")))
            return
        start = "import numpy\na = numpy.array([[4.0, 1], [1, 3]])\nb = numpy.array([1.0, 2])\n"
        for document in DOCUMENTS:
            for language, content in blocks(document.read_text()):
                if language == "python":
                    with self.subTest(document=document.name), Folder() as folder:
                        (folder.path / "block.py").write_text(start + content)
                        done = folder.run("/usr/bin/python3 block.py")
                        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
