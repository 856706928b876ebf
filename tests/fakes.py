"""Services that remember what they were asked and fail when told to: small, in memory, honest about idempotency."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from app.records.installation import sealing_with
from graphs import actions
from nodes.digests import digest
from nodes.ports import Limits, Services
from nodes.ports.approvals import Approval
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import (
    AttemptClosed,
    GateRefused,
    IdempotencyConflict,
    OutOfStock,
    PaymentDeclined,
    PaymentTimedOut,
    RefundedMeanwhile,
    RefundTooLarge,
    SourceUnreadable,
)
from nodes.ports.knowledge import Found, Passage
from nodes.ports.language import Brief, Classification, Details, Evidence, Finding, Mark, Report, Sentence, Statement
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt
from nodes.ports.search import Lead
from nodes.ports.shipping import Label
from nodes.ports.sources import Page, Source
from nodes.ports.stock import Reservation, Reserved
from nodes.ports.tickets import Ticket, TicketStatus

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
    """Scripted failures: `fail["refund"] = [error, PASSES, error]` makes the next and the third call of `refund` raise.

    `lose["refund"] = [error]`: the next call does its work, and then raises all the same.
    """

    def __init__(self) -> None:
        self.fail: dict[str, list[Exception]] = defaultdict(list)
        self.lose: dict[str, list[Exception]] = defaultdict(list)
        self.calls: dict[str, int] = defaultdict(int)

    def called(self, name: str) -> None:
        self.calls[name] += 1
        if self.fail[name] and (failure := self.fail[name].pop(0)) is not PASSES:
            raise failure

    def replied(self, name: str) -> None:
        if self.lose[name] and (failure := self.lose[name].pop(0)) is not PASSES:
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


def brief(**asks: Any) -> Brief:
    """A note that is asked for nothing, unless told otherwise."""
    nothing: Brief = {
        "kind": "note",
        "topic": "",
        "points": [],
        "wishes": [],
        "audience": "",
        "tone": "",
        "min_words": 0,
        "max_words": 0,
        "must_mention": [],
        "must_not_mention": [],
    }
    return {**nothing, **asks}  # type: ignore[typeddict-item]


class FakeShop(Failing):
    """Orders and their ledger in one: what is refunded shows in the order."""

    def __init__(self, *orders: Order) -> None:
        super().__init__()
        self.orders = {one["order_id"]: one for one in orders}
        self.receipts: dict[str, Receipt] = {}
        self.approval_ids: dict[str, str | None] = {}
        self.times_out_after_paying = 0
        self.status_of: Callable[[str], str | None] = lambda _: None  # of a reservation

    async def find_order(self, order_id: str) -> Order | None:
        self.called("find_order")
        found = self.orders.get(order_id.lstrip("# ").upper())
        return {**found, "refunds": list(found["refunds"])} if found else None

    async def find(self, key: str) -> Receipt | None:
        self.called("find")
        return self.receipts.get(key)

    async def charge(
        self, *, key: str, order_id: str, amount_cents: int, currency: str, reservation: str | None = None
    ) -> Receipt:
        self.called("charge")
        self._refuse_reservation(key, reservation, "held")
        paid = self.orders[order_id]
        if key not in self.receipts:
            if self.balance_cents(order_id) + amount_cents > paid["total_cents"]:
                raise PaymentDeclined(f"order {order_id} is paid")
            self.receipts[key] = self._receipt(key, "charge", paid, amount_cents)
            paid["captured_cents"] += amount_cents
        self.replied("charge")
        return self.receipts[key]

    async def refund(
        self,
        *,
        key: str,
        order_id: str,
        amount_cents: int,
        currency: str,
        reason: str,
        approval_id: str | None = None,
        refunded_before_cents: int | None = None,
        reservation: str | None = None,
    ) -> Receipt:
        self.called("refund")
        self._refuse_reservation(key, reservation, "closing")
        if key in self.receipts:
            if self.receipts[key]["amount_cents"] != amount_cents:
                raise IdempotencyConflict(key)
            return self.receipts[key]
        paid = self.orders[order_id]
        if refunded_before_cents not in (None, paid["refunded_cents"]):
            raise RefundedMeanwhile("another refund came first")
        if paid["refunded_cents"] + amount_cents > paid["captured_cents"]:
            raise RefundTooLarge(order_id)
        receipt = self._book(key, paid, amount_cents, reason, approval_id)
        if self.times_out_after_paying:
            self.times_out_after_paying -= 1
            raise PaymentTimedOut("no answer from the gateway")
        self.replied("refund")
        return receipt

    def _refuse_reservation(self, key: str, reservation: str | None, wanted: str) -> None:
        if reservation and key not in self.receipts and self.status_of(reservation) != wanted:
            raise AttemptClosed(reservation)

    def refunded_cents(self, order_id: str) -> int:
        mine = [one for one in self.receipts.values() if one["order_id"] == order_id and one["kind"] == "refund"]
        return sum(one["amount_cents"] for one in mine)

    def balance_cents(self, order_id: str) -> int:
        return self.orders[order_id]["captured_cents"] - self.orders[order_id]["refunded_cents"]

    def _receipt(self, key: str, kind: Literal["charge", "refund"], paid: Order, amount_cents: int) -> Receipt:
        return {
            "receipt_id": f"R-{len(self.receipts) + 1}",
            "key": key,
            "kind": kind,
            "order_id": paid["order_id"],
            "amount_cents": amount_cents,
            "currency": paid["currency"],
            "at": iso(NOON),
        }

    def _book(self, key: str, paid: Order, amount_cents: int, reason: str, approval_id: str | None) -> Receipt:
        self.approval_ids[key] = approval_id
        receipt = self._receipt(key, "refund", paid, amount_cents)
        self.receipts[key] = receipt
        paid["refunded_cents"] += amount_cents
        paid["refunds"].append(
            {
                "receipt_id": receipt["receipt_id"],
                "amount_cents": amount_cents,
                "currency": paid["currency"],
                "reason": reason,
                "at": receipt["at"],
                "approved": approval_id is not None,
            }
        )
        return receipt


class FakeOrders:
    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop

    async def find(self, order_id: str) -> Order | None:
        return await self.shop.find_order(order_id)


class FakeStock(Failing):
    """Ten of everything, and the same one-way road of a reservation as the real one."""

    def __init__(self, shop: FakeShop) -> None:
        super().__init__()
        self.shop = shop
        self.on_hand: dict[str, int] = defaultdict(lambda: 10)
        self.reservations: dict[str, Reservation] = {}

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        self.called("reserve")
        if key not in self.reservations:
            if short := [item["sku"] for item in items if self.on_hand[item["sku"]] < item["quantity"]]:
                raise OutOfStock(f"out of {short[0]}")
            self._move(items, -1)
            made: Reservation = {
                "key": key,
                "order_id": order_id,
                "status": "held",
                "items": list(items),
                "at": iso(NOON),
            }
            self.reservations[key] = made
        if self.reservations[key]["status"] in ("closing", "released"):
            raise AttemptClosed(key)
        self.replied("reserve")
        return {**self.reservations[key]}

    async def find(self, key: str) -> Reservation | None:
        self.called("find")
        return self.reservations.get(key)

    async def of_order(self, order_id: str) -> list[Reservation]:
        self.called("of_order")
        return [{**one} for one in self.reservations.values() if one["order_id"] == order_id]

    async def hand_over(self, key: str) -> Reservation:
        self.called("hand_over")
        found = self.reservations[key]
        if found["status"] in ("closing", "released"):
            raise AttemptClosed(key)
        found["status"] = "shipped"
        self.shop.orders[found["order_id"]]["status"] = "shipped"
        self.replied("hand_over")
        return {**found}

    async def close(self, key: str, *, order_id: str, items: Sequence[Reserved]) -> Reservation:
        self.called("close")
        made: Reservation = {
            "key": key,
            "order_id": order_id,
            "status": "released",
            "items": list(items),
            "at": iso(NOON),
        }
        found = self.reservations.setdefault(key, made)
        if found["status"] == "held":
            found["status"] = "closing"
        self.replied("close")
        return {**found}

    async def release(self, key: str) -> Reservation | None:
        self.called("release")
        found = self.reservations.get(key)
        if found and found["status"] in ("held", "shipped"):
            raise AttemptClosed(key)
        if found and found["status"] != "released":
            self._move(found["items"], +1)
            found["status"] = "released"
        self.replied("release")
        return found

    def status_of(self, key: str) -> str | None:
        return self.reservations[key]["status"] if key in self.reservations else None

    def _move(self, items: Sequence[Reserved], sign: int) -> None:
        for item in items:
            self.on_hand[item["sku"]] += sign * item["quantity"]


class FakeShipping(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, Label] = {}

    async def create(self, *, key: str, order_id: str) -> Label:
        self.called("create")
        made: Label = {
            "shipment_id": f"S-{len(self.labels) + 1}",
            "key": key,
            "order_id": order_id,
            "carrier": "Parcel Post",
            "tracking_number": f"PP-{len(self.labels) + 1}",
            "status": "shipped",
            "at": iso(NOON),
        }
        label = self.labels.setdefault(key, made)
        if label["status"] == "cancelled":
            raise AttemptClosed(key)
        self.replied("create")
        return {**label}

    async def find(self, key: str) -> Label | None:
        self.called("find")
        return self.labels.get(key)

    async def cancel(self, key: str) -> Label | None:
        self.called("cancel")
        if key in self.labels:
            self.labels[key]["status"] = "cancelled"
        self.replied("cancel")
        return self.labels.get(key)

    def valid(self) -> list[Label]:
        return [label for label in self.labels.values() if label["status"] != "cancelled"]


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

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        for ticket in self.opened.values():
            if ticket["ticket_id"] == ticket_id:
                ticket["status"] = status or ticket["status"]
                ticket["assigned_to"] = assigned_to or ticket.get("assigned_to")
                return ticket
        return None


class FakeApprovals(Failing):
    """The record, with the same compare-and-set as the real one."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.records: dict[str, Approval] = {}

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        self.called("ask")
        record: Approval = {
            "approval_id": approval_id,
            "thread_id": thread_id,
            "action": action,
            "args": dict(args),
            "args_digest": digest(args),
            "requested_at": iso(self.clock.now()),
            "expires_at": expires_at,
            "status": "pending",
            "granted": None,
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
        granted: Mapping[str, Any] | None,
        by: str,
        reason: str,
    ) -> Approval:
        self.called("decide")
        record = self._known(approval_id)
        if record["args_digest"] != args_digest:
            raise GateRefused("another digest")
        if (await self.expire(approval_id))["status"] == "pending":
            record["status"] = verdict
            record["granted"] = dict(granted) if granted and verdict == "approved" else None
            record["decision_id"] = decision_id
            record["decided_by"] = by
            record["decided_at"] = iso(self.clock.now())
            record["reason"] = reason
        return {**record}

    async def expire(self, approval_id: str) -> Approval:
        record = self._known(approval_id)
        if record["status"] == "pending" and record["expires_at"] <= iso(self.clock.now()):
            record["status"] = "expired"
            record["decided_at"] = iso(self.clock.now())
        return {**record}

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        self.called("withdraw")
        record = self._known(approval_id)
        if record["status"] == "pending":
            record["status"] = "withdrawn"
            record["decided_by"] = by
            record["decided_at"] = iso(self.clock.now())
            record["reason"] = reason
        return {**record}

    async def get(self, approval_id: str) -> Approval | None:
        record = self.records.get(approval_id)
        return {**record} if record else None

    async def latest(self, thread_id: str) -> Approval | None:
        mine = [record for record in self.records.values() if record["thread_id"] == thread_id]
        newest: Approval | None = max(reversed(mine), key=lambda record: record["requested_at"]) if mine else None
        return {**newest} if newest else None

    async def waiting(self, thread_id: str) -> Approval | None:
        self.called("waiting")
        mine = [one for one in self.records.values() if one["thread_id"] == thread_id and one["status"] == "pending"]
        return {**max(mine, key=lambda record: record["requested_at"])} if mine else None

    async def pending(self) -> list[Approval]:
        waiting: list[Approval] = [{**record} for record in self.records.values() if record["status"] == "pending"]
        return sorted(waiting, key=lambda record: record["expires_at"])

    def _known(self, approval_id: str) -> Approval:
        if approval_id not in self.records:
            raise GateRefused(f"no approval {approval_id}")
        return self.records[approval_id]


class FakeLanguage(Failing):
    """Says what it was told to: `understands[text] = (classification, details)`."""

    def __init__(self) -> None:
        super().__init__()
        self.understands: dict[str, tuple[Classification, Details]] = {}
        self.drafts: list[str] = ["A draft."]
        self.asked_to_draft: list[tuple[list[Mark], str]] = []
        self.answers: dict[str, list[list[Sentence]]] = {}
        self.problems: list[str] = []
        self.more_queries: list[str] = []
        self.studied: list[str] = []
        self.invents: list[str] = []  # quotes that stand nowhere
        self.reports: list[Report] = []

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        self.called("classify")
        nothing: Classification = {
            "intent": "other",
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "act": "unclear",
        }
        if message not in self.understands:
            return nothing
        said = self.understands[message][0]
        asks = said["intent"] == "refund" and not said["asks_progress"]
        return {"act": "request" if asks else "unclear", **said}

    async def extract(self, message: str) -> Details:
        nothing: Details = {"order_ids": [], "emails": [], "amounts_cents": [], "reason": ""}
        return self.understands[message][1] if message in self.understands else nothing

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        self.called("reply")
        return str(facts["say"])

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """`answers[question]`: what each call says in turn, the last one for ever."""
        self.called("answer")
        self.problems.append(problem)
        said = self.answers.get(question) or [[]]
        return said.pop(0) if len(said) > 1 else said[0]

    async def summarise(self, transcript: Sequence[str]) -> str:
        self.called("summarise")
        return f"{len(transcript)} lines"

    async def queries(self, topic: str, limit: int) -> list[str]:
        self.called("queries")
        return [topic, *self.more_queries][:limit]

    async def study(self, topic: str, page: Page) -> list[Finding]:
        """Every line of the page that begins with "! " is a finding."""
        self.called("study")
        self.studied.append(page["address"])
        quotes = [line[2:] for line in page["text"].splitlines() if line.startswith("! ")]
        return [{"claim": quote, "quote": quote, "relevance": 1.0} for quote in [*quotes, *self.invents]]

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """`reports`: what each call says in turn, the last one for ever; none: every piece of evidence, quoted."""
        self.called("report")
        self.problems.append(problem)
        if self.reports:
            return self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]
        said: list[Statement] = [{"text": one["claim"], "evidence": [at]} for at, one in enumerate(evidence)]
        return {"answer": said[0]["text"] if said else None, "note": "", "summary": said[:1], "sections": []}

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """The next of `drafts`, the last one for ever."""
        self.called("draft")
        self.asked_to_draft.append((list(feedback), previous))
        return self.drafts.pop(0) if len(self.drafts) > 1 else self.drafts[0]


class FakeEvaluator(Failing):
    """Gives `scores[draft]`, by one criterion; no judgement for a draft that is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.scores: dict[str, float] = {}

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        self.called("judge")
        if draft not in self.scores:
            return []
        return [{"criterion": "clarity", "score": self.scores[draft], "feedback": f"about {draft}"}]


class FakeKnowledge(Failing):
    """Finds what was put there: `pages[question] = [passages]`."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, list[Found]] = {}

    async def search(self, question: str, limit: int, *, folder: str | None = None) -> list[Found]:
        self.called("search")
        return self.pages.get(question, [])[:limit]

    async def passage(self, passage_id: str) -> Passage | None:
        return next((one for page in self.pages.values() for one in page if one["id"] == passage_id), None)


class FakeSearch(Failing):
    """Finds what was put there: `leads[query]`, else `leads[""]`."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: dict[str, list[Lead]] = {}

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        self.called("search")
        return self.leads.get(query, self.leads.get("", []))[:limit]


class FakeSources(Failing):
    """Reads `pages[address]`; `fail[address]` makes a read of it fail. Remembers by thread what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.known: dict[tuple[str, str], Source] = {}

    async def read(self, lead: Lead, *, thread_id: str, folder: str | None = None) -> Source:
        address = lead["address"]
        if (thread_id, address) not in self.known:
            self.called(address)
            if address not in self.pages:
                raise SourceUnreadable(f"{address} is not there (404).")
            text = self.pages[address]
            self.texts[digest(text)] = text
            self.known[thread_id, address] = {
                "address": address,
                "title": lead["title"],
                "digest": digest(text),
                "characters": len(text),
            }
        return self.known[thread_id, address]

    async def text(self, digest: str) -> str:
        self.called("text")
        if digest not in self.texts:
            raise SourceUnreadable(f"The text {digest} is not kept here any more.")
        return self.texts[digest]

    async def share(self, from_thread: str, to_thread: str) -> None:
        read = {(to_thread, key[1]): source for key, source in self.known.items() if key[0] == from_thread}
        self.known = {**read, **self.known}

    async def forget(self, thread_id: str, *, with_texts: bool = True) -> None:
        self.known = {key: source for key, source in self.known.items() if key[0] != thread_id}
        if with_texts:
            await self.forget_texts()

    async def forget_texts(self) -> None:
        read = {source["digest"] for source in self.known.values()}
        self.texts = {digest: text for digest, text in self.texts.items() if digest in read}


class House:
    """All fakes together, as a test sees them; `services` is what the graphs see."""

    def __init__(self, *orders: Order) -> None:
        self.clock = FakeClock()
        self.shop = FakeShop(*(orders or (order(),)))
        self.stock = FakeStock(self.shop)
        self.shop.status_of = self.stock.status_of
        self.shipping = FakeShipping()
        self.mail = FakeMail()
        self.tickets = FakeTickets()
        self.approvals = FakeApprovals(self.clock)
        self.language = FakeLanguage()
        self.evaluator = FakeEvaluator()
        self.knowledge = FakeKnowledge()
        self.search = FakeSearch()
        self.sources = FakeSources()
        self.services = Services(
            orders=FakeOrders(self.shop),
            payments=self.shop,
            stock=self.stock,
            shipping=self.shipping,
            mail=self.mail,
            tickets=self.tickets,
            approvals=self.approvals,
            language=self.language,
            evaluator=self.evaluator,
            knowledge=self.knowledge,
            searches={"corpus": self.search},
            sources=self.sources,
            clock=self.clock,
            limits=Limits(approval_limit_cents=10_000, approval_timeout_s=300, return_window_days=30),
            approver_email="approver@shop.example",
            actions=actions(),
            seal=sealing_with("the secret of the tests"),
        )
