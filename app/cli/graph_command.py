"""The command that draws a workflow."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli import completion
from app.cli.output import failing_plainly, print_bytes, say
from graphs import BUILT_IN


def graph(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            autocompletion=completion.workflows,
            help=f"{', '.join(BUILT_IN)}, or one of an installed package.",
        ),
    ],
    kind: Annotated[
        Literal["mermaid", "text", "svg", "png"], typer.Option("--format", help="svg and png need the extra `draw`.")
    ] = "text",
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
) -> None:
    """Draw a workflow. Pictures are made on this machine; nothing leaves it.

    Example: switchboard graph refund --format mermaid
    """
    with failing_plainly():
        from app.exports import drawing
        from graphs import build

        drawn = getattr(drawing, kind)(drawing.declared(build(name)))
    picture = drawn if isinstance(drawn, bytes) else drawn.rstrip().encode() + b"\n"
    if out:
        out.write_bytes(picture)
    elif isinstance(drawn, bytes):
        print_bytes(drawn)
    else:
        say(drawn.rstrip())
