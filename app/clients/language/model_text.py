"""What counts of the text that a model's server sends: not the model's thoughts, and not its calls of tools.

Servers leave both in the text, each in the notation of its model. We offer no tools, so a call is never an answer.
"""

import re

_THINKS = re.compile(r"<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_FINAL = re.compile(r"<\|channel\|>\s*final[^<]*<\|message\|>")
_CALL = re.compile(
    r"<(tool_call|function_call|tool_use)>|<function=[^>]{0,100}>|<\|tool_calls?(?:_begin)?\|>", re.IGNORECASE
)
_CALLED = re.compile(r"</(?:tool_call|function_call|tool_use|function)>|<\|tool_calls?_end\|>", re.IGNORECASE)
_CALLS_TO_THE_END = ("[TOOL_CALLS]", "<|python_tag|>", "<｜tool▁calls▁begin｜>")
_MARK = re.compile(r"<\|[a-z_]+\|>|</s>\s*$")


def answer_in(text: str) -> str:
    """The answer alone; "" when there is none, because the model was cut off while it thought, or only called tools."""
    return _MARK.sub("", _without_calls(_without_thoughts(text))).strip()


def _without_thoughts(text: str) -> str:
    """Everything up to the last closing tag is thought, whether the opening one was sent or not."""
    if "<|channel|>" in text:
        final = list(_FINAL.finditer(text))
        return text[final[-1].end() :] if final else ""
    closing = list(_THOUGHT.finditer(text))
    if closing:
        return text[closing[-1].end() :]
    return "" if _THINKS.match(text.lstrip()) else text


def _without_calls(text: str) -> str:
    for mark in _CALLS_TO_THE_END:
        text = text.partition(mark)[0]
    kept, at = [], 0
    while call := _CALL.search(text, at):
        kept.append(text[at : call.start()])
        end = _CALLED.search(text, call.end())
        at = end.end() if end else len(text)
    return "".join([*kept, text[at:]])
