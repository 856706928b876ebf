"""The command that writes: a brief becomes a draft, judged and improved."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.invoke import AsJson, EngineOption, Strict, ThreadOption, run
from app.cli.output import failing_plainly
from app.cli.save_option import check, save

if TYPE_CHECKING:
    from app.engines.contract import RunResult
    from app.runtime import Switchboard


def write(
    brief: Annotated[str, typer.Argument(metavar="BRIEF", help="What to write: text, or a YAML or JSON file.")],
    threshold: Annotated[float, typer.Option(min=0, max=1, help="The score a draft has to reach.")] = 0.8,
    attempts: Annotated[int, typer.Option(min=1, max=10, help="Rounds at most.")] = 3,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, writable=True, help="Save the draft there.")
    ] = None,
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Write a text from a brief, judge it, and improve it until it is good enough.

    Example: switchboard write "announce the new 30-day return window to customers, under 120 words"
    """
    with failing_plainly():
        from app.cli.brief_files import read_brief

        if out:
            check(out, "writing")
        values = {**read_brief(brief), "threshold": threshold, "attempts": attempts}

    async def written(switchboard: "Switchboard") -> "RunResult":
        result = await switchboard.start("writing", values, thread)
        if out:
            save(out, result)
        return result

    run(written, as_json=as_json, strict=strict, engine=engine)
