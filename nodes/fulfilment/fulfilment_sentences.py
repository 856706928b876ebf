"""What customers read about an order that is sent, or could not be."""

from nodes.ports.wording import Sentence

SENT = Sentence(
    "fulfilment.sent",
    "Your order {{ order_id }} is on its way{% if tracking_number %} with {{ carrier }}, tracking number {{ tracking_number }}"
    "{% endif %}. We have charged {{ charged }} to your card.",
)
NOT_SENT = Sentence(
    "fulfilment.not_sent",
    "We are sorry: we could not send your order {{ order_id }}. {% if not charged %}Nothing was charged."
    "{% elif is_paid_back %}{{ charged }} went back to the card.{% else %}{{ charged }} are charged.{% endif %}",
)
SUBJECTS = {
    "fulfilled": Sentence("fulfilment.sent.subject", "Your order {{ order_id }} is on its way"),
    "compensated": Sentence("fulfilment.not_sent.subject", "We could not send your order {{ order_id }}"),
}
