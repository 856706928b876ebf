"""The command that begins a package of one's own: new."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.output import failing_plainly, print_error, say


def new(
    kind: Annotated[
        Literal["workflow", "services"], typer.Argument(metavar="workflow|services", help="What to plug in.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, like my-letters; the folder gets it too.")],
) -> None:
    """Write a small package of your own into the folder NAME. It runs at once, and has a test.

    Example: switchboard new workflow my-letters
    """
    with failing_plainly():
        from app.new_package.new_package import write

        for path in write(kind, name, Path.cwd()):
            say(str(path.relative_to(Path.cwd())))
    first = f"run {name}" if kind == "workflow" else "doctor"
    print_error(f"\nTry it:  cd {name} && uv run switchboard {first}")
