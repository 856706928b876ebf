"""Installed as a tool, without a clone."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ROOT

UV = shutil.which("uv")
LARGEST_MB = 175


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the tool is. `uvx --from . switchboard` makes the same environment. Packages come from uv's cache, which made this one."""
    if UV is None:
        pytest.skip("uv is not there")
    place = tmp_path_factory.mktemp("installed")
    places = {"UV_TOOL_DIR": str(place / "tools"), "UV_TOOL_BIN_DIR": str(place / "bin")}
    subprocess.run([UV, "tool", "install", "--quiet", str(ROOT)], env=_without_this() | places, check=True, timeout=300)
    yield place
    shutil.rmtree(place)


def _without_this() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}


@pytest.mark.slow
def test_uv_tool_install_makes_a_command_that_runs(installed: Path) -> None:
    words = ["refund", "--order", "12346", "--email", "ada@example.com"]
    ended = subprocess.run(
        [installed / "bin" / "switchboard", *words], env=_without_this(), capture_output=True, check=False
    )
    assert (ended.returncode, b"We have refunded $39.50" in ended.stdout) == (0, True), ended.stderr


@pytest.mark.slow
def test_an_installation_without_extras_is_small(installed: Path) -> None:
    """As `du` counts: blocks on the disk, each file once; without the bytecode that Python writes when it runs."""
    sizes = {}
    for at in (installed / "tools").rglob("*"):
        if "__pycache__" not in at.parts and not at.is_symlink():
            about = at.stat()
            sizes[about.st_ino] = about.st_blocks * 512
    assert 50 < sum(sizes.values()) / 2**20 < LARGEST_MB


@pytest.mark.slow
def test_reading_web_pages_names_its_extra(installed: Path) -> None:
    named = {"SWITCHBOARD_SEARXNG_URL": "http://127.0.0.1:1"}
    ended = subprocess.run(
        [installed / "bin" / "switchboard", "doctor"], env=_without_this() | named, capture_output=True, check=False
    )
    assert b"Reading web pages needs the extra `web`" in ended.stdout
