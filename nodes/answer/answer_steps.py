"""Answer a question from the knowledge folder, with citations that code has checked."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from langchain_core.messages import HumanMessage
from pydantic import Field
from typing_extensions import TypedDict

from nodes.answer.answer_sentences import UNKNOWN, WELCOME
from nodes.answer.citations import invented_figures, occurs
from nodes.answer.left_out import left_out_of, with_note
from nodes.conversation.messages import Message, in_context, transcript
from nodes.ports import services
from nodes.ports.knowledge import Found, LeftOut, Passage
from nodes.ports.language import Intent, Language, Sentence
from nodes.run_start import RunStart, run_start
from nodes.shop_words import worded
from nodes.spare_language import ModelFailed, language_for

MOST_PASSAGES = 14
TRIES = 2
"""After one failed validation the answer is written again; after a second one the reply is "I don't know"."""


class Citation(TypedDict):
    passage_id: str
    quote: str


class Asked(TypedDict, total=False):
    messages: list[Message]
    question: str
    turn: int
    outcome: str | None


class Recorded(RunStart):
    model_failed: bool
    messages: list[HumanMessage]
    turn: int
    intent: Intent
    wants_human: bool
    small_talk: bool


class Sought(TypedDict, total=False):
    messages: list[Message]
    question: str
    knowledge_dir: str | None


class Retrieved(TypedDict):
    sought: str
    left_out: LeftOut
    passages: list[Found]
    sentences: list[Sentence]
    citations: list[Citation]
    tries: int
    problem: str


class Material(ModelFailed, total=False):
    sought: str
    passages: list[Found]
    tries: int
    problem: str


class Drafted(TypedDict):
    sentences: list[Sentence]
    tries: int


class Unread(TypedDict, total=False):
    knowledge_dir: str | None
    left_out: LeftOut


class Claimed(Unread, total=False):
    passages: list[Found]
    sentences: list[Sentence]
    tries: int


class Checked(TypedDict, total=False):
    problem: str
    citations: list[Citation]
    outcome: Literal["answered"]
    say: str


class Judged(TypedDict, total=False):
    sentences: list[Sentence]
    problem: str
    tries: int
    outcome: str | None


class Unknown(TypedDict):
    outcome: Literal["unanswered"]
    say: str
    citations: list[Citation]


Kind = Literal["question", "small_talk", "human"]


async def classify_question(state: Asked) -> Recorded:
    """What kind of message this is, and a clean start for its answer."""
    return await _recorded(state, services().language)


async def classify_question_by_rules(state: Asked) -> Recorded:
    """The same without the model, which does not answer."""
    return {**await _recorded(state, services().rules), "model_failed": True}


_ASKS_FOR_A_CONTACT = re.compile(
    r"^\W*(?:what(?:['’]s| is| are)|which|where (?:is|are|do i find)|do you have|is there)\b.*\b(?:numbers?|address|e-?mail|hotline)\b",
    re.IGNORECASE,
)
"""The pages may tell it: a person is offered when they do not."""


async def _recorded(state: Asked, language: Language) -> Recorded:
    question, earlier = state["question"], transcript(state.get("messages") or [])
    said = await language.classify(question, history=earlier)
    wants_human = said["wants_human"] and not _ASKS_FOR_A_CONTACT.match(question)
    return {
        "messages": [HumanMessage(question)],
        "turn": state.get("turn", 0) + 1,
        "intent": said["intent"],
        "wants_human": wants_human or (state.get("outcome") == "unanswered" and said.get("agrees", False)),
        "small_talk": said["small_talk"],
        "model_failed": False,
        **run_start(),
    }


async def kind(state: Recorded) -> Kind:
    if state["wants_human"]:
        return "human"
    return "small_talk" if state["small_talk"] else "question"


async def greet_asker(_: Asked) -> dict[str, Any]:
    """Answer a greeting or a thank-you."""
    return {"outcome": "resolved", "say": worded(WELCOME)}


async def retrieve(state: Sought) -> Retrieved:
    """The passages that are about the question, together with the one that it goes on with, or else by itself.

    What an earlier question left in the state is cleared.
    """
    sought, folder = in_context(state["question"], state.get("messages") or []), state.get("knowledge_dir") or None
    found = await services().knowledge.search(sought, MOST_PASSAGES, folder=folder)
    if not found and sought != state["question"]:
        sought = state["question"]
        found = await services().knowledge.search(sought, MOST_PASSAGES, folder=folder)
    return {
        "sought": sought,
        "left_out": await left_out_of(folder),
        "passages": found,
        "sentences": [],
        "citations": [],
        "tries": 0,
        "problem": "",
    }


async def found(state: Retrieved) -> Literal["passages", "nothing"]:
    return "passages" if state["passages"] else "nothing"


async def generate(state: Material) -> Drafted:
    """Answer from the passages, every sentence with the words that support it."""
    problem = state.get("problem") or ""
    sentences = await language_for(state).answer(state["sought"], state["passages"], problem=problem)
    return {"sentences": sentences, "tries": state.get("tries", 0) + 1}


async def validate(state: Claimed) -> Checked:
    """Check by code that every sentence quotes words of a passage of this run."""
    passages, sentences = state["passages"], state["sentences"]
    known = {passage["id"]: passage for passage in passages}
    problems = [problem for each in sentences if (problem := _problem_of(each, known))]
    if problems or not sentences:
        return {"problem": " ".join(problems)}
    return {
        "problem": "",
        "citations": [Citation(passage_id=each["passage_id"], quote=each["quote"]) for each in sentences],
        "outcome": "answered",
        "say": with_note(_worded(sentences, known), state.get("left_out"), state.get("knowledge_dir")),
    }


async def validity(state: Judged) -> Literal["valid", "invalid", "unknown"]:
    """What happens to an answer. Without any sentence, the passages do not answer."""
    if not state["sentences"]:
        return "unknown"
    if not state["problem"]:
        return "valid"
    return "invalid" if state["tries"] < TRIES else "unknown"


async def admit(state: Unread) -> Unknown:
    """Say that the pages do not answer, and offer a human."""
    return {
        "outcome": "unanswered",
        "say": with_note(worded(UNKNOWN), state.get("left_out"), state.get("knowledge_dir")),
        "citations": [],
    }


def _problem_of(sentence: Sentence, known: dict[str, Found]) -> str:
    """What is wrong with a sentence; "" when nothing is."""
    passage = known.get(sentence["passage_id"])
    if passage is None:
        return f'"{sentence["text"]}" cites a passage that was not given.'
    if not sentence["text"].strip():
        return "A sentence is empty."
    if not occurs(sentence["quote"], passage["text"]):
        return f'The quote "{sentence["quote"]}" is not in its passage.'
    if figures := invented_figures(sentence["text"], passage["title"], passage["heading"], passage["text"]):
        return f'"{sentence["text"]}" has figures that its passage does not have: {", ".join(figures)}.'
    return ""


def _worded(sentences: Sequence[Sentence], known: dict[str, Found]) -> str:
    """The sentences with a number for each passage, and the passages below."""
    numbers = {name: at for at, name in enumerate(dict.fromkeys(each["passage_id"] for each in sentences), start=1)}
    said = " ".join(f"{each['text'].strip()} [{numbers[each['passage_id']]}]" for each in sentences)
    sources = "\n".join(f"[{at}] {_named(known[name])}" for name, at in numbers.items())
    return f"{said}\n\n{sources}"


def _named(passage: Passage) -> str:
    heading = f", {passage['heading']}" if passage["heading"] not in ("", passage["title"]) else ""
    return f"{passage['title']}{heading} ({passage['source']})"


Question = Annotated[
    str,
    Field(title="Question", description="Like: how long do I have to return an item?", min_length=1, max_length=2000),
]
