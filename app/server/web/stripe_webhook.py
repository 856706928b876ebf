"""Stripe's webhook: a refund that fails after it was paid opens the case again at once. `sweep` finds it too, later."""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.engines.sweep.failed_refunds import reopen_failed
from app.server.web.state import state_of
from app.settings import Settings

PATH = "/api/v1/webhooks/stripe"


def routes(settings: Settings) -> list[Route]:
    """None without STRIPE_WEBHOOK_SECRET."""
    secret = settings.stripe_webhook_secret
    if settings.payments != "stripe" or secret is None:
        return []
    return [Route(PATH, partial(_told, secret.get_secret_value()), methods=["POST"])]


async def _told(secret: str, request: Request) -> Response:
    from app.clients.payments.stripe_events import handle_stripe_event
    from app.clients.payments.stripe_payments import StripePayments

    engine = state_of(request).engine
    payments, signature = engine.services.payments, request.headers.get("stripe-signature", "")
    if isinstance(payments, StripePayments) and await handle_stripe_event(
        await request.body(), signature, secret=secret, payments=payments
    ):
        await reopen_failed(engine)
    return JSONResponse({"received": True})
