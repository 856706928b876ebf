"""Language from a chat model: any server that speaks OpenAI's protocol.

The model's words are never taken on trust: details that do not stand in the message are dropped, and a reworded reply
that lost or gained a fact is replaced by the text it was made from. Replies and summaries stream to LangGraph's
`stream_mode="messages"`; JSON answers do not. A reply that is replaced has been streamed by then: the returned text is
the one that counts, and a surface that shows tokens has to show it afterwards when the two differ.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAuthenticationError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
)
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI
from langgraph.constants import TAG_NOSTREAM
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator

from app.clients.language import grounding, prompts
from app.clients.language.acts import act_of, demand_of
from app.clients.language.excerpt import excerpt
from app.clients.language.foreign import foreign_language
from app.clients.language.prompts import Prompt
from app.clients.language.request_grammar import agrees, is_detail, own_address
from app.clients.web.locations import hidden, shown
from app.settings import Settings
from nodes.ports.errors import Final, LanguageUnavailable, MalformedAnswer, NotConfigured, SwitchboardError
from nodes.ports.knowledge import Found
from nodes.ports.language import (
    Act,
    Brief,
    Classification,
    Details,
    Evidence,
    Finding,
    Intent,
    Mark,
    Report,
    Section,
    Sentence,
    Statement,
)
from nodes.ports.sources import Page

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"  # servers on one's own machine want no key; the client insists on sending one
TIMEOUT_S = 25.0  # below the policy's limit for a step with a model, so that its own message is the one that is read
SCHEMA_REFUSED = (400, 404, 422)
KEY_REFUSED = (401, 402, 403)
TEMPORARY = (408, 409, 425, 429)
MOST_FINDINGS = 8  # of one source
CUT_OFF = ("length", "content_filter")
ONE_CALL_PER_CONNECTION = {
    "Connection": "close"
}  # the client pools across event loops, and a pooled one fails in the next
QUIETLY: RunnableConfig = {"tags": [TAG_NOSTREAM]}

Shape = TypeVar("Shape", bound=BaseModel)


class Judgement(BaseModel):
    """What the model is asked for when it classifies."""

    intent: Intent
    wants_human: bool
    asks_progress: bool
    small_talk: bool
    act: Act = "unclear"


class Claims(BaseModel):
    """What the model says a message states, before it is checked."""

    order_ids: list[str]
    emails: list[str]
    amounts: list[str]
    reason: str

    @field_validator("order_ids", "amounts", mode="before")
    @classmethod
    def _numbers_as_text(cls, values: Any) -> Any:
        if not isinstance(values, list):
            return values
        return [str(value) if isinstance(value, int | float) else value for value in values]

    @field_validator("reason", mode="before")
    @classmethod
    def _none_is_no_reason(cls, value: Any) -> Any:
        return "" if value is None else value


class Verdict(BaseModel):
    """How a draft does by one criterion."""

    score: float
    feedback: str

    @field_validator("score")
    @classmethod
    def _between_0_and_1(cls, value: float) -> float:
        if not 0 <= value <= 1:
            raise ValueError("a score is a number from 0 to 1")
        return value


class Verdicts(BaseModel):
    """What the model is asked for when it judges a draft."""

    faithfulness: Verdict
    clarity: Verdict
    tone: Verdict


class Claimed(BaseModel):
    """A sentence of an answer, and the words that it rests on."""

    text: str
    passage: int
    quote: str


class Statements(BaseModel):
    """What the model answers a question with."""

    sentences: list[Claimed]


def at_most(items: int) -> Any:
    """Tells the server where to stop. An answer with more is no worse: what is too much is left out."""
    return Field(json_schema_extra={"maxItems": items})


class Queries(BaseModel):
    """What the model would search for."""

    queries: list[str] = at_most(6)


class Noted(BaseModel):
    """What the model says that a source says."""

    claim: str
    quote: str
    relevance: float

    @field_validator("relevance")
    @classmethod
    def _from_0_to_1(cls, value: float) -> float:
        return min(max(value, 0.0), 1.0)


class Notes(BaseModel):
    """What the model notes about a source."""

    findings: list[Noted] = at_most(MOST_FINDINGS)


class Rested(BaseModel):
    """A sentence of a report, and the numbers of the evidence that it rests on."""

    text: str
    evidence: list[int] = at_most(6)


class Part(BaseModel):
    """A section of a report."""

    heading: str
    statements: list[Rested] = at_most(8)


class Written(BaseModel):
    """The model's report."""

    answered: bool
    summary: list[Rested] = at_most(4)
    sections: list[Part] = at_most(5)


class Answer(NamedTuple):
    text: str
    whole: bool  # not cut off by a limit


class Chat(ChatOpenAI):
    """Keeps what a provider says that an answer costs; the client leaves it out of an answer that streams."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        piece = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        cost = (chunk.get("usage") or {}).get("cost")
        if piece and cost is not None:
            piece.message.response_metadata["token_usage"] = {"cost": [cost]}  # pieces of a stream are put together
        return piece


def _act(judged: Act, message: str) -> Act:
    """Money moves on the words themselves: a request is what the rules read as one, and the model does not deny."""
    plainly = act_of(message)
    if plainly == "request":
        return "request" if judged in ("request", "unclear") else judged
    return "unclear" if judged == "request" else judged


class SchemaRefused(Exception):
    """The server turned the request away as it stood; whether because of the schema, the next request tells."""


class ChatLanguage:
    """Implements nodes.ports.Language and Evaluator. One instance remembers whether its server can be held to a JSON schema."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = TIMEOUT_S,
        max_tokens: int | None = None,
    ) -> None:
        """`timeout_s`: how long the server may stay silent. Nothing is sent before a call."""
        if not api_key and not base_url:
            raise NotConfigured(
                "The model needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that wants none."
            )
        if base_url and not re.match(r"https?://[^/]", base_url):
            raise NotConfigured(
                f"OPENAI_BASE_URL is {shown(base_url)!r}; it has to start with http:// or https://. Correct it."
            )
        self.model, self.lacks_schema = model, False
        self._address = base_url or OPENAI
        self._server = shown(self._address)  # for messages
        place, _, query = self._address.partition("?")
        common: dict[str, Any] = {
            "model": model,
            "api_key": SecretStr(api_key or NO_KEY),
            "base_url": place,
            "default_query": dict(parse_qsl(query)),
            "timeout": timeout_s,
            "stream_chunk_timeout": timeout_s,
            "max_tokens": max_tokens,
            "max_retries": 0,
            "default_headers": ONE_CALL_PER_CONNECTION,
        }
        self._speaking = Chat(**common, stream_usage=True)
        self._judging = Chat(**common, temperature=0, disable_streaming=True)

    @classmethod
    def from_settings(cls, settings: Settings, *, model: str | None = None) -> Self:
        """The configured model, or another one on the same server. Raises NotConfigured."""
        name = model or settings.model
        if not name:
            raise NotConfigured("No model is configured: set SWITCHBOARD_MODEL to its name.")
        key = settings.openai_api_key
        return cls(name, api_key=key.get_secret_value() if key else None, base_url=settings.openai_base_url)

    async def greet(self) -> None:
        """Ask for one token. Raises LanguageUnavailable, NotConfigured, Final."""
        try:
            await self._speaking.bind(max_tokens=1).ainvoke("Hello", QUIETLY)
        except Exception as error:
            raise self._translated(error) from error

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        """Raises LanguageUnavailable, MalformedAnswer, NotConfigured; so do the other methods, where they apply."""
        judged = await self._ask(Judgement, prompts.classify(message, history))
        return Classification(
            intent=judged.intent,
            wants_human=judged.wants_human,
            asks_progress=judged.asks_progress,
            small_talk=judged.small_talk,
            act=_act(judged.act, message),
            is_detail=is_detail(message),
            agrees=agrees(message),
        )

    async def extract(self, message: str) -> Details:
        """What the message states; whatever the model made up is dropped. Amounts in words are not recognised."""
        claims = await self._ask(Claims, prompts.extract(message))
        order_ids = grounding.order_ids(claims.order_ids, message)
        return Details(
            order_ids=order_ids,
            emails=grounding.emails(claims.emails, message),
            amounts_cents=grounding.amounts_cents(claims.amounts, message, order_ids),
            reason=grounding.reason(claims.reason, message),
            own_email=own_address(message),
            demand=demand_of(message),
        )

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        """`facts["say"]` in another tone, in the shop's or the customer's language; word for word when the model would change
        a fact. The signature ends it."""
        say, signature = str(facts["say"]), signature.strip()
        message = str(facts.get("question") or "")
        language = str(facts.get("language") or "") or await asyncio.to_thread(foreign_language, message)
        style = str(facts.get("style") or "")
        answer = await self._speak(prompts.reply(say, tone, signature, language, message=message, style=style))
        body = answer.text.removesuffix(signature).strip()
        chosen = body if answer.whole and grounding.faithful(say, body) else say
        return f"{chosen}\n\n{signature}" if signature else chosen

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """Whether the quotes stand in their passages is for the workflow to check."""
        texts = [f"{one['title']}: {one['heading']}\n{one['text']}" for one in passages]
        said = await self._ask(Statements, prompts.answer(question, texts, problem))
        ids = dict(enumerate((one["id"] for one in passages), start=1))
        return [
            Sentence(text=each.text, passage_id=ids.get(each.passage, ""), quote=each.quote) for each in said.sentences
        ]

    async def queries(self, topic: str, limit: int) -> list[str]:
        """The topic itself is always among them."""
        planned = await self._ask(Queries, prompts.queries(topic, limit))
        wanted = [" ".join(each.split()) for each in (topic, *planned.queries)]
        first_spelling = {each.casefold(): each for each in reversed(wanted) if each}
        return [first_spelling[key] for key in dict.fromkeys(each.casefold() for each in wanted if each)][:limit]

    async def study(self, topic: str, page: Page) -> list[Finding]:
        """Whether the quotes stand in the page is for the workflow to check."""
        text = excerpt(topic, page["text"])
        notes = await self._ask(Notes, prompts.study(topic, page["title"], text, MOST_FINDINGS))
        found = [Finding(claim=one.claim, quote=one.quote, relevance=one.relevance) for one in notes.findings]
        return sorted(found, key=lambda one: -one["relevance"])[:MOST_FINDINGS]

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """Whether the statements hold is for the workflow to check."""
        written = await self._ask(Written, prompts.report(topic, evidence, problem))
        summary = [_statement(one) for one in written.summary]
        return Report(
            answer=" ".join(one["text"] for one in summary) or None if written.answered else None,
            note=f"Written by the model {self.model}.",
            summary=summary,
            sections=[
                Section(heading=part.heading, statements=[_statement(one) for one in part.statements])
                for part in written.sections
            ],
        )

    async def summarise(self, transcript: Sequence[str]) -> str:
        summary = (await self._speak(prompts.summarise(transcript))).text
        if not summary:
            raise MalformedAnswer(f"The model {self.model} answered with an empty summary. Try again.")
        return summary

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """The text as the model wrote it; a brief's bounds are for the rubric to check."""
        draft = (await self._speak(prompts.draft(brief, feedback, previous))).text
        if not draft:
            raise MalformedAnswer(f"The model {self.model} answered with an empty draft. Try again.")
        return draft

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        """One call of its own, that knows the draft and nothing of how it came about."""
        verdicts = await self._ask(Verdicts, prompts.judge(brief, draft))
        return [
            Mark(criterion=name, score=verdict.score, feedback=" ".join(verdict.feedback.split()))
            for name, verdict in ((name, getattr(verdicts, name)) for name in Verdicts.model_fields)
        ]

    async def _ask(self, shape: type[Shape], prompt: Prompt) -> Shape:
        """A JSON answer in this shape. An unusable one is asked again once, in plain text, with what was wrong."""
        try:
            return await (self._plainly(shape, prompt) if self.lacks_schema else self._by_schema(shape, prompt))
        except MalformedAnswer as problem:
            return await self._plainly(shape, prompts.again(prompt, str(problem)))

    async def _by_schema(self, shape: type[Shape], prompt: Prompt) -> Shape:
        try:
            return await self._held_to_schema(shape, prompt)
        except SchemaRefused:
            answer = await self._plainly(shape, prompt)
            self.lacks_schema = True
            return answer

    async def _held_to_schema(self, shape: type[Shape], prompt: Prompt) -> Shape:
        asking = self._judging.with_structured_output(shape, method="json_schema", include_raw=True)
        try:
            answer: Any = await asking.ainvoke(prompt, QUIETLY)
        except ValidationError as error:  # raised inside the client, before there is anything to include as raw
            raise self._malformed(_problem(error)) from error
        except Exception as error:
            if hasattr(error, "completion"):  # the client's word for an answer that a limit or a filter ended
                raise self._malformed("it was cut off") from error
            if _status(error) in SCHEMA_REFUSED and not isinstance(error, ContextOverflowError):
                raise SchemaRefused from error
            raise self._translated(error) from error
        if not isinstance(answer["parsed"], shape):
            raise self._malformed(f"it held no usable JSON ({answer['parsing_error']})")
        return answer["parsed"]

    async def _plainly(self, shape: type[Shape], prompt: Prompt) -> Shape:
        answer = await self._speak(prompts.in_plain_json(prompt, shape.model_json_schema()), QUIETLY)
        try:
            return shape.model_validate(_first_object(answer.text))
        except ValidationError as error:
            raise self._malformed(_problem(error)) from error

    async def _speak(self, prompt: Prompt, config: RunnableConfig | None = None) -> Answer:
        try:
            answer = await self._speaking.ainvoke(prompt, config)
        except Exception as error:
            raise self._translated(error) from error
        return Answer(
            _without_thoughts(answer.text), whole=answer.response_metadata.get("finish_reason") not in CUT_OFF
        )

    def _malformed(self, problem: str) -> MalformedAnswer:
        return MalformedAnswer(f"The answer of the model {self.model} does not fit: {problem}.")

    def _translated(self, error: Exception) -> SwitchboardError:
        """Ours for theirs. A server that talks nonsense makes the client raise anything, so nothing is left out."""
        status, said = _status(error), _first_line(error, self._address)
        if isinstance(error, ContextOverflowError):
            return Final(f"The text is longer than the model {self.model} can read. Hand the case to a person.")
        if isinstance(error, ModelAuthenticationError | ModelPermissionDeniedError) or status in KEY_REFUSED:
            return NotConfigured(f"{self._server} refused the key ({said}). Check OPENAI_API_KEY and OPENAI_BASE_URL.")
        if isinstance(error, ModelNotFoundError):
            return NotConfigured(
                f"{self._server} does not know the model {self.model} ({said}). "
                "Check SWITCHBOARD_MODEL and OPENAI_BASE_URL."
            )
        if status is not None and 400 <= status < 500 and status not in TEMPORARY:
            return Final(f"{self._server} refused the request ({said}). Check that SWITCHBOARD_MODEL is a chat model.")
        return LanguageUnavailable(
            f"The model {self.model} at {self._server} did not answer ({said}). Try again in a moment."
        )


def _statement(rested: Rested) -> Statement:
    """The model counts from 1."""
    return Statement(text=rested.text.strip(), evidence=[number - 1 for number in rested.evidence])


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _first_line(error: Exception, address: str) -> str:
    lines = hidden(str(error), address).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _problem(error: ValidationError) -> str:
    """What is wrong, for the model and for a person."""
    found = error.errors(include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}" for each in found)


def _without_thoughts(text: str) -> str:
    """The answer of a reasoning model whose server leaves the reasoning in the text."""
    return re.sub(r"^\s*<think>.*?</think>", "", text, flags=re.DOTALL).strip()


def _first_object(text: str) -> dict[str, Any]:
    """The first JSON object in the text; {} when there is none, which no shape accepts."""
    for brace in re.finditer(r"\{", text):
        try:
            value, _ = JSONDecoder().raw_decode(text, brace.start())
        except JSONDecodeError:
            continue
        return dict(value)
    return {}
