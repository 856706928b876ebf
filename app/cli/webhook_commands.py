"""Commands about webhooks: who is told of events, and what they have not taken yet."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.invoke import AsJson, look_at_business
from app.cli.output import print_error, print_json, say
from app.cli.tables import print_list
from app.cli.times import relative

if TYPE_CHECKING:
    from app.clients.database.database import Database
    from app.clients.webhooks.outgoing_messages import Message
    from app.clients.webhooks.receivers import Receivers
    from app.settings import Settings

T = TypeVar("T")

webhooks_app = typer.Typer(help="Tell other programs what happens, by signed messages.")


@webhooks_app.callback(invoke_without_command=True)
def webhooks(context: typer.Context, as_json: AsJson = False) -> None:
    """Tell other programs what happens, by signed messages. A server sends them."""
    if context.invoked_subcommand is None:
        list_(as_json)


@webhooks_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List webhooks, and the messages that they have not taken yet."""

    async def found(receivers: "Receivers") -> "tuple[list[dict[str, Any]], list[Message]]":
        counts = await receivers.outgoing.counts()
        rows = [
            {
                "webhook_id": one["webhook_id"],
                "url": one["url"],
                "waiting": counts.get(one["webhook_id"], (0, 0))[0],
                "given_up": counts.get(one["webhook_id"], (0, 0))[1],
                "added_at": one["added_at"],
            }
            for one in await receivers.endpoints.list()
        ]
        return rows, await receivers.outgoing.unsent()

    rows, unsent = _opened(found)
    if as_json:
        print_json({"webhooks": rows, "unsent": [{**one} for one in unsent]})
        return
    from app.shown_addresses import shown

    columns, table = ("webhook_id", "waiting", "given_up", "url"), [{**one, "url": shown(one["url"])} for one in rows]
    print_list(table, columns, as_json=False, empty="No webhooks. `switchboard webhooks add URL`.", long=("url",))
    if unsent:
        say()
        due = [
            {**one, "next_try": relative(one["next_try_at"]) if one["next_try_at"] else "given up"} for one in unsent
        ]
        of_messages = ("event_id", "kind", "target", "tries", "next_try", "error")
        print_list(due, of_messages, as_json=False, empty="", long=("error",))


@webhooks_app.command()
def add(
    url: Annotated[str, typer.Argument(help="An http:// or https:// address.")],
    as_json: AsJson = False,
) -> None:
    """Tell this address what happens from now on. Prints the secret that signs the messages.

    Example: switchboard webhooks add https://shop.example/hooks
    """
    added = _opened(lambda receivers: receivers.endpoints.add(url))
    if as_json:
        print_json(added)
    else:
        say(f"{added['webhook_id']}  {added['url']}\nIts secret: {added['secret']}")


@webhooks_app.command()
def remove(
    webhook: Annotated[str, typer.Argument(metavar="ID", help="Its id: wh_...")],
    as_json: AsJson = False,
) -> None:
    """Tell a webhook nothing any more. Messages that it has not taken are dropped."""

    async def gone(receivers: "Receivers") -> None:
        from nodes.ports.errors import UnknownWebhook

        if not await receivers.endpoints.remove(webhook):
            raise UnknownWebhook(f"There is no webhook {webhook!r}. `switchboard webhooks` lists them.")

    _opened(gone)
    if as_json:
        print_json({"removed": webhook})
    else:
        print_error(f"{webhook} is removed.")


@webhooks_app.command()
def resend(
    event: Annotated[str | None, typer.Argument(metavar="[EVENT]", help="Its id: evt_...")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that are not tried any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send an event again, now. To every webhook that was there when it happened, under the same id."""
    if (event is None) != failed:
        raise typer.BadParameter("name one event, or --failed.")

    async def sent(receivers: "Receivers") -> "tuple[list[Message], int]":
        from nodes.ports.errors import UnknownWebhook

        found = await receivers.outgoing.again(event)
        if event and not found:
            raise UnknownWebhook(f"There is no event {event!r}. `switchboard webhooks` lists what was not taken yet.")
        return found, sum([await receivers.deliver(target) for target in {one["target"] for one in found}])

    found, taken = _opened(sent)
    if as_json:
        print_json({"sent": len(found), "taken": taken})
    else:
        print_error(f"Sent {len(found)}, and {taken} of them {'was' if taken == 1 else 'were'} taken.")


def _opened(use: "Callable[[Receivers], Awaitable[T]]") -> T:
    async def opened(database: "Database", settings: "Settings") -> T:
        from app.clients.database.text_cipher import TextCipher
        from app.clients.webhooks.receivers import Receivers
        from app.system_clock import SystemClock

        return await use(Receivers(database, SystemClock(), TextCipher(settings.encryption_key), settings.notify))

    return look_at_business(opened)
