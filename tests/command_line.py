"""The command line, called in this process: exit code, stdout and stderr apart, and as a terminal mixes them."""

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from app.cli.main import app


@dataclass
class Called:
    code: int
    out: str
    err: str
    output: str  # both, as a terminal shows them

    @property
    def json(self) -> Any:
        """Exactly one JSON value, or this fails."""
        return json.loads(self.out)


class CommandLine:
    def __call__(self, *words: str, stdin: str = "") -> Called:
        result = CliRunner().invoke(app, list(words), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Called(result.exit_code, result.stdout, result.stderr, result.output)

    def json(self, *words: str, code: int = 0) -> Any:
        """Call with --json, check the exit code, return the value."""
        called = self(*words, "--json")
        assert called.code == code, called.err
        return called.json
