"""The command that researches: sources are found and read side by side, and become a report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.index_command import indexed_first
from app.cli.invoke import AsJson, EngineOption, Strict, ThreadOption, run
from app.cli.output import failing_plainly
from app.cli.save_option import check, save

if TYPE_CHECKING:
    from app.engines.contract import RunResult
    from app.runtime import Switchboard


def research(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="A question or a subject.")],
    corpus: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            resolve_path=True,
            metavar="DIR",
            help="A folder of documents (docs/knowledge.md); left out, and without --web: the knowledge folder.",
        ),
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Search the web: SWITCHBOARD_SEARXNG_URL, TAVILY_API_KEY, or both.")
    ] = False,
    sources: Annotated[int, typer.Option(min=1, max=50, help="Sources that are read at most.")] = 5,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, writable=True, help="Save the report: .md, .html or .pdf."),
    ] = None,
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Research a topic: find sources, read them side by side, write a report in which every citation is checked.

    Example: switchboard research "how are refunds decided?" --corpus docs --out report.html
    """
    if out:
        with failing_plainly():
            check(out, "research")
    values = {"topic": topic, "web": web, "corpus_dir": str(corpus) if corpus else None, "max_sources": sources}
    named: dict[str, Any] = {"knowledge_dir": corpus} if corpus else {}
    if corpus or not web:
        indexed_first(**named, engine=engine)

    async def researched(switchboard: "Switchboard") -> "RunResult":
        result = await switchboard.start("research", values, thread)
        if out:
            save(out, result)
        return result

    run(researched, as_json=as_json, strict=strict, engine=engine, **named)
