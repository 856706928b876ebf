"""Commands that start a run: support, chat, refund."""

from typing import Annotated

import typer

from app.cli.output import print_error
from app.cli.parameters import amount as parse_amount
from app.cli.running import AsJson, ThreadOption, run

Email = Annotated[str | None, typer.Option(help="The customer's e-mail address, if you know it.")]


def support(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer wrote.")],
    thread: ThreadOption = None,
    email: Email = None,
    as_json: AsJson = False,
) -> None:
    """Answer one message of a customer. The same --thread goes on with the conversation.

    Example: switchboard support "I want a refund for order #12345" --email ada@example.com
    """
    run(lambda runner: runner.say(text, thread=thread, email=email), as_json=as_json)


def refund(
    order: Annotated[str, typer.Option(help="Order number, like 12345.")],
    email: Annotated[str, typer.Option(help="The e-mail address the order was placed under.")],
    amount: Annotated[
        int | None,
        typer.Option(
            parser=parse_amount, metavar="AMOUNT", help="How much, like 49.90; left out: all that can be refunded."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in the customer's words.")] = "",
    thread: ThreadOption = None,
    as_json: AsJson = False,
) -> None:
    """Refund an order. Small amounts at once, large ones after somebody approved.

    Example: switchboard refund --order 12345 --email ada@example.com
    """
    values = {"order_id": order, "email": email, "amount_cents": amount, "reason": reason}
    run(lambda runner: runner.start("refund", values, thread=thread), as_json=as_json)


def chat(thread: ThreadOption = None, email: Email = None) -> None:
    """Talk to the support workflow, message by message. An empty line or Ctrl-D ends it; the thread stays."""
    from app.threads import new_thread_id

    name = thread or new_thread_id()
    print_error(f"Thread {name}. Go on later with: switchboard chat --thread {name}")
    while text := _ask():
        try:
            run(lambda runner, text=text: runner.say(text, thread=name, email=email), as_json=False)  # type: ignore[misc]
        except typer.Exit as ended:
            if ended.exit_code not in (1, 3):
                raise


def _ask() -> str:
    try:
        return input("you> ").strip()
    except (EOFError, KeyboardInterrupt):
        return ""
