"""A package made by `switchboard new`, built by uv and installed into a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from app.new_package.new_package import write
from graphs import packages

NAME = "my-letters"


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the installed package my-letters, beside it the folder it was made from."""
    folder = tmp_path_factory.mktemp("new")
    write("workflow", NAME, folder)
    return install(folder / NAME)


def install(package: Path) -> Path:
    """The folder that the package is installed in: its dependencies are those of this environment."""
    site = package.parent / "site"
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv, "uv is missing; see README.md"
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return site


@contextmanager
def on_path(site: Path) -> Iterator[None]:
    """What is installed there is installed in this process."""
    sys.path.insert(0, str(site))
    packages.offered.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(site))
        for name in [name for name, module in sys.modules.items() if _is_of(site, module)]:
            del sys.modules[name]
        packages.offered.cache_clear()


def _is_of(site: Path, module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).is_relative_to(site)


@contextmanager
def installed(package: Path) -> Iterator[None]:
    with on_path(install(package)):
        yield


@pytest.fixture
def my_letters(letters: Path) -> Iterator[None]:
    """The package is installed in this process."""
    with on_path(letters):
        yield
