"""What customers read in a conversation about orders, and when a case is handed over."""

from nodes.ports.wording import Sentence

DELIVERED = Sentence(
    "order.delivered",
    "Order {{ order_id }} was delivered on {{ delivered_at }}"
    "{% if tracking_number %} with {{ carrier }}, tracking number {{ tracking_number }}{% endif %}.",
)
SHIPPED = Sentence(
    "order.shipped",
    "Order {{ order_id }} was shipped on {{ shipped_at }}"
    "{% if tracking_number %} with {{ carrier }}, tracking number {{ tracking_number }}{% endif %}."
    "{% if expected_at %} It is expected on {{ expected_at }}.{% endif %}",
)
CANCELLED = Sentence("order.cancelled", "Order {{ order_id }} was cancelled.")
PLACED = Sentence("order.placed", "Order {{ order_id }} was placed on {{ placed_at }} and has not been shipped yet.")
NO_REFUND = Sentence(
    "order.no_refund",
    'There is no refund for order {{ order_id }} yet. If you want one, write "please refund {{ order_id }}".',
)
REFUNDS = Sentence(
    "order.refunds",
    "For order {{ order_id }} we have refunded {% for refund in refunds %}{{ refund.amount }} on {{ refund.day }} "
    "(receipt {{ refund.receipt_id }}){{ '; ' if not loop.last }}{% endfor %}. It can take a few days until your bank shows it.",
)

HANDED_OVER_LATE = Sentence(
    "handover.expired",
    "Nobody could decide on your refund for order {{ order_id }} in time. A colleague takes care of it now (ticket {{ ticket }}).",
)
UNFINISHED = Sentence(
    "handover.unfinished", "This could not be finished: {{ problem }}. It is ticket {{ ticket }} now."
)
NOT_PAID = Sentence(
    "handover.not_paid",
    "The refund could not be paid: {{ problem }}. A colleague takes care of it now and writes to you (ticket {{ ticket }}).",
)
FAILED = Sentence(
    "handover.failed",
    "Something went wrong on our side. A colleague takes care of your request now and writes to you (ticket {{ ticket }}).",
)
ADDED = Sentence("handover.added", "I have added this to ticket {{ ticket }}; a colleague will get back to you.")
_PASSED_ON = {
    "en": "I have passed this on to a colleague, who will get back to you (ticket {{ ticket }}).",
    "de": "Das habe ich an eine Kollegin oder einen Kollegen weitergegeben. Sie bekommen bald eine Antwort (Vorgang {{ ticket }}).",
    "es": "He pasado su mensaje a un compañero, que le responderá pronto (caso {{ ticket }}).",
    "fr": "J'ai transmis votre message à un collègue, qui vous répondra bientôt (dossier {{ ticket }}).",
    "ja": "担当者に引き継ぎました。折り返しご連絡いたします（受付番号 {{ ticket }}）。",
    "it": "Ho passato il suo messaggio a un collega, che le risponderà presto (pratica {{ ticket }}).",
    "nl": "Ik heb uw bericht doorgegeven aan een collega, die u snel antwoordt (zaak {{ ticket }}).",
    "pl": "Przekazałem Pana/Pani wiadomość współpracownikowi, który wkrótce odpowie (zgłoszenie {{ ticket }}).",
    "pt": "Passei a sua mensagem a um colega, que lhe responderá em breve (caso {{ ticket }}).",
    "ru": "Я передал ваше сообщение сотруднику, он скоро вам ответит (обращение {{ ticket }}).",
    "tr": "Mesajınızı bir çalışma arkadaşıma ilettim; kısa süre içinde size yanıt verecek (kayıt {{ ticket }}).",
    "zh": "我已将您的消息转交给同事，他们会尽快回复您（工单 {{ ticket }}）。",
}
PASSED_ON = {code: Sentence(f"handover.passed_on.{code}", text) for code, text in _PASSED_ON.items()}
"""By the language of the message."""
