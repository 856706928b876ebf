"""Optional dependencies: what to say when one of them is not installed."""

from pathlib import Path

from nodes.ports.errors import NotConfigured

DISTRIBUTION = "switchboard-workflows"
"""The name under which this project is installed."""

CLONE = Path(__file__).resolve().parents[1] / "pyproject.toml"


def missing_extra(what: str, extra: str, instead: str = "") -> NotConfigured:
    """The error for `what`, which needs an extra. `instead`: what works without it, like "use --format text"."""
    return NotConfigured(f"{what} needs the extra `{extra}`: run `{_install(extra)}`{instead and ', or '}{instead}.")


def _install(extra: str) -> str:
    """In a clone of the repository uv installs it; elsewhere pip does."""
    return f"uv sync --extra {extra}" if CLONE.exists() else f"pip install '{DISTRIBUTION}[{extra}]'"
