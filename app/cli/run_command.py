"""`switchboard run WORKFLOW`: one command for each workflow, made from its input schema."""

import json
import sys
from inspect import Parameter, Signature
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from app.cli.invoke import AsJson, EngineOption, Strict, ThreadOption, run
from app.cli.output import failing_plainly
from graphs import description, names
from nodes.ports.errors import InvalidInput, SwitchboardError

if TYPE_CHECKING:
    from app.engines.workflow_input import Field

FOLDERS = ("knowledge_dir", "corpus_dir")
"""Fields that name a folder of documents: on the command line it is the one that is read."""

METAVARS = {"integer": "NUMBER", "number": "NUMBER", "json": "JSON"}

InputOption = Annotated[
    str | None,
    typer.Option("--input", metavar="FILE", help="A JSON object with the fields, or - for stdin; options come on top."),
]
OURS = {"input": InputOption, "thread": ThreadOption, "engine": EngineOption, "strict": Strict, "as_json": AsJson}
RESERVED = {*OURS, "json", "help"}


class Workflows(TyperGroup):
    """The workflows as commands: the built-in ones, and those of installed packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name.startswith("-"):
            return None
        with failing_plainly():
            if cmd_name not in names():
                raise InvalidInput(f"There is no workflow {cmd_name!r}. Choose one of: {', '.join(names())}.")
        return RunWorkflow(cmd_name)


class RunWorkflow(TyperCommand):
    """Its options are made when they are asked for: listing the workflows loads none of the built-in ones."""

    def __init__(self, workflow: str) -> None:
        super().__init__(name=workflow, help=_described(workflow), rich_markup_mode=None)
        self._workflow = workflow

    def get_params(self, ctx: Any) -> Any:
        if not self.params:
            with failing_plainly():
                made = _command(self._workflow)
            self.params, self.callback = made.params, made.callback
        return super().get_params(ctx)


run_app = typer.Typer(
    cls=Workflows,
    name="run",
    help="Run any workflow, also one of an installed package. `switchboard run WORKFLOW --help` lists its fields.",
    no_args_is_help=True,
    subcommand_metavar="WORKFLOW [--FIELD VALUE ...]",
)


def option(field: str) -> str:
    """order_id -> --order-id"""
    return f"--{field.replace('_', '-')}"


def _described(workflow: str) -> str:
    try:
        return description(workflow)
    except SwitchboardError as error:  # the others are listed all the same
        return str(error)


def _command(workflow: str) -> Any:
    """A command with one option for each field. A field that is called like one of our options comes by --input only."""
    from app.engines.workflow_input import fields

    by_option = {one.name: one for one in fields(workflow) if one.name not in RESERVED and _is_name(one.name)}

    def run_workflow(  # the options
        input: str | None, thread: str | None, engine: Any, strict: bool, as_json: bool, **typed: Any
    ) -> None:
        with failing_plainly():
            values = _values(workflow, input, {name: value for name, value in typed.items() if value is not None})
        folder = next((Path(values[name]) for name in FOLDERS if values.get(name)), None)
        run(
            lambda switchboard: switchboard.start(workflow, values, thread),
            as_json=as_json,
            strict=strict,
            engine=engine,
            knowledge_dir=folder,
        )

    options = {name: _option_of(one) for name, one in by_option.items()} | OURS
    parameters = [
        Parameter(
            name, Parameter.KEYWORD_ONLY, default=False if name in ("strict", "as_json") else None, annotation=kind
        )
        for name, kind in options.items()
    ]
    run_workflow.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run_workflow.__annotations__ = dict(options)
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(run_workflow)
    return get_command(app)


def _is_name(field: str) -> bool:
    return field.isidentifier() and not iskeyword(field)


def _option_of(field: "Field") -> Any:
    flag = option(field.name)
    if field.kind == "boolean":
        return Annotated[bool | None, typer.Option(f"{flag}/--no-{flag[2:]}", help=_help(field))]
    metavar = "|".join(field.choices) or METAVARS.get(field.kind, "TEXT")
    many = field.kind == "list"
    return Annotated[list[str] | None if many else str | None, typer.Option(flag, metavar=metavar, help=_help(field))]


def _help(field: "Field") -> str:
    notes = [field.description or f"{field.name.replace('_', ' ').capitalize()}."]
    if field.kind == "list":
        notes.append("Can be given several times.")
    if field.required:
        notes.append("[required]")
    elif field.default not in (None, "", False, []):
        notes.append(f"[default: {field.default}]")
    return " ".join(notes)


def _values(workflow: str, source: str | None, typed: dict[str, Any]) -> dict[str, Any]:
    """The input: the file's fields, and on top of them what was typed. Raises InvalidInput."""
    from app.engines.workflow_input import MESSAGES, checked, fields, refuse_unknown

    kinds = {one.name: one.kind for one in fields(workflow)}
    given = _read(source) if source else {}
    values = {**given, **{name: _as(kinds[name], value) for name, value in typed.items() if value != []}}
    refuse_unknown(workflow, values)
    for name in FOLDERS:
        if isinstance(values.get(name), str):
            values[name] = str(Path(values[name]).resolve())
    checked(workflow, {name: value for name, value in values.items() if name != MESSAGES}, strict=True, spelled=option)
    return values


def _as(kind: str, text: Any) -> Any:
    """The typed text as the field's type; as it is when it does not look like one, for the check to name."""
    types: dict[str, Any] = {"integer": int, "number": float, "json": json.loads}
    try:
        return types[kind](text) if kind in types else text
    except ValueError:
        return text


def _read(source: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text()
        found = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(f"--input {source} cannot be read: {reason}.") from error
    except ValueError as error:
        raise InvalidInput(f"--input {source} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise InvalidInput(f'--input {source} has to be a JSON object with the fields, like {{"order_id": "12346"}}.')
    return found
