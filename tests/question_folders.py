"""Fetch the public folders that the questions of tests/data/answers.jsonl and answers_fit.jsonl are about.

    python -m tests.question_folders DIR [--from https://github.com]

Their texts are not part of this repository. Each comes from one commit, so that the facts stand where the questions expect them.
"""

import argparse
import subprocess
import tarfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import NamedTuple


class Folder(NamedTuple):
    repository: str
    commit: str
    inside: str  # the folder of documents in the repository
    licence: str


FOLDERS = {
    "policies": Folder("basecamp/policies", "d39f6f17bbd90d82b1df9fa7a0df845edd487de0", "", "CC BY 4.0"),
    "handbook": Folder("18F/handbook", "1e4955634d0369f17e5bbc0ebbf8f62e2a3dfe4b", "pages", "CC0 1.0"),
    "uv": Folder("astral-sh/uv", "26a9dd4b2125bc271b47855e1fa0c49af3365db5", "docs", "MIT or Apache 2.0"),
    "basecamp": Folder("basecamp/handbook", "c9536061f26d0b5bd9f2f900d63e27e9f4deb4ed", "", "not stated"),
    "hugo": Folder("gohugoio/hugoDocs", "1c613349f4220ae84070df25979d720c43e5cfa6", "content/en", "Apache 2.0"),
    "photoprism": Folder(
        "photoprism/photoprism-docs", "6e3c387f498333c6301e0a2e393634dce4069d67", "", "CC BY-NC-SA 4.0"
    ),
    "prometheus": Folder("prometheus/docs", "c105550aad07161f62d02e305ed09799ec6025fa", "docs", "Apache 2.0"),
}


def fetch(name: str, target: Path, server: str) -> int:
    """The Markdown files of a folder; returns how many there are."""
    folder = FOLDERS[name]
    found = archive(folder.repository, folder.commit, folder.inside, ["*.md"], server)
    with tarfile.open(fileobj=BytesIO(found)) as files:
        files.extractall(target / name, filter="data")
    return len(list((target / name).rglob("*.md")))


def archive(repository: str, commit: str, inside: str, patterns: Sequence[str], server: str) -> bytes:
    """The files of a commit whose names fit, as tar."""
    with TemporaryDirectory() as temporary:
        _git(temporary, "init", "--quiet")
        _git(temporary, "fetch", "--quiet", "--depth", "1", "--filter=blob:limit=1m", f"{server}/{repository}", commit)
        named = _git(temporary, "ls-tree", "-r", "-z", "--name-only", f"{commit}:{inside}").decode().split("\0")
        fitting = [one for one in patterns if any(PurePath(name).match(one) for name in named)]
        return _git(temporary, "archive", "--format=tar", f"{commit}:{inside}", *fitting)


def _git(where: str, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", where, *arguments], check=True, stdout=subprocess.PIPE).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--from", dest="server", default="https://github.com")
    given = parser.parse_args()
    for name in FOLDERS:
        print(f"{name}: {fetch(name, given.directory, given.server)} files")


if __name__ == "__main__":
    main()
