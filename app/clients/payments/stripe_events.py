"""What Stripe tells by its webhook. An event only says where to look: how a refund stands is asked of Stripe itself."""

import json
import time

import stripe

from app.clients.payments.stripe_payments import StripePayments
from nodes.ports.errors import InvalidInput

TOLERANCE_S = stripe.Webhook.DEFAULT_TOLERANCE
ABOUT_REFUNDS = ("refund.failed", "refund.updated", "charge.refund.updated")


async def handle_stripe_event(payload: bytes, signature: str, *, secret: str, payments: StripePayments) -> bool:
    """Whether it is about a refund of ours, which is written down as Stripe has it now.

    Repeatable, in any order. Raises InvalidInput for what Stripe has not signed within five minutes, and as Stripe's API does.
    """
    try:
        text = payload.decode()
        stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_S)
        _refuse_future(signature)
        event = json.loads(text)
        kind, refund_id = event["type"], event["data"]["object"]["id"]
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput("This is not an event that Stripe has signed with STRIPE_WEBHOOK_SECRET.") from error
    return kind in ABOUT_REFUNDS and await payments.look_at(str(refund_id))


def _refuse_future(signature: str) -> None:
    """Stripe's library refuses what is too old, and takes a time that has not come yet: such an event could be sent again
    until then. Raises ValueError."""
    (signed_at, *_) = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    if int(signed_at) > time.time() + TOLERANCE_S:
        raise ValueError("signed in the future")
