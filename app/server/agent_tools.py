"""What other agents may do here: ask support, look up an order, request a refund, and read the threads that they began.

None of this decides, resumes or changes a thread's state. An agent names a thread by the `conversation` that it was given
when the thread began, and so reaches no other thread.
"""

import logging
import secrets
from dataclasses import dataclass
from typing import Annotated, NotRequired

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from app.engines.contract import RunResult
from app.engines.repeated_refunds import minor_units
from app.runtime import Switchboard
from nodes.conversation.messages import LONGEST
from nodes.money import shown
from nodes.ports.errors import InvalidInput, NotConfigured, OrderUnreadable, PaidAlready, UnknownThread
from nodes.ports.orders import Order
from nodes.refund.refund_rules import belongs_to, unknown_order

UNREADABLE = "This order cannot be looked up now. Ask support for a person."
PREFIX = "agent:"
"""How the name of a thread begins that an agent has begun."""


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: write at least a word")
    return text


Words = AfterValidator(_some)
Conversation = Annotated[str, Field(description="As ask_support or request_refund returned it.", max_length=100)]
OrderId = Annotated[str, Field(description="Like 12345.", max_length=64), Words]
Email = Annotated[str, Field(description="The address the order was placed under.", min_length=3, max_length=320)]


_log = logging.getLogger("switchboard.agents")


class Said(TypedDict):
    by: str  # customer, or support
    text: str


class Standing(TypedDict):
    conversation: str
    standing: str  # where the thread stands, as a sentence
    status: str
    outcome: str | None
    reply: str | None
    said: NotRequired[list[Said]]


class OrderShown(TypedDict):
    order_id: str
    status: str
    total: str
    refunded: str
    placed_at: str
    shipped_at: str | None
    delivered_at: str | None
    expected_at: str | None
    carrier: str | None
    tracking_number: str | None
    items: list[str]


@dataclass(frozen=True)
class AgentTools:
    """The docstrings of the tools are what the other agent's model reads. Raises what `nodes.ports.errors` lists."""

    switchboard: Switchboard

    async def ask_support(
        self,
        message: Annotated[str, Field(description="The customer's words.", max_length=LONGEST), Words],
        email: Annotated[
            str | None, Field(description="The customer's address, if you know it.", max_length=320)
        ] = None,
        conversation: Annotated[
            str | None, Field(description="Of an earlier answer; left out: a new one.", max_length=100)
        ] = None,
    ) -> Standing:
        """Send a customer's message to the shop's support, and get its reply. Pass `conversation` back to go on."""
        name = await self._known(conversation) if conversation else _new()
        if conversation and (await self.switchboard.show(name))["graph"] != "support":
            raise InvalidInput(
                "That conversation is a refund: read_thread tells how it stands. Leave `conversation` out to ask."
            )
        said = {"messages": message, **({"email": email} if email else {})}
        return self._standing(await self.switchboard.start("support", said, name))

    async def look_up_order(self, order_id: OrderId, email: Email) -> OrderShown:
        """Where an order is and what was paid. Only with the address that the order was placed under."""
        order = await self._order(order_id)
        if order is None or not belongs_to(order, email):
            raise InvalidInput(unknown_order(order_id, email)["say"])
        return _shown(order)

    async def request_refund(
        self,
        order_id: OrderId,
        email: Email,
        amount: Annotated[
            str | None, Field(description="Like 49.90; left out: all that can still be refunded.", max_length=40)
        ] = None,
        reason: Annotated[str, Field(description="Why, in the customer's words.")] = "",
        key: Annotated[
            str | None, Field(description="Your idempotency key: one key, one refund, also when you call again.")
        ] = None,
    ) -> Standing:
        """Request a refund that the customer wants. The shop's rules judge it; above the shop's limit it waits for a human,
        and read_thread tells the decision. You cannot decide it."""
        await self._order(order_id)
        cents = await minor_units(self.switchboard.engine.services, order_id, amount)
        values = {"order_id": order_id, "email": email, "amount_cents": cents, "reason": reason, "key": key}
        try:
            return self._standing(await self.switchboard.start("refund", values, _new()))
        except PaidAlready as error:  # its hint names options of the command line
            raise InvalidInput(f"{error.fact} For another refund, call again with another `key`.") from error

    async def read_thread(self, conversation: Conversation) -> Standing:
        """Where a conversation or a refund stands now, and what was said."""
        result = await self.switchboard.show(await self._known(conversation))
        speakers = {"human": "customer", "ai": "support"}
        messages = [one for one in result["values"].get("messages", []) if one["type"] in speakers]
        return {
            **self._standing(result),
            "said": [Said(by=speakers[one["type"]], text=one["content"]) for one in messages],
        }

    async def _order(self, order_id: str) -> Order | None:
        """Raises InvalidInput for an order that cannot be read, in words that say nothing of it."""
        try:
            return await self.switchboard.engine.services.orders.find(order_id)
        except (NotConfigured, OrderUnreadable) as error:  # its words are for the shop
            _log.warning("Order %r: %s", order_id, error)
            raise InvalidInput(UNREADABLE) from error

    async def _known(self, conversation: str) -> str:
        """The thread's name. Raises UnknownThread: a thread begins under a name of ours only."""
        name = f"{PREFIX}{conversation}"
        try:
            await self.switchboard.engine.threads.find(name)
        except UnknownThread as error:
            raise UnknownThread(
                f"There is no conversation {conversation[:80]!r}. Use one that ask_support or request_refund returned."
            ) from error
        return name

    def _standing(self, result: RunResult) -> Standing:
        return {
            "conversation": (result["name"] or "").removeprefix(PREFIX),
            "standing": self._in_words(result),
            "status": result["status"],
            "outcome": result["outcome"],
            "reply": result["reply"],
        }

    def _in_words(self, result: RunResult) -> str:
        approval = result["approval"]
        match result["status"]:
            case "waiting" if approval:
                headline = self.switchboard.engine.services.actions[approval["action"]].headline(approval["args"])
                return f"{headline}: it waits for a human, who can decide until {approval['expires_at']}."
            case "completed":
                return f"It is over: {result['outcome']}."
            case "running":
                return "It is at work. Read the thread again in a while."
        return "It has stopped half way. A person at the shop has to look at it."


def _new() -> str:
    return f"{PREFIX}{secrets.token_urlsafe(12)}"


def _shown(order: Order) -> OrderShown:
    currency = order["currency"]
    return {
        "order_id": order["order_id"],
        "status": order["status"],
        "total": shown(order["total_cents"], currency),
        "refunded": shown(order["refunded_cents"], currency),
        "placed_at": order["placed_at"],
        "shipped_at": order["shipped_at"],
        "delivered_at": order["delivered_at"],
        "expected_at": order["expected_at"],
        "carrier": order["carrier"],
        "tracking_number": order["tracking_number"],
        "items": [f"{line['quantity']} x {line['title']}" for line in order["lines"]],
    }
