"""What the fields of the sentences may be: a template is tried with them before a customer reads it."""

from collections.abc import Mapping
from typing import Any

from nodes.ports.wording import Sentence

_FULL: Mapping[str, Any] = {
    "amount": "$39.50",
    "asked": "$60.00",
    "captured": "$149.00",
    "charged": "$75.00",
    "refundable": "$50.00",
    "refunded": "$99.00",
    "requested": "$49.50",
    "currency": "EUR",
    "carrier": "Bluebird Express",
    "tracking_number": "SW97791731",
    "days": 45,
    "window": 30,
    "placed_at": "2026-11-10",
    "shipped_at": "2026-11-12",
    "delivered_at": "2026-11-18",
    "expected_at": "2026-11-19",
    "until": "2026-11-23 12:00 UTC",
    "email": "ada@example.com",
    "in_conversation": True,
    "is_late": True,
    "is_paid_back": True,
    "is_refund": True,
    "lacks_email": True,
    "lacks_order_id": True,
    "order_id": "12345",
    "order_ids": ["12345", "12346"],
    "orders": [{"order_id": "12345", "things": "a lamp"}, {"order_id": "12346", "things": "a mug"}],
    "problem": "the card was closed",
    "question": "Is it broken?",
    "reason": "it was used",
    "receipt_id": "re_1a2b",
    "refunds": "$99.00 on 2026-11-20",
    "request": "Refund $39.50 for order 12345",
    "shop_name": "Beans & Co",
    "status": "shipped",
    "thing": "grinder",
    "things": "a lamp",
    "ticket": "T-1001",
    "ticket_id": "T-1001",
}
_OF: Mapping[str, Mapping[str, Any]] = {
    "order.refunds": {"refunds": [{"amount": "$99.00", "day": "2026-11-20", "receipt_id": "re_1a2b"}]},
}
"""Where a field of one sentence is something else."""

_BARE: Mapping[str, Any] = {
    **dict.fromkeys(
        ("requested", "charged", "things", "expected_at", "shipped_at", "delivered_at", "shop_name", "ticket"), ""
    ),
    **dict.fromkeys(("carrier", "tracking_number")),
    **dict.fromkeys(("in_conversation", "is_late", "is_paid_back", "is_refund", "lacks_email"), False),
    "orders": [],
}
"""What may be missing."""


def examples(sentence: Sentence) -> tuple[dict[str, Any], dict[str, Any]]:
    """All that a sentence can tell, and no more than it always has."""
    full = {**_FULL, **_OF.get(sentence.name, {})}
    return {name: full[name] for name in sentence.fields}, {
        name: _BARE[name] if name in _BARE else full[name] for name in sentence.fields
    }
