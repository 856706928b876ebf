"""Stripe, as its documentation describes it: payments and refunds, idempotency keys that live for a day, and its refusals.

`faults`: what happens to the next POSTs, one after the other; "" is nothing.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nodes.ports.clock import Clock

KEY = "sk_test_fake"
FORGOTTEN = timedelta(hours=24)
REASONS = {"duplicate", "fraudulent", "requested_by_customer"}
FAULTS = ("lost before", "lost after", "late", "429", "409", "500", "500 after")


class FakeStripe:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.status = "succeeded"  # of refunds that are made
        self.asked: list[str] = []
        self._answers: dict[str, tuple[str, Any, Response]] = {}
        self._late: list[tuple[str, dict[str, str]]] = []
        self.app = Starlette(
            routes=[
                Route("/v1/payment_intents/{id}", self._guarded(self._payment)),
                Route("/v1/charges/{id}", self._guarded(self._payment)),
                Route("/v1/refunds", self._guarded(self._list)),
                Route("/v1/refunds", self._guarded(self._create), methods=["POST"]),
                Route("/v1/refunds/{id}", self._guarded(self._refund)),
            ]
        )

    def pay(self, payment: str = "pi_1", amount: int = 14900, currency: str = "usd", **more: Any) -> None:
        """Money that was captured."""
        self.payments[payment] = {
            "id": payment,
            "object": "charge" if payment.startswith("ch_") else "payment_intent",
            "currency": currency,
            "amount_received": amount,
            "amount_captured": amount,
            **more,
        }

    def refunded(self, payment: str = "pi_1") -> int:
        """What has gone back, and not failed."""
        return sum(one["amount"] for one in self.under(payment) if one["status"] not in ("failed", "canceled"))

    def under(self, payment: str) -> list[dict[str, Any]]:
        return [one for one in self.refunds if payment in (one["payment_intent"], one["charge"])]

    def fail(self, refund_id: str, why: str = "lost_or_stolen_card") -> None:
        """The bank sends the money back, weeks later."""
        for refund in self.refunds:
            if refund["id"] == refund_id:
                refund.update(status="failed", failure_reason=why)

    def client(self) -> stripe.HTTPClient:
        return InProcess(self.app)

    def arrive(self) -> None:
        """Requests that were late are carried out, as if they had come now."""
        late, self._late = self._late, []
        for key, form in late:
            if key not in self._answers:
                self._carry_out(key, form)

    def _guarded(self, act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            self.asked.append(f"{request.method} {request.url.path}")
            if request.headers["authorization"] != f"Bearer {KEY}":
                return _error(401, "Invalid API Key provided")
            return await act(request)

        return guarded

    async def _payment(self, request: Request) -> Response:
        found = self.payments.get(request.path_params["id"])
        return JSONResponse(found) if found else _error(404, "No such payment", code="resource_missing", param="id")

    async def _refund(self, request: Request) -> Response:
        found = [one for one in self.refunds if one["id"] == request.path_params["id"]]
        return JSONResponse(found[0]) if found else _error(404, "No such refund", code="resource_missing", param="id")

    async def _list(self, request: Request) -> Response:
        """Newest first, so many at a time."""
        asked = request.query_params
        payment = asked.get("payment_intent") or asked.get("charge")
        found = [one for one in reversed(self.refunds) if payment in (None, one["payment_intent"], one["charge"])]
        if after := asked.get("starting_after"):
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = int(asked.get("limit", 10))
        page = {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": "/v1/refunds"}
        return JSONResponse(page)

    async def _create(self, request: Request) -> Response:
        self.arrive()
        key, form = request.headers["idempotency-key"], dict(parse_qsl((await request.body()).decode()))
        match self.faults.pop(0) if self.faults else "":
            case "lost before":
                raise httpx.ConnectTimeout("no route")
            case "lost after":
                self._answer(key, form)
                raise httpx.ReadTimeout("no answer")
            case "late":
                self._late.append((key, form))
                raise httpx.ReadTimeout("no answer")
            case "429":
                return _error(429, "Too many requests", headers={"retry-after": "7"})
            case "409":
                return _error(409, "Another request with this key is under way", code="idempotency_key_in_use")
            case "500":
                return _error(500, "An error of Stripe's")
            case "500 after":
                self._answer(key, form)
                return _error(500, "An error of Stripe's")
        return self._answer(key, form)

    def _answer(self, key: str, form: dict[str, str]) -> Response:
        """The first answer under this key again, for a day."""
        known = self._answers.get(key)
        if known and self.clock.now() - known[1] < FORGOTTEN:
            if known[0] != str(sorted(form.items())):
                return _error(400, "Keys can only be used with the same parameters", kind="idempotency_error")
            return known[2]
        return self._carry_out(key, form)

    def _carry_out(self, key: str, form: dict[str, str]) -> Response:
        answer = self._made(form)
        self._answers[key] = (str(sorted(form.items())), self.clock.now(), answer)
        return answer

    def _made(self, form: dict[str, str]) -> Response:
        payment = form.get("payment_intent") or form.get("charge") or ""
        if payment not in self.payments:
            return _error(404, f"No such payment: {payment}", code="resource_missing", param="payment_intent")
        if form.get("reason", "duplicate") not in REASONS:
            return _error(400, f"Invalid reason: must be one of {', '.join(sorted(REASONS))}", param="reason")
        if self.payments[payment].get("disputed"):
            return _error(400, "The charge has been charged back", code="charge_disputed")
        if self.payments[payment].get("declines"):
            return _error(402, "The card refuses refunds", kind="card_error", code="card_declined")
        left = self.payments[payment]["amount_received"] - self.refunded(payment)
        if not left:
            return _error(400, "The charge has already been refunded", code="charge_already_refunded")
        amount = int(form.get("amount", left))
        if not 0 < amount <= left:
            return _error(400, f"Refund amount ({amount}) is greater than unrefunded amount ({left})", param="amount")
        metadata = {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": amount,
            "currency": self.payments[payment]["currency"],
            "payment_intent": form.get("payment_intent"),
            "charge": form.get("charge"),
            "metadata": metadata,
            "reason": form.get("reason"),
            "status": self.status,
            "created": int(self.clock.now().timestamp()),
        }
        self.refunds.append(refund)
        return JSONResponse(json.loads(json.dumps(refund)))


class InProcess(stripe.HTTPXClient):
    """Stripe's own HTTP client, without a network."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(verify_ssl_certs=False)
        self._client_async = httpx.AsyncClient(transport=httpx.ASGITransport(app))


def _error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    error = {"type": kind if status < 500 else "api_error", "message": message, "code": code, "param": param}
    return JSONResponse({"error": error}, status, headers)
