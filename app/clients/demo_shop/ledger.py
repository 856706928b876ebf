"""The payment gateway of the demo shop, and its ledger.

Refunds never exceed what was captured: the sum is taken and the refund written in one transaction that has no rival.
What the card of an order does is listed in shop.Card.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Table, func, insert, select

from app.clients.database.audit_chain import chain
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import gateway_attempts, orders, payments, refunds, reservations
from app.clients.demo_shop.demo_data import Card
from app.clients.demo_shop.shop_orders import order_number
from nodes.money import shown
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import (
    AttemptClosed,
    IdempotencyConflict,
    PaymentDeclined,
    PaymentsUnavailable,
    PaymentTimedOut,
    RefundedMeanwhile,
    RefundTooLarge,
    Retryable,
)
from nodes.ports.payments import Receipt

Kind = Literal["charge", "refund"]

LEDGERS: dict[Kind, Table] = {"charge": payments, "refund": refunds}


@dataclass(frozen=True)
class Call:
    kind: Kind
    key: str
    order_id: str
    amount_cents: int
    currency: str
    reason: str = ""
    approval_id: str | None = None
    refunded_before_cents: int | None = field(default=None, compare=False)  # what was known, not what is asked
    reservation: str | None = field(default=None, compare=False)

    @property
    def receipt_id(self) -> str:
        digest = hashlib.sha256(f"{self.kind}:{self.key}".encode()).hexdigest()
        return f"{'ch' if self.kind == 'charge' else 're'}_{digest[:16]}"


@dataclass(frozen=True)
class Account:
    """What the ledger knows about an order before a call is carried out."""

    card: str
    currency: str
    total_cents: int
    captured_cents: int
    refunded_cents: int

    @property
    def balance_cents(self) -> int:
        return self.captured_cents - self.refunded_cents


class LedgerPayments:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def charge(
        self, *, key: str, order_id: str, amount_cents: int, currency: str, reservation: str | None = None
    ) -> Receipt:
        """Take money from the order's card, never more than its total."""
        number = order_number(order_id)
        return await self._answer(Call("charge", key, number, amount_cents, currency, reservation=reservation))

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
        """Pay back to the order's card, never more than was captured."""
        number = order_number(order_id)
        return await self._answer(
            Call("refund", key, number, amount_cents, currency, reason, approval_id, refunded_before_cents, reservation)
        )

    async def find(self, key: str) -> Receipt | None:
        done = await self._database.ask(lambda connection: _done(connection, key))
        return _receipt(*done) if done else None

    async def _answer(self, call: Call) -> Receipt:
        answer = await self._database.write(lambda connection: self._carry_out(connection, call))
        if isinstance(answer, Retryable):
            raise answer  # only now: what the gateway did before it fell silent is committed
        return answer

    async def _carry_out(self, connection: AsyncConnection, call: Call) -> Receipt | Retryable:
        now = iso(self._clock.now())
        if done := await _done(connection, call.key):
            return _repeated(call, *done)
        account = await _account(connection, call)
        if await _is_down(connection, account.card, call.key, now):
            return PaymentsUnavailable(
                "The payment gateway does not answer, and nothing was paid. Try again in a moment."
            )
        await _refuse_reservation(connection, call)
        refuse(call, account)
        await _write(connection, call, now)
        if _falls_silent(call, account):
            return PaymentTimedOut(
                f"The payment gateway did not say in time if the {call.kind} went through: repeat it with the same key."
            )
        return _receipt(call, now)


def refuse(call: Call, account: Account) -> None:
    """Raises PaymentDeclined or RefundTooLarge for what the gateway would not do, now or later.

    Raises RefundedMeanwhile for a refund that was judged before another one went through.
    """
    asked = shown(call.amount_cents, call.currency)
    if call.amount_cents <= 0:
        raise PaymentDeclined(f"A {call.kind} must be for more than nothing, not for {asked}.")
    if call.currency != account.currency:
        raise PaymentDeclined(
            f"Order {call.order_id} was made in {account.currency}; a {call.kind} of {asked} is not possible."
        )
    if call.kind == "refund":
        _refuse_refund(call, account)
    else:
        _refuse_charge(call, account)


def _refuse_refund(call: Call, account: Account) -> None:
    if call.refunded_before_cents not in (None, account.refunded_cents):
        raise RefundedMeanwhile(
            f"Order {call.order_id} was refunded by somebody else a moment ago, and nothing was paid now. Judge it again."
        )
    if call.amount_cents > account.balance_cents:
        raise RefundTooLarge(
            f"Order {call.order_id} has {shown(account.balance_cents, account.currency)} left to refund, "
            f"less than the {shown(call.amount_cents, account.currency)} that was asked for."
        )
    if account.card == Card.REFUND_DECLINES:
        raise PaymentDeclined(
            f"The bank of order {call.order_id} refuses refunds to this card; pay the customer another way."
        )


def _refuse_charge(call: Call, account: Account) -> None:
    if account.card == Card.DECLINES:
        raise PaymentDeclined(f"The card of order {call.order_id} was declined; ask the customer for another one.")
    if account.balance_cents + call.amount_cents > account.total_cents:
        raise PaymentDeclined(
            f"Order {call.order_id} is for {shown(account.total_cents, account.currency)}, of which "
            f"{shown(account.balance_cents, account.currency)} is paid; "
            f"another {shown(call.amount_cents, account.currency)} would be too much."
        )


async def _refuse_reservation(connection: AsyncConnection, call: Call) -> None:
    """Raises AttemptClosed: goods that are put aside are charged, and an attempt that is being undone is paid back."""
    if call.reservation is None:
        return
    wanted = "held" if call.kind == "charge" else "closing"
    query = select(reservations.c.status, reservations.c.order_id).where(reservations.c.key == call.reservation)
    found = (await connection.execute(query)).first()
    if found is None or (found.status, found.order_id) != (wanted, call.order_id):
        raise AttemptClosed(
            f"The attempt {call.reservation} of order {call.order_id} is {found.status if found else 'unknown'}, "
            f"not {wanted}; nothing was paid."
        )


def _falls_silent(call: Call, account: Account) -> bool:
    return account.card == {"charge": Card.TIMES_OUT, "refund": Card.REFUND_TIMES_OUT}[call.kind]


async def total(connection: AsyncConnection, ledger: Table, order_id: str) -> int:
    """The cents that `payments` or `refunds` hold for an order."""
    query = select(func.coalesce(func.sum(ledger.c.amount_cents), 0)).where(ledger.c.order_id == order_id)
    return int(await connection.scalar(query) or 0)


async def _is_down(connection: AsyncConnection, card: str, key: str, now: str) -> bool:
    if card == Card.GATEWAY_DOWN_ONCE:
        return await is_first_call(connection, key, now)
    return card == Card.GATEWAY_DOWN


async def is_first_call(connection: AsyncConnection, key: str, now: str) -> bool:
    """Whether nothing was asked for under this key before: the answer to this call gets lost."""
    if await connection.scalar(select(gateway_attempts.c.key).where(gateway_attempts.c.key == key)):
        return False
    await connection.execute(insert(gateway_attempts).values(key=key, at=now))
    return True


async def _account(connection: AsyncConnection, call: Call) -> Account:
    query = select(orders.c.card, orders.c.currency, orders.c.total_cents).where(orders.c.order_id == call.order_id)
    order = (await connection.execute(query)).first()
    if order is None:
        raise PaymentDeclined(f"There is no order {call.order_id}, so no card to {call.kind}. Check the order number.")
    return Account(
        card=order.card,
        currency=order.currency,
        total_cents=order.total_cents,
        captured_cents=await total(connection, payments, call.order_id),
        refunded_cents=await total(connection, refunds, call.order_id),
    )


async def _write(connection: AsyncConnection, call: Call, now: str) -> None:
    row = {
        "receipt_id": call.receipt_id,
        "key": call.key,
        "order_id": call.order_id,
        "amount_cents": call.amount_cents,
        "currency": call.currency,
        "at": now,
    }
    if call.kind == "refund":
        row.update(reason=call.reason, approval_id=call.approval_id)
    await connection.execute(insert(LEDGERS[call.kind]).values(row))
    await chain(connection, "payment" if call.kind == "charge" else "refund", [call.receipt_id], now)


async def _done(connection: AsyncConnection, key: str) -> tuple[Call, str] | None:
    """The call that was carried out under this key, and when."""
    for kind, ledger in LEDGERS.items():
        row = (await connection.execute(select(ledger).where(ledger.c.key == key))).mappings().first()
        if row:
            about = {name: row[name] for name in ("reason", "approval_id") if name in row}
            return Call(kind, key, row["order_id"], row["amount_cents"], row["currency"], **about), row["at"]
    return None


def _repeated(call: Call, done: Call, at: str) -> Receipt:
    if call != done:
        raise IdempotencyConflict(
            f"The key {call.key!r} was used for a {done.kind} of {shown(done.amount_cents, done.currency)} on order "
            f"{done.order_id}, and cannot be used for something else. Start a new request."
        )
    return _receipt(done, at)


def _receipt(call: Call, at: str) -> Receipt:
    return {
        "receipt_id": call.receipt_id,
        "key": call.key,
        "kind": call.kind,
        "order_id": call.order_id,
        "amount_cents": call.amount_cents,
        "currency": call.currency,
        "at": at,
    }
