"""The pages that are made from the code. `just docs` writes them; a test says when they are stale."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from app.cli.main import app
from app.cli.output import EXIT_CODES
from app.exports import drawing
from graphs import BUILT_IN, workflow
from tests.example_session import play, shown

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made by `just docs` from the code; edits here are lost. -->"


def commands() -> str:
    """Every command with its help, and the exit codes."""
    codes = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    table = ["| exit code | meaning |", "| --- | --- |", *codes]
    played: dict[str, list[str]] = {}
    for typed, called in play():
        played.setdefault(_command_of(typed), []).extend(shown(typed, called))
    return "\n".join(["# Commands", "", MADE, "", *table, "", *_helps(played)])


def _command_of(typed: str) -> str:
    """The command's own words: of tickets two."""
    words = typed.split()
    return " ".join(["switchboard", *words[: 2 if words[0] == "tickets" and len(words) > 1 else 1]])


def workflows() -> str:
    """Every workflow as its own module describes and draws it."""
    parts = ["# Workflows", "", MADE, ""]
    for name, purpose in BUILT_IN.items():
        diagram = drawing.mermaid(drawing.declared(workflow(name).build()))
        parts += [f"## {name}", "", purpose, "", "```mermaid", diagram.strip(), "```", ""]
    return "\n".join(parts)


PAGES = {"commands.md": commands, "workflows.md": workflows}


def _helps(played: Mapping[str, list[str]]) -> Iterator[str]:
    group = get_command(app)
    yield from _help_of_members(group, typer.Context(group, info_name="switchboard"), played)


def _help_of_members(group: Any, above: Any, played: Mapping[str, list[str]]) -> Iterator[str]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        context = typer.Context(command, info_name=name, parent=above)
        yield f"## {context.command_path}\n"
        yield f"{(command.help or '').strip()}\n"
        for option in command.get_params(context):
            record = option.get_help_record(context)
            if record and "--help" not in record[0]:
                yield f"- `{record[0]}`: {' '.join(record[1].split())}"
        yield ""
        yield from played.get(context.command_path, [])
        if hasattr(command, "list_commands"):
            yield from _help_of_members(command, context, played)


if __name__ == "__main__":
    for page, text in PAGES.items():
        (DOCS / page).write_text(text())
