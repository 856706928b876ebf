"""Of what a model's server sends only the answer counts."""

import time

import pytest

from app.clients.language.model_text import answer_in

ANSWERS = [
    # (what the server sends, the answer)
    ("Hello.", "Hello."),
    ("<think>Refund? No.</think>Hello.", "Hello."),
    ("<Thinking>\nRefund?\n</Thinking>\n\nHello.", "Hello."),
    ("He wants a refund. I say hello.</think>\nHello.", "Hello."),
    ("<think>one</think><think>two</think>Hello.", "Hello."),
    ("<think>cut off while it thou", ""),
    ("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>", "Hello."),
    ("<|channel|>analysis<|message|>Hm", ""),
    ('<tool_call>{"name": "refund", "arguments": {"cents": 3950}}</tool_call>', ""),
    ('Hello.\n<tool_call>{"name": "refund"}</tool_call>\n<tool_call>{"name": "mail"}', "Hello."),
    ("<function=refund>{}</function>Hello.", "Hello."),
    ('[TOOL_CALLS][{"name": "refund"}]', ""),
    ("<|python_tag|>refund(3950)", ""),
    ("Hello.<|im_end|>", "Hello."),
    ("Hello.</s>", "Hello."),
    ("Reply to <ada@example.com>, order <12346>.", "Reply to <ada@example.com>, order <12346>."),
    ("I think </b> is a tag.", "I think </b> is a tag."),
]


@pytest.mark.parametrize(("sent", "answer"), ANSWERS)
def test_thoughts_and_tool_calls_are_no_answer(sent: str, answer: str) -> None:
    assert answer_in(sent) == answer


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "<tool_call>", "<|channel|>final", "<|", "[TOOL_CALLS]", "<function="]
)
def test_a_megabyte_of_tags_costs_no_time(piece: str) -> None:
    begun = time.process_time()
    answer_in(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begun < 20
