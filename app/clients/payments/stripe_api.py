"""What is asked of Stripe, by its own library: a payment with its refunds, a new refund, a refund again.

Its errors become ours here. The library's own retries are off: policies decide how often a step is tried.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import stripe

from app.clients.payments.refund_records import Call, Made
from nodes.money import decimals
from nodes.ports.errors import (
    IdempotencyConflict,
    NotConfigured,
    PaymentDeclined,
    PaymentsUnavailable,
    PaymentTimedOut,
    RefundTooLarge,
)

KEY = "switchboard_key"
"""The name of our key in a refund's metadata."""

TIMEOUT_S = 30
LONGEST_PAUSE_S = 10.0
"""So long a Retry-After is waited for; after that the step's own pause follows."""

LONGEST = 500  # characters of a value in metadata
LONGEST_KEY = 255
TOO_LARGE = {"charge_already_refunded", "amount_too_large"}
NO_DECIMALS = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
THREE_DECIMALS = {"BHD", "JOD", "KWD", "OMR", "TND"}
"""How Stripe counts amounts; all other currencies in hundredths, also those that are used without decimals (ISK, UGX)."""

POWERS = (1, 10, 100, 1000, 10_000)

Client = Callable[[], stripe.HTTPClient]
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class StripeRefund:
    """A refund of a payment, in our minor units."""

    made: Made
    key: str | None  # ours; None: somebody else made it
    reason: str
    approved: bool
    created: int  # seconds since 1970

    @property
    def counts(self) -> bool:
        return self.made.status not in ("failed", "canceled")


@dataclass(frozen=True)
class Account:
    """A payment, as Stripe knows it at this moment."""

    currency: str
    captured_cents: int
    refunds: list[StripeRefund]

    @property
    def refunded_cents(self) -> int:
        return sum(refund.made.amount_cents for refund in self.refunds if refund.counts)

    def under(self, key: str) -> StripeRefund | None:
        return next((refund for refund in self.refunds if refund.key == key), None)


class StripeApi:
    """One conversation with Stripe after another; nothing stays open in between."""

    def __init__(
        self, api_key: str, *, base_url: str | None = None, client: Client | None = None, pause: Pause = asyncio.sleep
    ) -> None:
        """`client`, `pause`: for tests."""
        self._api_key = api_key
        self._base_url = base_url.rstrip("/") if base_url else None
        self._client = client or (lambda: stripe.HTTPXClient(timeout=TIMEOUT_S))
        self._pause = pause

    async def account(self, payment: str) -> Account:
        """Raises PaymentDeclined for a payment that Stripe does not know, PaymentsUnavailable, NotConfigured."""
        async with self._asked(moves=False) as service:
            if payment.startswith("ch_"):
                charge = (await service.charges.retrieve_async(payment)).to_dict()
                currency, captured = charge["currency"], charge["amount_captured"]
                listed = await service.refunds.list_async({"charge": payment, "limit": 100})
            else:
                intent = (await service.payment_intents.retrieve_async(payment)).to_dict()
                currency, captured = intent["currency"], intent["amount_received"]
                listed = await service.refunds.list_async({"payment_intent": payment, "limit": 100})
            found = [refund.to_dict() async for refund in listed.auto_paging_iter()]
        code = str(currency).upper()
        return Account(code, ours(captured, code), [_refund(one, code) for one in found])

    async def create(self, call: Call) -> Made:
        """Raises as `Payments.refund` does."""
        about = {KEY: call.key, "order_id": call.order_id, "reason": call.reason, "approval_id": call.approval_id or ""}
        named = "charge" if call.payment.startswith("ch_") else "payment_intent"
        params: Any = {
            named: call.payment,
            "amount": theirs(call.amount_cents, call.currency),
            "reason": "requested_by_customer",
            "metadata": {name: text[:LONGEST] for name, text in about.items() if text},
        }
        async with self._asked(moves=True) as service:
            made = await service.refunds.create_async(params, {"idempotency_key": call.key[:LONGEST_KEY]})
        return _refund(made.to_dict(), call.currency).made

    async def refund(self, refund_id: str, currency: str) -> Made:
        """A refund as it stands now."""
        async with self._asked(moves=False) as service:
            return _refund((await service.refunds.retrieve_async(refund_id)).to_dict(), currency).made

    async def greet(self) -> None:
        """The key is right. Raises NotConfigured, PaymentsUnavailable."""
        async with self._asked(moves=False) as service:
            await service.refunds.list_async({"limit": 1})

    @asynccontextmanager
    async def _asked(self, *, moves: bool) -> AsyncIterator[Any]:
        """`moves`: whether money may have moved when the answer is missing."""
        client = self._client()
        try:
            with _told(moves=moves):
                yield stripe.StripeClient(
                    self._api_key,
                    http_client=client,
                    max_network_retries=0,
                    base_addresses={"api": self._base_url} if self._base_url else {},
                ).v1
        except _Busy as busy:
            await self._pause(min(busy.seconds, LONGEST_PAUSE_S))
            raise PaymentsUnavailable(
                "Stripe gets too many requests, and nothing was paid. Try again in a moment."
            ) from busy
        finally:
            await client.close_async()  # type: ignore[no-untyped-call]


class _Busy(Exception):
    """Too many requests."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@contextmanager
def _told(*, moves: bool) -> Any:
    try:
        yield
    except stripe.RateLimitError as error:
        raise _Busy(_retry_after(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise NotConfigured("Stripe refuses STRIPE_API_KEY, or what it may do. Correct it.") from error
    except stripe.CardError as error:
        raise PaymentDeclined(f"Stripe declines it: {_words(error)}") from error
    except stripe.IdempotencyError as error:
        raise IdempotencyConflict("Stripe has this key for another refund. Start a new request.") from error
    except stripe.InvalidRequestError as error:
        raise _refusal(error) from error
    except stripe.StripeError as error:
        if moves:
            raise PaymentTimedOut(
                "Stripe did not say if the refund went through: repeat it with the same key."
            ) from error
        raise PaymentsUnavailable("Stripe does not answer, and nothing was paid. Try again in a moment.") from error


def _refusal(error: stripe.InvalidRequestError) -> Exception:
    if error.code in TOO_LARGE or error.param == "amount":
        return RefundTooLarge(f"Stripe does not pay so much back: {_words(error)}")
    return PaymentDeclined(f"Stripe refuses it: {_words(error)}")


def _words(error: stripe.StripeError) -> str:
    return " ".join((error.user_message or error.code or "no reason is given").split())[:300]


def _retry_after(error: stripe.StripeError) -> float:
    said = (error.headers or {}).get("retry-after", "")
    return float(said) if said.isdecimal() else 1.0


def _refund(found: dict[str, Any], currency: str) -> StripeRefund:
    about = found.get("metadata") or {}
    made = Made(
        refund_id=str(found["id"]),
        status=str(found.get("status") or "pending"),
        amount_cents=ours(int(found["amount"]), currency),
        failure=str(found.get("failure_reason") or ""),
    )
    key = about.get(KEY)
    return StripeRefund(
        made,
        key,
        reason=str(about.get("reason") or found.get("reason") or ""),
        approved=key is None or bool(about.get("approval_id")),
        created=int(found.get("created") or 0),
    )


def theirs(cents: int, currency: str) -> int:
    """Our minor units as Stripe counts them. Raises PaymentDeclined for what cannot be said there."""
    amount, rest = divmod(cents * POWERS[_places(currency)], POWERS[decimals(currency)])
    if rest:
        raise PaymentDeclined(f"Stripe cannot pay {cents} minor units of {currency} exactly.")
    return amount


def ours(amount: int, currency: str) -> int:
    return amount * POWERS[decimals(currency)] // POWERS[_places(currency)]


def _places(currency: str) -> int:
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
