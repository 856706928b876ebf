"""Optional dependencies: what to say when one of them is not installed."""

import sys
from pathlib import Path

from nodes.ports.errors import NotConfigured

DISTRIBUTION = "switchboard-workflows"
"""The name under which this project is installed."""

CLONE = Path(__file__).resolve().parents[1] / "pyproject.toml"


def missing_extra(what: str, extra: str, instead: str = "") -> NotConfigured:
    """The error for `what`, which needs an extra. `instead`: what works without it, like "use --format text"."""
    command = installs(extra, Path(sys.prefix))
    return NotConfigured(f"{what} needs the extra `{extra}`: run `{command}`{instead and ', or '}{instead}.")


def installs(extra: str, environment: Path) -> str:
    """In a clone of the repository uv installs it, in a project of one's own uv adds it; elsewhere pip installs it."""
    package, project = f"'{DISTRIBUTION}[{extra}]'", environment.resolve().parent
    if project != CLONE.parent and (project / "uv.lock").exists():
        return f"uv add {package}"
    return f"uv sync --extra {extra}" if CLONE.exists() else f"pip install {package}"
