"""Of what a model's server sends only the answer counts."""

import time

import pytest

from app.clients.language.model_text import Growing, answer_in

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
    ("Hello.\n<think>Was that right? I", "Hello."),
    ("<think>one</think>Hello.<think>two", "Hello."),
    ("[THINK]Refund?[/THINK]Hello.", "Hello."),
    ("<seed:think>Refund?</seed:think>Hello.", "Hello."),
    ("<|START_THINKING|>Refund?<|END_THINKING|><|START_RESPONSE|>Hello.<|END_RESPONSE|>", "Hello."),
    ("◁think▷Refund?◁/think▷Hello.", "Hello."),
    ("<|begin_of_thought|>Refund?<|end_of_thought|>Hello.", "Hello."),
    ("<unused94>thought\nRefund?<unused95>Hello.", "Hello."),
    ("<|channel>thought\nRefund?<channel|>Hello.", "Hello."),
    ("analysisRefund?assistantfinalHello.", "Hello."),
    ("analysisRefund?", ""),
    ('<details type="reasoning" done="true"><summary>Thought</summary>Refund?</details>\nHello.', "Hello."),
    ('<think effort="low">Refund?', ""),
    ("<scratchpad>Refund?</scratchpad>Hello.", "Hello."),
    ("Hello.<|tool_calls_section_begin|><|tool_call_begin|>functions.refund:0<|tool_call_end|>", "Hello."),
    ('Hello.<function_calls><invoke name="refund">39</invoke></function_calls>', "Hello."),
    ('Hello.<minimax:tool_call><invoke name="refund">39</invoke></minimax:tool_call>', "Hello."),
    ('Hello.<｜DSML｜function_calls><｜DSML｜invoke name="refund">39', "Hello."),
    ("Hello.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>refund", "Hello."),
    ('{"name": "refund", "parameters": {"cents": 3950}}', ""),
    ('[{"name": "refund", "arguments": {"cents": 3950}}]', ""),
    ('Hello.\n```json\n{"name": "refund", "arguments": {"cents": 3950}}\n```', "Hello."),
    ("Hello.\n```tool_code\nrefund(3950)\n```", "Hello."),
    ("[refund(cents=3950)]", ""),
    ('Hello.\nAction: refund\nAction Input: {"cents": 3950}', "Hello."),
    ("Use the tag <think> in the prompt.", "Use the tag <think> in the prompt."),
    ("End it with `</think>`.", "End it with `</think>`."),
    ("[Thinking] is hard, see [1].", "[Thinking] is hard, see [1]."),
    ("Call <function> with the amount.", "Call <function> with the amount."),
    ('{"name": "Ada", "quote": "analysis of the year"}', '{"name": "Ada", "quote": "analysis of the year"}'),
    ("Hello.<|im_end|>", "Hello."),
    ("Hello.</s>", "Hello."),
    ("\ufeffHello.", "Hello."),
    ("Reply to <ada@example.com>, order <12346>.", "Reply to <ada@example.com>, order <12346>."),
    ("I think </b> is a tag.", "I think </b> is a tag."),
]


@pytest.mark.parametrize(("sent", "answer"), ANSWERS)
def test_thoughts_and_tool_calls_are_no_answer(sent: str, answer: str) -> None:
    assert answer_in(sent) == answer


@pytest.mark.parametrize(
    "piece",
    [
        "<think>",
        "</think>",
        "<tool_call>",
        "<|channel|>final",
        "<|",
        "[TOOL_CALLS]",
        "<function=",
        "< ",
        "[{",
        "[a(",
        "```",
    ],
)
def test_a_megabyte_of_tags_costs_no_time(piece: str) -> None:
    begun = time.process_time()
    answer_in(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begun < 20


def grown(text: str, size: int) -> list[str]:
    growing = Growing()
    return [said for at in range(0, len(text), size) if (said := growing.with_piece("1", text[at : at + size]))]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    "text",
    [
        "Hello, order 12346.",
        "<think>Refund? No.</think>Hello, order 12346.",
        "[THINK]Refund? No.[/THINK]Hello, order 12346.",
        'Hello, order 12346.\n<tool_call>{"name": "refund"}</tool_call>',
        'Hello, order 12346.\n{"name": "refund", "arguments": {}}',
        "Hello, order 12346.\n<think>Was that",
    ],
)
def test_while_it_comes_no_thought_and_no_call_is_shown(text: str, size: int) -> None:
    """Whole at the end but for what may still become a mark, and never a piece of one."""
    assert "".join(grown(text, size)) == "Hello, order 12346."


def test_another_message_begins_anew() -> None:
    growing = Growing()
    assert [growing.with_piece("1", "Hello"), growing.with_piece("2", "Hello"), growing.with_piece("2", " Ada")] == [
        "Hello",
        "Hello",
        " Ada",
    ]
