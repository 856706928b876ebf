"""Installed as a tool, without a clone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import ROOT

UV = shutil.which("uv")


@pytest.mark.slow
@pytest.mark.skipif(UV is None, reason="uv is not there")
def test_uv_tool_install_makes_a_command_that_runs(tmp_path: Path) -> None:
    """`uvx --from . switchboard` makes the same environment. Packages come from uv's cache, which made this one."""
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | places
    subprocess.run([str(UV), "tool", "install", "--quiet", str(ROOT)], env=environment, check=True, timeout=300)
    words = ["refund", "--order", "12346", "--email", "ada@example.com"]
    ended = subprocess.run(
        [tmp_path / "bin" / "switchboard", *words], env=environment, capture_output=True, check=False
    )
    assert (ended.returncode, b"We have refunded $39.50" in ended.stdout) == (0, True), ended.stderr
