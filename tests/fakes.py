"""Services that remember what they were asked and fail when told to: small, in memory, honest about idempotency."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.clock import iso
from app.digests import digest
from app.errors import GateRefused, IdempotencyConflict, PaymentTimedOut, RefundTooLarge
from app.services import (
    Approval,
    Classification,
    Details,
    Limits,
    Order,
    Receipt,
    RefundArgs,
    Services,
    Ticket,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment

    def advance(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


PASSES = Exception("this call works")


class Failing:
    """Scripted failures: `fail["refund"] = [error, PASSES, error]` makes the next and the third call of `refund` raise."""

    def __init__(self) -> None:
        self.fail: dict[str, list[Exception]] = defaultdict(list)
        self.calls: dict[str, int] = defaultdict(int)

    def called(self, name: str) -> None:
        self.calls[name] += 1
        if self.fail[name] and (failure := self.fail[name].pop(0)) is not PASSES:
            raise failure


def order(order_id: str = "12345", **changes: Any) -> Order:
    """A delivered, paid order of Ada's, $149.00, unless told otherwise."""
    made: Order = {
        "order_id": order_id,
        "customer_name": "Ada Lovelace",
        "email": "ada@example.com",
        "status": "delivered",
        "total_cents": 14900,
        "currency": "USD",
        "captured_cents": 14900,
        "refunded_cents": 0,
        "final_sale": False,
        "placed_at": iso(NOON - timedelta(days=9)),
        "shipped_at": iso(NOON - timedelta(days=8)),
        "delivered_at": iso(NOON - timedelta(days=5)),
        "expected_at": None,
        "carrier": "Parcel Post",
        "tracking_number": "PP-1",
        "note": "",
        "lines": [{"sku": "LAMP", "title": "Desk lamp", "quantity": 1, "price_cents": 14900}],
        "refunds": [],
    }
    return {**made, **changes}  # type: ignore[typeddict-item]


class FakeShop(Failing):
    """Orders and their ledger in one: what is refunded shows in the order."""

    def __init__(self, *orders: Order) -> None:
        super().__init__()
        self.orders = {one["order_id"]: one for one in orders}
        self.receipts: dict[str, Receipt] = {}
        self.times_out_after_paying = 0

    async def find_order(self, order_id: str) -> Order | None:
        self.called("find_order")
        found = self.orders.get(order_id.lstrip("# ").upper())
        return {**found, "refunds": list(found["refunds"])} if found else None

    async def find(self, key: str) -> Receipt | None:
        self.called("find")
        return self.receipts.get(key)

    async def charge(self, *, key: str, order_id: str, amount_cents: int, currency: str) -> Receipt:
        raise NotImplementedError

    async def refund(self, *, key: str, order_id: str, amount_cents: int, currency: str, reason: str) -> Receipt:
        self.called("refund")
        if key in self.receipts:
            if self.receipts[key]["amount_cents"] != amount_cents:
                raise IdempotencyConflict(key)
            return self.receipts[key]
        paid = self.orders[order_id]
        if paid["refunded_cents"] + amount_cents > paid["captured_cents"]:
            raise RefundTooLarge(order_id)
        receipt = self._book(key, paid, amount_cents, reason)
        if self.times_out_after_paying:
            self.times_out_after_paying -= 1
            raise PaymentTimedOut("no answer from the gateway")
        return receipt

    def refunded_cents(self, order_id: str) -> int:
        return sum(one["amount_cents"] for one in self.receipts.values() if one["order_id"] == order_id)

    def _book(self, key: str, paid: Order, amount_cents: int, reason: str) -> Receipt:
        receipt: Receipt = {
            "receipt_id": f"R-{len(self.receipts) + 1}",
            "key": key,
            "kind": "refund",
            "order_id": paid["order_id"],
            "amount_cents": amount_cents,
            "currency": paid["currency"],
            "at": iso(NOON),
        }
        self.receipts[key] = receipt
        paid["refunded_cents"] += amount_cents
        paid["refunds"].append(
            {
                "receipt_id": receipt["receipt_id"],
                "amount_cents": amount_cents,
                "currency": paid["currency"],
                "reason": reason,
                "at": receipt["at"],
            }
        )
        return receipt


class FakeOrders:
    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop

    async def find(self, order_id: str) -> Order | None:
        return await self.shop.find_order(order_id)


class FakeMail(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, dict[str, str]] = {}

    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        self.called("send")
        self.sent.setdefault(key, {"to": to, "subject": subject, "text": text})
        return f"<{key}>"

    def to(self, address: str) -> list[dict[str, str]]:
        return [mail for mail in self.sent.values() if mail["to"] == address]


class FakeTickets(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[str, Ticket] = {}

    async def open(
        self,
        *,
        key: str,
        thread_id: str,
        reason: str,
        summary: str,
        transcript: Sequence[str],
        facts: Mapping[str, Any],
    ) -> Ticket:
        self.called("open")
        ticket: Ticket = {
            "ticket_id": f"T-{len(self.opened) + 1}",
            "thread_id": thread_id,
            "reason": reason,
            "summary": summary,
            "transcript": list(transcript),
            "facts": dict(facts),
            "status": "open",
            "opened_at": iso(NOON),
        }
        return self.opened.setdefault(key, ticket)

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        return [ticket for ticket in self.opened.values() if thread_id in (None, ticket["thread_id"])]


class FakeApprovals(Failing):
    """The record, with the same compare-and-set as the real one."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.records: dict[str, Approval] = {}

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: RefundArgs, expires_at: str
    ) -> Approval:
        self.called("ask")
        record: Approval = {
            "approval_id": approval_id,
            "thread_id": thread_id,
            "action": action,
            "args": args,
            "args_digest": digest(args),
            "requested_at": iso(self.clock.now()),
            "expires_at": expires_at,
            "status": "pending",
            "approved_cents": None,
            "decision_id": None,
            "decided_by": None,
            "decided_at": None,
            "reason": None,
        }
        return {**self.records.setdefault(approval_id, record)}

    async def decide(
        self,
        approval_id: str,
        *,
        decision_id: str,
        args_digest: str,
        verdict: Any,
        amount_cents: int | None,
        by: str,
        reason: str,
    ) -> Approval:
        self.called("decide")
        record = self.records[approval_id]
        if record["args_digest"] != args_digest:
            raise GateRefused("another digest")
        if (await self.expire(approval_id))["status"] == "pending":
            record["status"] = verdict
            record["approved_cents"] = amount_cents
            record["decision_id"] = decision_id
            record["decided_by"] = by
            record["decided_at"] = iso(self.clock.now())
            record["reason"] = reason
        return {**record}

    async def expire(self, approval_id: str) -> Approval:
        record = self.records[approval_id]
        if record["status"] == "pending" and record["expires_at"] <= iso(self.clock.now()):
            record["status"] = "expired"
        return {**record}

    async def get(self, approval_id: str) -> Approval | None:
        return self.records.get(approval_id)

    async def latest(self, thread_id: str) -> Approval | None:
        mine = [record for record in self.records.values() if record["thread_id"] == thread_id]
        return mine[-1] if mine else None

    async def pending(self) -> list[Approval]:
        return [record for record in self.records.values() if record["status"] == "pending"]


class FakeLanguage(Failing):
    """Says what it was told to: `understands[text] = (classification, details)`."""

    def __init__(self) -> None:
        super().__init__()
        self.understands: dict[str, tuple[Classification, Details]] = {}

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        self.called("classify")
        nothing: Classification = {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": False}
        return self.understands[message][0] if message in self.understands else nothing

    async def extract(self, message: str) -> Details:
        nothing: Details = {"order_ids": [], "emails": [], "amounts_cents": [], "reason": ""}
        return self.understands[message][1] if message in self.understands else nothing

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        self.called("reply")
        return str(facts["say"])

    async def summarise(self, transcript: Sequence[str]) -> str:
        self.called("summarise")
        return f"{len(transcript)} lines"


class House:
    """All fakes together, as a test sees them; `services` is what the graphs see."""

    def __init__(self, *orders: Order) -> None:
        self.clock = FakeClock()
        self.shop = FakeShop(*(orders or (order(),)))
        self.mail = FakeMail()
        self.tickets = FakeTickets()
        self.approvals = FakeApprovals(self.clock)
        self.language = FakeLanguage()
        self.services = Services(
            orders=FakeOrders(self.shop),
            payments=self.shop,
            mail=self.mail,
            tickets=self.tickets,
            approvals=self.approvals,
            language=self.language,
            clock=self.clock,
            limits=Limits(approval_limit_cents=10_000, approval_timeout_s=300, return_window_days=30),
            approver_email="approver@shop.example",
        )
