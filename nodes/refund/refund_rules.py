"""The refund rules, as data: each has a name, the case it applies to, and the sentence that explains it.

Code decides about money, and this is that code. The numbers (limit, window) come from Settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import Limits
from nodes.ports.clock import iso, parse
from nodes.ports.orders import Order, PastRefund
from nodes.ports.wording import Sentence
from nodes.refund.refund_sentences import (
    A_MOMENT_AGO,
    ALREADY_REFUNDED,
    BALANCE,
    FINAL_SALE,
    NOT_AN_AMOUNT,
    NOT_DELIVERED,
    NOTHING_PAID,
    RETURN_WINDOW,
    UNKNOWN_ORDER,
)
from nodes.shop_words import worded

Verdict = Literal["ineligible", "small", "large"]


REPEATED_WITHIN = timedelta(minutes=10)


class Assessment(TypedDict):
    verdict: Verdict
    rule: str | None  # the rule that declines, or that asks for an approval
    say: str
    due_cents: int
    currency: str


@dataclass(frozen=True)
class Request:
    """What is asked, beside the facts it is judged by. `amount_cents` None: all that can still be refunded."""

    order: Order
    amount_cents: int | None
    limits: Limits
    now: datetime
    waiting_cents: int = 0  # other refunds of this order that wait for an approval

    @property
    def refundable_cents(self) -> int:
        return self.order["captured_cents"] - self.order["refunded_cents"]

    @property
    def due_cents(self) -> int:
        return self.refundable_cents if self.amount_cents is None else self.amount_cents

    @property
    def automatic_cents(self) -> int:
        """What the order has been refunded with no human agreeing to it."""
        return sum(past["amount_cents"] for past in self.order["refunds"] if not past["approved"])

    @property
    def days_since_delivery(self) -> int:
        delivered = self.order["delivered_at"]
        return (self.now - parse(delivered)).days if delivered else 0

    def money(self, cents: int) -> str:
        return shown(cents, self.order["currency"])

    def say(self, sentence: Sentence, **fields: object) -> str:
        return worded(sentence, order_id=self.order["order_id"], **fields)


@dataclass(frozen=True)
class Rule:
    name: str
    declines: Callable[[Request], bool]
    sentence: Callable[[Request], str]


RULES: tuple[Rule, ...] = (
    Rule(
        "already_refunded",
        lambda r: r.order["captured_cents"] > 0 and r.refundable_cents <= 0,
        lambda r: r.say(
            ALREADY_REFUNDED,
            captured=r.money(r.order["captured_cents"]),
            refunds=_dates(r.order),
            under_way=is_under_way(r.order),
        ),
    ),
    Rule("final_sale", lambda r: r.order["final_sale"], lambda r: r.say(FINAL_SALE)),
    Rule(
        "not_delivered",
        lambda r: r.order["status"] != "delivered" or r.order["delivered_at"] is None,
        lambda r: r.say(NOT_DELIVERED, status=r.order["status"]),
    ),
    Rule(
        "return_window",
        lambda r: r.days_since_delivery > r.limits.return_window_days,
        lambda r: r.say(RETURN_WINDOW, days=r.days_since_delivery, window=r.limits.return_window_days),
    ),
    Rule("nothing_paid", lambda r: r.order["captured_cents"] <= 0, lambda r: r.say(NOTHING_PAID)),
    Rule("not_an_amount", lambda r: r.due_cents <= 0, lambda r: r.say(NOT_AN_AMOUNT)),
    Rule(
        "refundable_balance",
        lambda r: r.due_cents > r.refundable_cents,
        lambda r: r.say(
            BALANCE,
            refundable=r.money(r.refundable_cents),
            captured=r.money(r.order["captured_cents"]),
            refunded=r.money(r.order["refunded_cents"]),
            asked=r.money(r.due_cents),
        ),
    ),
)


def belongs_to(order: Order | None, email: str) -> bool:
    """True when the order exists and was placed under this e-mail address."""
    return order is not None and same_address(order["email"], email)


def same_address(one: str, other: str) -> bool:
    """Whether two e-mail addresses are one. Case is folded in ASCII alone, and a domain is compared as xn--: letters
    that only look or fold alike are other letters."""
    return bool(_address(one)) and _address(one) == _address(other)


def _address(written: str) -> str:
    local, _, domain = written.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return written.strip()
    return "".join(char.lower() if char.isascii() else char for char in f"{local}@{domain}")


def unknown_order(order_id: str, email: str) -> Assessment:
    """One answer for "no such order" and "somebody else's order", so that it does not tell which."""
    return {
        "verdict": "ineligible",
        "rule": "identity",
        "say": worded(UNKNOWN_ORDER, order_id=order_id, email=email),
        "due_cents": 0,
        "currency": "USD",
    }


def assess(
    order: Order, amount_cents: int | None, limits: Limits, now: datetime, *, waiting_cents: int = 0
) -> Assessment:
    """Judge a request by every rule, in order; the first that declines is named.

    The approval limit is one per order: refunds that no human agreed to count together, so that splitting one refund
    into several gains nothing. While a refund of the order waits for a human (`waiting_cents`), another one needs one too.
    """
    request = Request(order, amount_cents, limits, now, waiting_cents)
    for rule in RULES:
        if rule.declines(request):
            return _assessed(request, "ineligible", rule.name, rule.sentence(request))
    limit_cents = limits.approval_limit(order["currency"])
    if limit_cents is None:
        say = f"Refunds in {order['currency']} need an approval: no limit is set for this currency."
        return _assessed(request, "large", "approval_limit", say)
    if request.due_cents + request.automatic_cents > limit_cents:
        return _assessed(request, "large", "approval_limit", _above_limit(request))
    if request.waiting_cents:
        return _assessed(request, "large", "approval_pending", _another_waits(request))
    return _assessed(request, "small", None, "")


def _assessed(request: Request, verdict: Verdict, rule: str | None, say: str) -> Assessment:
    return {
        "verdict": verdict,
        "rule": rule,
        "say": say,
        "due_cents": request.due_cents,
        "currency": request.order["currency"],
    }


def _above_limit(request: Request) -> str:
    limit, before = (
        request.money(request.limits.approval_limit(request.order["currency"]) or 0),
        request.automatic_cents,
    )
    if not before:
        return f"Refunds above {limit} need an approval."
    return (
        f"Refunds above {limit} in all need an approval: with the {request.money(before)} of this order that went back "
        f"without one, it would be {request.money(before + request.due_cents)}."
    )


def paid_a_moment_ago(order: Order, judged: Assessment, now: datetime) -> Assessment | None:
    """The refusal for an amount that this order was refunded within the last minutes; None when it was not.

    Who asks for the same again may not know that the first one went through.
    """
    past = refunded_a_moment_ago(order, judged["due_cents"], now)
    if past is None:
        return None
    paid = shown(past["amount_cents"], past["currency"])
    about = {"order_id": order["order_id"], "receipt_id": past["receipt_id"]}
    say = worded(A_MOMENT_AGO, amount=paid, under_way=past.get("under_way", False), **about)
    return {**judged, "verdict": "ineligible", "rule": "paid_a_moment_ago", "say": say}


def refunded_a_moment_ago(order: Order, amount_cents: int, now: datetime) -> PastRefund | None:
    """The refund of this amount that the order had within the last minutes."""
    since = iso(now - REPEATED_WITHIN)
    recent = (past for past in order["refunds"] if past["at"] >= since and past["amount_cents"] == amount_cents)
    return next(recent, None)


def _another_waits(request: Request) -> str:
    return (
        f"Another refund of this order ({request.money(request.waiting_cents)}) waits for an approval, "
        "so this one needs an approval too."
    )


def is_under_way(order: Order) -> bool:
    """Whether the bank has still to confirm a refund of the order."""
    return any(past.get("under_way") for past in order["refunds"])


def _dates(order: Order) -> str:
    return ", ".join(f"{shown(r['amount_cents'], r['currency'])} on {r['at'][:10]}" for r in order["refunds"])
