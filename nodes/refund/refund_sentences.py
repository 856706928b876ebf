"""What customers read about refunds."""

from nodes.ports.wording import Sentence

REQUEST = Sentence("refund.request", "refund of {{ amount }} for order {{ order_id }}")
"""What waits for an approval: the field `request` of other sentences."""
NEEDS_APPROVAL = Sentence(
    "refund.needs_approval",
    "Your {{ request }} needs the approval of a colleague. We will write to {{ email }} as soon as it is decided.",
)
PAID = Sentence(
    "refund.paid",
    "We have refunded {{ amount }}{% if requested %} of the requested {{ requested }}{% endif %} for order {{ order_id }} to the "
    "card it was paid with (receipt {{ receipt_id }}). It can take a few days until your bank shows it.",
)
UNDER_WAY = Sentence(
    "refund.under_way",
    "We have asked your bank to pay back {{ amount }}{% if requested %} of the requested {{ requested }}{% endif %} for order "
    "{{ order_id }} to the card it was paid with (receipt {{ receipt_id }}). It can take a few days until the bank has done so"
    "{% if requires_action %}; the payment provider may ask you for details first{% endif %}. "
    "We write to you if it does not go through.",
)
PAYOUT_FAILED = Sentence(
    "refund.payout_failed",
    "Your refund of {{ amount }} for order {{ order_id }} could not be paid out. A colleague "
    "{% if is_over %}has taken care of it{% else %}takes care of it and writes to you{% endif %}"
    "{% if ticket_id %} (ticket {{ ticket_id }}){% endif %}.",
)
REJECTED = Sentence(
    "refund.rejected",
    "Your request for a refund of {{ amount }} for order {{ order_id }} was not approved. The reason given: {{ reason }}",
)
WITHDRAWN = Sentence(
    "refund.withdrawn",
    "{% if is_by_customer %}As you asked, your{% else %}The{% endif %} request for a refund of {{ amount }} for order {{ order_id }} "
    "is withdrawn, and nothing was paid.{% if not is_by_customer %} The reason: {{ reason }}{% endif %}",
)
EXPIRED = Sentence(
    "refund.expired",
    "Your refund for order {{ order_id }} was not decided in time. A colleague takes care of it now (ticket {{ ticket_id }}).",
)
UNPAID = Sentence(
    "refund.unpaid",
    "Your refund for order {{ order_id }} is approved, and not paid yet. A colleague takes care of it now and writes to you "
    "(ticket {{ ticket_id }}).",
)
FAILED_LATER = Sentence(
    "refund.failed_later",
    "We wrote to you about the refund of {{ amount }} for order {{ order_id }}. The payment provider tells us now that the money "
    "could not be paid out. A colleague takes care of it and writes to you (ticket {{ ticket_id }}).",
)
CANNOT = Sentence("refund.cannot", "This cannot be refunded.")
SHALL_A_PERSON = Sentence("refund.person", "Shall I pass this on to a colleague, who can look at your case?")

NOT_MAILED = Sentence("refund.not_mailed", "(We could not send you an e-mail about it.)")

SUBJECTS = {
    "refunded": Sentence("refund.paid.subject", "Your refund for order {{ order_id }}"),
    "rejected": Sentence("refund.rejected.subject", "About your refund request for order {{ order_id }}"),
    "withdrawn": Sentence("refund.withdrawn.subject", "Your refund request for order {{ order_id }} is withdrawn"),
    "expired": Sentence("refund.expired.subject", "Your refund request for order {{ order_id }}"),
    "escalated": Sentence("refund.unpaid.subject", "Your refund request for order {{ order_id }}"),
    "failed": Sentence("refund.failed_later.subject", "Your refund for order {{ order_id }} did not go through"),
}

UNKNOWN_ORDER = Sentence(
    "refund.unknown_order",
    "We could not find order {{ order_id }} under the e-mail address {{ email }}. Please check both.",
)
A_MOMENT_AGO = Sentence(
    "refund.paid_a_moment_ago",
    "{{ amount }} of order {{ order_id }} were refunded a moment ago (receipt {{ receipt_id }}"
    "{% if under_way %}; your bank has not confirmed it yet{% endif %}). "
    "If another refund of the same amount is meant, please say so.",
)

ALREADY_REFUNDED = Sentence(
    "refund.already_refunded",
    "Order {{ order_id }} is already refunded: all {{ captured }} that were paid "
    "{% if under_way %}are on their way{% else %}went{% endif %} back to the card"
    "{% if refunds %} ({{ refunds }}){% endif %}.",
)
FINAL_SALE = Sentence(
    "refund.final_sale",
    "Order {{ order_id }} was a final sale, and final-sale items cannot be refunded.",
)
NOT_DELIVERED = Sentence(
    "refund.not_delivered",
    "Only delivered orders can be refunded, and order {{ order_id }} is {{ status }}, not delivered yet.",
)
RETURN_WINDOW = Sentence(
    "refund.return_window",
    "Order {{ order_id }} was delivered {{ days }} days ago, which is outside the {{ window }}-day return window.",
)
NOTHING_PAID = Sentence(
    "refund.nothing_paid",
    "Nothing was charged for order {{ order_id }}, so there is nothing to refund.",
)
NOT_AN_AMOUNT = Sentence("refund.not_an_amount", "A refund has to be for an amount above zero.")
BALANCE = Sentence(
    "refund.balance",
    "Only {{ refundable }} of order {{ order_id }} can still be refunded: {{ captured }} were paid, {{ refunded }} already "
    "refunded, and {{ asked }} were asked for.",
)
