"""A command for each workflow that comes with Switchboard: support, answer, refund, fulfil, research, write."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.index_command import indexed_first
from app.cli.invoke import AsJson, EngineOption, Strict, ThreadOption, run
from app.cli.output import failing_plainly
from app.cli.parameters import amount as parse_amount
from app.cli.parameters import documents, words
from app.cli.save_option import OutOption, check, saved

if TYPE_CHECKING:
    from app.engines.contract import RunResult
    from app.runtime import Switchboard

Email = Annotated[
    str | None, typer.Option(parser=words, metavar="EMAIL", help="The customer's e-mail address, if you know it.")
]
Sources = Annotated[int, typer.Option(min=1, max=50, help="Sources that are read at most.")]


def support(
    text: Annotated[str, typer.Argument(parser=words, metavar="TEXT", help="What the customer wrote.")],
    thread: ThreadOption = None,
    email: Email = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Answer one message of a customer. The same --thread goes on with the conversation.

    Example: switchboard support "I want a refund for order #12345" --email ada@example.com
    """
    run(lambda switchboard: switchboard.say(text, thread, email=email), as_json=as_json, strict=strict, engine=engine)


def answer(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Like: how long do I have to return an item?")],
    knowledge: Annotated[
        Path | None,
        documents(
            "A folder of documents (docs/knowledge.md); left out: SWITCHBOARD_KNOWLEDGE_DIR, or the demo shop's."
        ),
    ] = None,
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question from a folder of documents. Every sentence cites its passage; or it says "I don't know".

    Example: switchboard answer "how long do I have to return an item?"
    """
    values = {"question": question, "knowledge_dir": str(knowledge) if knowledge else None}
    named: dict[str, Any] = {"knowledge_dir": knowledge} if knowledge else {}
    indexed_first(**named, engine=engine)
    _start("answer", values, thread, as_json=as_json, strict=strict, engine=engine, **named)


def refund(
    order: Annotated[str, typer.Option(help="Order number, like 12345.")],
    email: Annotated[
        str, typer.Option(parser=words, metavar="EMAIL", help="The e-mail address the order was placed under.")
    ],
    amount: Annotated[
        str | None,
        typer.Option(
            parser=parse_amount, metavar="AMOUNT", help="How much, like 49.90; left out: all that can be refunded."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in the customer's words.")] = "",
    key: Annotated[
        str | None, typer.Option(help="Your own idempotency key: one key is one refund, once, for ever.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Pay the amount that this order was refunded a moment ago once more.")
    ] = False,
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Refund an order. Small amounts at once, large ones after somebody approved.

    Example: switchboard refund --order 12345 --email ada@example.com
    """
    values = {"order_id": order, "email": email, "reason": reason, "key": key, "again": again}

    async def refunded(switchboard: "Switchboard") -> "RunResult":
        from app.engines.repeated_refunds import minor_units

        amount_cents = await minor_units(switchboard.engine.services, order, amount)
        return await switchboard.start("refund", {**values, "amount_cents": amount_cents}, thread)

    run(refunded, as_json=as_json, strict=strict, engine=engine)


def fulfil(
    order: Annotated[str, typer.Option(help="Order number, like 12351.")],
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Fulfil an order. Reserve, charge, ship; if a step fails for good, what was done is undone.

    Example: switchboard fulfil --order 12351
    """
    _start("fulfilment", {"order_id": order}, thread, as_json=as_json, strict=strict, engine=engine)


def research(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="A question or a subject.")],
    corpus: Annotated[
        Path | None,
        documents("A folder of documents (docs/knowledge.md); left out, and without --web: the knowledge folder."),
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Search the web: SWITCHBOARD_SEARXNG_URL, TAVILY_API_KEY, or both.")
    ] = False,
    sources: Sources = 5,
    out: OutOption = None,
    thread: ThreadOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Research a topic: find sources, read them side by side, write a report in which every citation is checked.

    Example: switchboard research "how are refunds decided?" --corpus docs --out report.html
    """
    with failing_plainly():
        check(out, "research")
    values = {"topic": topic, "web": web, "corpus_dir": str(corpus) if corpus else None, "max_sources": sources}
    named: dict[str, Any] = {"knowledge_dir": corpus} if corpus else {}
    if corpus or not web:
        indexed_first(**named, engine=engine)
    _start("research", values, thread, out, as_json=as_json, strict=strict, engine=engine, **named)


def write(
    brief: Annotated[str, typer.Argument(metavar="BRIEF", help="What to write: text, or a YAML or JSON file.")],
    threshold: Annotated[float, typer.Option(min=0, max=1, help="The score a draft has to reach.")] = 0.8,
    attempts: Annotated[int, typer.Option(min=1, max=10, help="Rounds at most.")] = 3,
    out: OutOption = None,
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

        check(out, "writing")
        values = {**read_brief(brief), "threshold": threshold, "attempts": attempts}
    _start("writing", values, thread, out, as_json=as_json, strict=strict, engine=engine)


def _start(workflow: str, values: dict[str, Any], thread: str | None, out: Path | None = None, **options: Any) -> None:
    run(lambda switchboard: saved(switchboard.start(workflow, values, thread), out), **options)
