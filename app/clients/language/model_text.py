"""What counts of the text that a model's server sends: not the model's thoughts, and not its calls of tools.

Servers leave both in the text, each in the notation of its model. We offer no tools, so a call is never an answer.
"""

import re

_THOUGHTS = (
    r"(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|ant_?thinking|(?:begin|start|end)_of_thought"
    r"|(?:start|end)_thinking)"
)
_CALLS = r"(?:tool_?(?:calls?|use|code)(?:_section)?|function_?calls?|python_tag)"


def _tag(names: str, before: str = "", after: str = "") -> str:
    r"""A tag in any of its notations: <think>, <seed:think x="y">, <|START_THINKING|>, ◁think▷."""
    return rf"(?:[<◁]\s{{0,9}}{before}\s{{0,9}}[|｜]?(?:\w{{1,20}}[:｜])?{names}{after}(?:\b[^<>◁▷]{{0,100}})?[>▷])"


_FENCED = r"(?<![`\"'])"
"""What stands in quotes is spoken of."""
_OPENS = r"(?:(?:^|\n)\s*|(?<=[^\s`\"']))"
"""At the start of a line, or glued to a word: anywhere else it is a word among others."""
_THOUGHT = re.compile(
    rf"{_FENCED}(?:{_tag(_THOUGHTS, '/')}|(?-i:\[/THINK\])|<[|｜]end_(?:of_thought|thinking)[|｜]>|<unused95>|<channel\|>)",
    re.IGNORECASE,
)
_THINKS = re.compile(
    rf"{_OPENS}(?:{_tag(_THOUGHTS)}|(?-i:\[THINK\])|<unused94>|<\|channel>\s*thought\b|<details\b[^>]*\breasoning\b[^>]*>)",
    re.IGNORECASE,
)
_REASONED = re.compile(r"<details\b[^>]*\breasoning\b[^>]*>.*?</details>", re.IGNORECASE | re.DOTALL)
_FINAL = re.compile(r"<\|channel\|>\s*final[^<]*<\|message\|>")
_PLAIN_FINAL = re.compile(r"(?:assistant)?analysis(?=[^\sa-z])(?:.*assistantfinal)?", re.DOTALL)
"""The same notation after its marks were lost."""
_CALL = re.compile(
    rf"(?:{_tag(_CALLS, after='(?:[_▁]begin)?')}|<(?:function|invoke)(?:=| name=)[^>]{{0,100}}>)", re.IGNORECASE
)
_CALLED = re.compile(
    rf"(?:(?:{_tag(_CALLS, '/')}|</(?:function|invoke)>|{_tag(_CALLS, after='[_▁]end')})\s*)+", re.IGNORECASE
)
"""With what they stand in."""
_CALLS_TO_THE_END = re.compile(
    r"""
      \[TOOL_CALLS\] | <\|python_tag\|> | <[|｜](?:tool[_▁]calls?|｜?DSML)[^<>]*> | ```tool_code\b
    | (?:```\w*\s*)?\[?\s*\{\s*"(?:name|tool|tool_name|function|action)"\s*:\s*"[\w.:/-]+"\s*,\s*
      "(?:arguments|parameters|args|input|action_input|tool_input)"\s*:
    | (?:```\w*\s*)?\[?\s*\{\s*"(?:type"\s*:\s*"function"|function"\s*:\s*\{|tool_calls"\s*:)
    | ^Action:.*\n+Action\ Input: | \A\s*\[\w+\(.*\)\]\s*\Z
    """,
    re.VERBOSE | re.MULTILINE,
)
_MARK = re.compile(r"<[|｜][\w▁]+[|｜]>|<(?:start|end)_of_turn>|</?s>\s*$")


def answer_in(text: str) -> str:
    """The answer alone; "" when there is none, because the model was cut off while it thought, or only called tools."""
    return _MARK.sub("", _without_calls(_without_thoughts(text))).strip().strip("\ufeff")


def _without_thoughts(text: str) -> str:
    """Everything up to the last closing tag is thought, whether the opening one was sent or not; so is what follows one that
    is not closed.
    """
    if "<|channel|>" in text:
        final = list(_FINAL.finditer(text))
        return text[final[-1].end() :] if final else ""
    if lost := _PLAIN_FINAL.match(text):
        return text[lost.end() :] if lost[0].endswith("final") else ""
    text = _REASONED.sub("", text)
    closing = list(_THOUGHT.finditer(text))
    text = text[closing[-1].end() :] if closing else text
    opening = _THINKS.search(text)
    return text[: opening.start()] if opening else text


def _without_calls(text: str) -> str:
    if to_the_end := _CALLS_TO_THE_END.search(text):
        text = text[: to_the_end.start()]
    kept, at = [], 0
    while call := _CALL.search(text, at):
        kept.append(text[at : call.start()])
        end = _CALLED.search(text, call.end())
        at = end.end() if end else len(text)
    return "".join([*kept, text[at:]])


LONGEST_SHOWN = 20_000
_UNDECIDED = re.compile(
    r"(?:[<◁`][^<>◁▷]{0,60}|(?:^|\n)\s{0,9}(?:```\w{0,20}\s{0,9})?(?:\{|\[(?!THINK\]))[^\n]{0,300})\Z"
)
"""An end that may turn out to be a mark."""


class Growing:
    """What of a text can be shown while it still comes: the beginning of its answer."""

    def __init__(self) -> None:
        self._id, self._text, self._shown = "", "", ""

    def with_piece(self, message_id: str, piece: str) -> str:
        """What is new of the answer; "" when nothing is. Thoughts without an opening mark cannot be told from it yet."""
        if message_id != self._id:
            self._id, self._text, self._shown = message_id, "", ""
        self._text += piece
        if len(self._text) > LONGEST_SHOWN:
            return ""
        undecided = _UNDECIDED.search(self._text)
        answer = answer_in(self._text[: undecided.start()] if undecided else self._text)
        if not answer.startswith(self._shown):
            return ""
        new, self._shown = answer[len(self._shown) :], answer
        return new
