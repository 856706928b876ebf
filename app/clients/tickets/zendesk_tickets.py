"""Tickets in Zendesk: one there for each here, with a private comment for everything that is added.

Nothing about Zendesk is kept here: a ticket is found there by its external id, and a comment by the delivery's id in it. So what
was told and not answered is not told twice, also when Zendesk has forgotten the Idempotency-Key (after two hours).
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NotRequired, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict, Unpack

from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.clients.tickets.deliveries import ZENDESK, Deliveries
from app.clients.tickets.ticket_text import as_text
from app.clients.web.body import ACCEPTED, TooLarge, UnknownEncoding, body
from nodes.digests import digest
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import DependencyDown
from nodes.ports.tickets import Ticket, TicketRequest, Tickets, TicketStatus, deliver_due

TIMEOUT_S = 15
"""For a whole answer."""
MOST = 5_000_000  # bytes of an answer
IDS_AT_ONCE = 25
MOST_PAGES = 50
OVER = ("solved", "closed")

T = TypeVar("T")


class Remote(TypedDict):
    id: int
    external_id: str | None
    status: str  # new, open, pending, hold, solved, closed


class Meta(TypedDict, total=False):
    has_more: bool | None
    after_cursor: str | None


class Page(TypedDict):
    tickets: list[Remote]
    meta: NotRequired[Meta | None]


class Made(TypedDict):
    ticket: Remote


class Comment(TypedDict):
    body: NotRequired[str | None]


class Comments(TypedDict):
    comments: list[Comment]


PAGE, MADE, COMMENTS = TypeAdapter(Page), TypeAdapter(Made), TypeAdapter(Comments)


class ZendeskApi:
    """Every method raises DependencyDown unless Zendesk does what is asked."""

    def __init__(self, url: str, email: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`url`: like https://my-shop.zendesk.com. `transport`: for tests."""
        self._url = url.rstrip("/")
        self._auth = httpx.BasicAuth(f"{email}/token", token)
        self._transport = transport

    async def find(self, external_ids: Sequence[str]) -> dict[str, Remote]:
        """The newest ticket under each id."""
        found: dict[str, Remote] = {}
        query = {"external_id": ",".join(external_ids), "page[size]": "100"}
        for _ in range(MOST_PAGES):
            page = await self._ask(PAGE, "GET", "/api/v2/tickets", params=query)
            for one in sorted(page["tickets"], key=lambda one: one["id"]):
                name = one["external_id"] or ""
                if name in external_ids and (name not in found or found[name]["id"] < one["id"]):
                    found[name] = one
            meta = page.get("meta") or {}
            after = meta.get("after_cursor") if meta.get("has_more") else None
            if not after:
                return found
            query["page[after]"] = after
        raise DependencyDown(f"Zendesk has more than {MOST_PAGES} pages of the tickets that it was asked for.")

    async def create(self, ticket: Mapping[str, Any], *, key: str) -> None:
        await self._ask(MADE, "POST", "/api/v2/tickets", json={"ticket": ticket}, headers={"Idempotency-Key": key})

    async def comments(self, ticket_id: int) -> list[str]:
        """The newest hundred."""
        query = {"sort": "-created_at", "page[size]": "100"}
        page = await self._ask(COMMENTS, "GET", f"/api/v2/tickets/{ticket_id}/comments", params=query)
        return [one.get("body") or "" for one in page["comments"]]

    async def change(self, ticket_id: int, changed: Mapping[str, Any]) -> None:
        await self._ask(MADE, "PUT", f"/api/v2/tickets/{ticket_id}", json={"ticket": changed})

    async def _ask(self, wanted: TypeAdapter[T], method: str, path: str, **given: Any) -> T:
        """The answer, which has the wanted shape."""
        given["headers"] = {"Accept-Encoding": ACCEPTED, **given.get("headers", {})}
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport, auth=self._auth) as client,
                client.stream(method, f"{self._url}{path}", **given) as answer,
            ):
                content = await body(answer, MOST) if answer.is_success else b""
            if answer.is_success:
                return wanted.validate_json(content)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError, TooLarge, UnknownEncoding) as error:
            raise DependencyDown(f"Zendesk does not answer ({type(error).__name__}).") from error
        except ValidationError as error:
            raise DependencyDown("Something else than Zendesk answers. Check SWITCHBOARD_ZENDESK_URL.") from error
        if answer.status_code in (401, 403):
            raise DependencyDown("Zendesk refuses the login. Check SWITCHBOARD_ZENDESK_EMAIL and _TOKEN.")
        raise DependencyDown(f"Zendesk answers {answer.status_code}.")


class ZendeskTickets:
    """Implements Tickets, DeliversLater and FollowsTickets."""

    def __init__(
        self, tickets: Tickets, api: ZendeskApi, database: Database, clock: Clock, cipher: TextCipher | None = None
    ) -> None:
        self._tickets = tickets
        self._api = api
        self._clock = clock
        self._deliveries = Deliveries(database, clock, self._tell, cipher=cipher, prefix=ZENDESK)

    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        ticket = await self._tickets.open(**case)
        await self._add("opened", ticket, once="")
        return ticket

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        ticket = await self._tickets.change(ticket_id, status=status, assigned_to=assigned_to)
        if ticket:
            await self._add(status or "assigned", ticket, once=iso(self._clock.now()))
        return ticket

    async def deliver_due(self) -> int:
        return await self._deliveries.due() + await deliver_due(self._tickets)

    async def closed_there(self) -> list[str]:
        """Without those that have still to be told something: it may be that they were opened again here."""
        open_here = [one for one in await self._tickets.list() if one["status"] == "open"]
        untold = await self._deliveries.untold() if open_here else set()
        ours = {external_id(one): one["ticket_id"] for one in open_here if one["ticket_id"] not in untold}
        closed: list[str] = []
        for some in _chunks(ours, IDS_AT_ONCE):
            found = await self._api.find(some)
            closed += [ours[name] for name, one in found.items() if one["status"] in OVER]
        return closed

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        return await self._tickets.list(thread_id=thread_id)

    async def _add(self, kind: str, ticket: Ticket, *, once: str) -> None:
        body = json.dumps({"kind": kind, "ticket": ticket}, ensure_ascii=False)
        await self._deliveries.add(kind, ticket, body, once=once)

    async def _tell(self, delivery_id: str, body: str) -> None:
        told = json.loads(body)
        kind, ticket = told["kind"], told["ticket"]
        known_as = external_id(ticket)
        there = (await self._api.find([known_as])).get(known_as)
        is_open = await self._is_open(ticket)
        comment = {"body": f"{_words(kind, ticket)}\n\n({delivery_id})", "public": False}
        if there is None or (there["status"] == "closed" and is_open and kind in ("opened", "open")):
            earlier = {"via_followup_source_id": there["id"]} if there else {}
            subject = f"[{ticket['ticket_id']}] {ticket['reason'].splitlines()[-1] if ticket['reason'] else ''}"[:150]
            new = {"subject": subject, "comment": comment, "external_id": known_as, "tags": ["switchboard"], **earlier}
            await self._api.create(new, key=delivery_id if there else known_as)
        elif await self._lacks(kind, there, delivery_id):
            await self._api.change(there["id"], {"comment": comment, **_status(there, is_open=is_open)})

    async def _is_open(self, told: Ticket) -> bool:
        """As it stands here now: what could not be told in time is told in any order."""
        now = {one["ticket_id"]: one["status"] for one in await self._tickets.list(thread_id=told["thread_id"])}
        return now.get(told["ticket_id"], told["status"]) == "open"

    async def _lacks(self, kind: str, there: Remote, delivery_id: str) -> bool:
        if there["status"] == "closed" or (kind == "closed" and there["status"] == "solved"):
            return False
        return not any(delivery_id in one for one in await self._api.comments(there["id"]))


def external_id(ticket: Ticket) -> str:
    """Of this ticket of this installation: two of them may share a Zendesk."""
    return f"switchboard-{digest([ticket['ticket_id'], ticket['thread_id'], ticket['opened_at']])[:24]}"


def _words(kind: str, ticket: Ticket) -> str:
    match kind:
        case "closed":
            return f"{ticket['ticket_id']} was closed in Switchboard."
        case "assigned":
            return f"{ticket['ticket_id']} was given to {ticket.get('assigned_to')} in Switchboard."
    return as_text(ticket)


def _status(there: Remote, *, is_open: bool) -> dict[str, str]:
    if not is_open:
        return {"status": "solved"}
    return {"status": "open"} if there["status"] == "solved" else {}


def _chunks(values: Iterable[str], size: int) -> Iterable[list[str]]:
    each = iter(values)
    while some := list(islice(each, size)):
        yield some
