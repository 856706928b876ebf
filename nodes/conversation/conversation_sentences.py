"""What customers read in a conversation: small talk, questions, orders, offers of a refund, and when a case is handed over."""

from nodes.ports.wording import Sentence

GREETING = Sentence("chat.greeting", "Hello! I can look up an order or a refund for you. What is it about?")
FAREWELL = Sentence("chat.thanked", "You are welcome. Is there anything else I can do for you?")
ALL_RIGHT = Sentence("chat.all_right", "All right. Is there anything else I can do for you?")
GOODBYE = Sentence("chat.goodbye", "Goodbye, and have a nice day!")
TAKE_YOUR_TIME = Sentence("chat.take_your_time", "Take your time.")
WHO_I_AM = Sentence(
    "chat.who_i_am",
    "I am the shop's automated assistant: I look up orders and refunds, and answer questions about the shop. "
    'Write "a colleague", and I pass your message on to one. What is it about?',
)
HOW_I_AM = Sentence("chat.how_i_am", "I am fine, thank you. What can I do for you?")
NOT_UNDERSTOOD = Sentence(
    "chat.not_understood", "I did not understand that. I can look up an order or a refund for you."
)
OPENING = Sentence("chat.opening", "Thanks for getting in touch.")
"""In front of what the rules reply in a friendly tone."""

_MISSING = (
    "{% if lacks_order_id %}your order number{% endif %}{% if lacks_order_id and lacks_email %} and {% endif %}"
    "{% if lacks_email %}the e-mail address you ordered with{% endif %}"
)
DETAILS = Sentence(
    "ask.details",
    "I can {% if is_refund %}refund this{% else %}look this up{% endif %} for you. Please send me " + _MISSING + ".",
)
STUCK = Sentence(
    "ask.stuck",
    "Without " + _MISSING + " I cannot look this up. The order number stands in the mail that confirmed your order.",
)
IN_TOTAL = Sentence(
    "ask.in_total",
    "I see the refunds of one order at a time: send me its number, and I tell you what was paid back for it. A colleague can add up all "
    "your orders.",
)
NOT_FOUND = Sentence(
    "ask.not_found",
    "We could not find order {{ order_id }} under the e-mail address {{ email }}. "
    "Could you check both and send them again?",
)
WHICH_ORDER = Sentence(
    "ask.which_order",
    "Which order do you mean{% if orders %}: {% for order in orders %}{{ order.order_id }} ({{ order.things }})"
    "{{ ' or ' if not loop.last }}{% endfor %}?{% else %}? Please send me its number.{% endif %}",
)
WHICH_THING = Sentence(
    "ask.which_thing",
    'I do not find "{{ thing }}" in order {{ order_id }} ({{ things }}). Which order or which thing do you mean?',
)
HOW_MUCH = Sentence(
    "ask.how_much",
    "How much of the {{ refundable }} for order {{ order_id }} shall I refund? "
    'Please name one amount, or write "the full amount".',
)
IN_ITS_CURRENCY = Sentence(
    "ask.currency",
    "Order {{ order_id }} was paid in {{ currency }}, and up to {{ refundable }} can be refunded. "
    "Which amount in {{ currency }} shall I refund?",
)
SHALL_A_PERSON = Sentence("ask.person", "Shall I pass this on to a colleague?")
OR_A_PERSON = Sentence("ask.or_person", 'Or write "a colleague", and I pass this on.')
ONE_AT_A_TIME = Sentence(
    "ask.one_order", "I take one order at a time: please write again about {{ order_ids | join(' and ') }}."
)

WHICH_OTHER = Sentence(
    "ask.the_other", "I take one order at a time: please write again about the other one, with its number."
)

OFFER = Sentence(
    "offer.refund",
    "Shall I refund {{ amount }} for order {{ order_id }}{% if things %} ({{ things }}){% endif %} to your card? Yes or no?",
)
NO_ANSWER = Sentence("offer.no_answer", "I could not read that as a yes or a no.")
NOT_LATER = Sentence(
    "offer.not_later",
    'I cannot note this for later: nothing is refunded now. When you want the refund, write "please refund {{ order_id }}".',
)
CAN_BE_REFUNDED = Sentence(
    "offer.can_be_refunded",
    "Order {{ order_id }} was delivered {{ days }} days ago{% if is_asked %}, so yes{% endif %}: up to {{ refundable }} can be refunded.",
)
REFUNDED_BEFORE = Sentence(
    "offer.refunded_before",
    "For order {{ order_id }} we have refunded {{ refunded }} already{% if under_way %} (your bank has not confirmed all of it yet)"
    "{% endif %}.",
)
CHARGED = Sentence(
    "offer.charged", "We have taken {{ amount }} for order {{ order_id }}, and nothing else that I can see."
)
TO_THE_CARD = Sentence("offer.to_the_card", "A refund goes back to the card that paid, and nowhere else.")
LEFT = Sentence("offer.left", "All right: nothing is refunded{% if order_id %} for order {{ order_id }}{% endif %}.")
LEFT_PAID = Sentence(
    "offer.left_paid",
    "{{ refunded }} of order {{ order_id }} {% if under_way %}are on their way{% else %}went{% endif %} back to your card already, "
    "and I cannot stop that. Nothing more is refunded.",
)
NOT_THE_REST = Sentence("offer.not_the_rest", "I cannot do the rest myself.")

_PARCEL = "{% if carrier %} with {{ carrier }}{% endif %}{% if tracking_number %}, tracking number {{ tracking_number }}{% endif %}"
DELIVERED = Sentence(
    "order.delivered",
    "Order {{ order_id }} was delivered{% if delivered_at %} on {{ delivered_at }}{% endif %}" + _PARCEL + ".",
)
SHIPPED = Sentence(
    "order.shipped",
    "Order {{ order_id }} was shipped{% if shipped_at %} on {{ shipped_at }}{% endif %}" + _PARCEL + "."
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
    "(receipt {{ refund.receipt_id }}{% if refund.under_way %}, asked of your bank and not confirmed yet{% endif %})"
    "{{ '; ' if not loop.last }}{% endfor %}. It can take a few days until your bank shows it.",
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
