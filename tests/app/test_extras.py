"""The command that installs an optional dependency, where the reader is."""

from pathlib import Path

from app.extras import CLONE, installs


def test_in_a_clone_and_in_any_other_environment_of_it(tmp_path: Path) -> None:
    assert installs("serve", CLONE.parent / ".venv") == installs("serve", tmp_path) == "uv sync --extra serve"


def test_in_a_package_of_ones_own_that_uses_the_clone(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    assert installs("serve", tmp_path / ".venv") == "uv add 'switchboard-workflows[serve]'"
