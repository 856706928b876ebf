"""What customers read while a request of theirs waits for an approval."""

from nodes.ports.wording import Sentence

STILL_WAITS = Sentence(
    "waiting.until",
    "Your {{ request }} still waits for an approval"
    "{% if is_late %}. Its deadline was {{ until }}; a colleague will take care of it."
    "{% else %}, until {{ until }} at the latest.{% endif %}",
)
KEPT = Sentence("waiting.kept", "I have kept your message; write again when that is decided, and I read both.")
DECIDED_BY_A_PERSON = Sentence("waiting.why", "A request like yours is decided by a person, not by a program.")
HOW_TO_WITHDRAW = Sentence("waiting.how_to_withdraw", 'To take the request back, write "cancel my request".')
NOTHING_BEGUN = Sentence("waiting.nothing_begun", "Nothing else was begun; ask again when that is decided.")
NOT_YOURS = Sentence(
    "waiting.not_yours", "This conversation belongs to another customer. Please begin one of your own."
)
PASSED_ON = Sentence("waiting.passed_on", "I have passed your message on to a colleague (ticket {{ ticket }}).")
ANSWER_PASSED_ON = Sentence("waiting.answer_passed_on", "Thank you, I have passed your answer on.")

QUESTION = Sentence(
    "waiting.question",
    "Before your {{ request }} can be decided, a colleague would like to know:\n\n  {{ question }}\n\n"
    "{% if in_conversation %}Answer in the conversation{% else %}Answer this e-mail{% endif %}. It is decided by {{ until }}.",
)
QUESTION_SUBJECT = Sentence("waiting.question.subject", "A question about your {{ request }}")
CLOSED = Sentence(
    "waiting.closed",
    "Your request for a {{ request }} was closed without a decision. Nothing was done. "
    "{% if ticket %}A colleague takes care of it now and writes to you (ticket {{ ticket }})."
    "{% else %}Write to us again if you still want it.{% endif %}",
)
CLOSED_SUBJECT = Sentence("waiting.closed.subject", "Your request: {{ request }}")
