"""Every sentence that a shop can put into its own words, by its name."""

from itertools import chain

from nodes.answer import answer_sentences
from nodes.approvals import approval_sentences
from nodes.conversation import conversation_sentences
from nodes.fulfilment import fulfilment_sentences
from nodes.ports.wording import Sentence
from nodes.refund import refund_sentences

PLACES = (answer_sentences, approval_sentences, conversation_sentences, fulfilment_sentences, refund_sentences)


def _in(value: object) -> list[Sentence]:
    values = value.values() if isinstance(value, dict) else [value]
    return [one for one in values if isinstance(one, Sentence)]


SENTENCES = {
    one.name: one for one in chain.from_iterable(_in(value) for place in PLACES for value in vars(place).values())
}
