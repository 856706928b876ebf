"""Language from a chat model: any server that speaks OpenAI's protocol.

The model's words are never taken on trust: details that do not stand in the message are dropped, and a reworded reply
that lost or gained a fact is replaced by the text it was made from. A reply that is replaced has been streamed by then:
the returned text is the one that counts, and what shows tokens shows it afterwards.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from app.clients.language import grounding, prompts
from app.clients.language.acts import act_of, demand_of
from app.clients.language.answer_kinds import kind_of
from app.clients.language.chat_shapes import (
    MOST_FINDINGS,
    Claims,
    Judgement,
    Notes,
    Queries,
    Rested,
    Statements,
    Understanding,
    Verdicts,
    Written,
)
from app.clients.language.excerpt import excerpt
from app.clients.language.foreign import foreign_language
from app.clients.language.mailed import mailed, quoted_order, with_signature
from app.clients.language.model_server import ModelServer
from app.clients.language.quoting import own_words
from app.clients.language.requests.agreement import agrees, agrees_as_named
from app.clients.language.requests.clauses import is_detail
from app.clients.language.requests.own_address import own_address
from app.clients.language.research.told_to_people import told_to_people
from app.clients.language.second_thoughts import drops_request
from nodes.answer.citations import occurs
from nodes.ports.errors import MalformedAnswer
from nodes.ports.knowledge import Found
from nodes.ports.language import (
    Act,
    Brief,
    Classification,
    Details,
    Evidence,
    Finding,
    Mark,
    Report,
    Section,
    Sentence,
    Statement,
)
from nodes.ports.sources import Page

MOST_READ = 8  # passages


class ChatLanguage:
    """Implements nodes.ports.Language and Evaluator."""

    def __init__(self, server: ModelServer) -> None:
        self._model = server

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        """Raises LanguageUnavailable, MalformedAnswer; so do the other methods, where they apply."""
        return _classification(await self._model.ask(Judgement, prompts.classify(message, history)), message)

    async def extract(self, message: str) -> Details:
        return (await self.understand(message))[1]

    async def understand(self, message: str, *, history: Sequence[str] = ()) -> tuple[Classification, Details]:
        """Whatever detail the model made up is dropped. Amounts in words are not recognised."""
        understood = await self._model.ask(Understanding, prompts.understand(message, history))
        return _classification(understood, message), _details(understood, message)

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        """`facts["say"]` in another tone, in the shop's or the customer's language; word for word when the model would change
        a fact. The signature ends it."""
        say, signature = str(facts["say"]), signature.strip()
        message = str(facts.get("question") or "")
        language = str(facts.get("language") or "") or await asyncio.to_thread(foreign_language, message)
        style = str(facts.get("style") or "")
        answer = await self._model.speak(prompts.reply(say, tone, signature, language, message=message, style=style))
        body = answer.text.removesuffix(signature).strip()
        chosen = body if answer.whole and grounding.faithful(say, body) else say
        return f"{chosen}\n\n{signature}" if signature else chosen

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """[] when no quote has what is asked for: a price, a time, a number. Whether the quotes stand in their passages is
        for the workflow to check. What pages tell programs is not read."""
        passages, kind = passages[:MOST_READ], kind_of(question)
        read = await asyncio.to_thread(lambda: [told_to_people(one["text"]) for one in passages])
        texts = [f"{one['title']}: {one['heading']}\n{text}" for one, text in zip(passages, read, strict=True)]
        said = await self._model.ask(Statements, prompts.answer(question, texts, problem))
        whole = "\n".join(one["text"] for one in passages)
        told = [each for each in said.sentences if not _is_for_programs(each.quote, whole, "\n".join(read))]
        if not any(kind.told(each.quote) for each in told):
            return []
        ids = dict(enumerate((one["id"] for one in passages), start=1))
        return [Sentence(text=each.text, passage_id=ids.get(each.passage, ""), quote=each.quote) for each in told]

    async def queries(self, topic: str, limit: int) -> list[str]:
        """The topic itself is always among them."""
        planned = await self._model.ask(Queries, prompts.queries(topic, limit))
        wanted = [" ".join(each.split()) for each in (topic, *planned.queries)]
        first_spelling = {each.casefold(): each for each in reversed(wanted) if each}
        return [first_spelling[key] for key in dict.fromkeys(each.casefold() for each in wanted if each)][:limit]

    async def study(self, topic: str, page: Page) -> list[Finding]:
        """Whether the quotes stand in the page is for the workflow to check."""
        text = await asyncio.to_thread(told_to_people, excerpt(topic, page["text"]))
        notes = await self._model.ask(Notes, prompts.study(topic, page["title"], text, MOST_FINDINGS))
        found = [
            Finding(claim=one.claim, quote=one.quote, relevance=one.relevance)
            for one in notes.findings
            if not _is_for_programs(one.quote, page["text"], text)
        ]
        return sorted(found, key=lambda one: -one["relevance"])[:MOST_FINDINGS]

    async def follow(self, topic: str, findings: Sequence[Finding]) -> list[str]:
        planned = await self._model.ask(Queries, prompts.follow(topic, findings))
        return [query for each in planned.queries if (query := " ".join(each.split()))][:1]

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """Whether the statements hold is for the workflow to check."""
        written = await self._model.ask(Written, prompts.report(topic, evidence, problem))
        summary = [_statement(one) for one in written.summary]
        return Report(
            answer=" ".join(one["text"] for one in summary) or None if written.answered else None,
            note=f"Written by the model {self._model.name}.",
            summary=summary,
            sections=[
                Section(heading=part.heading, statements=[_statement(one) for one in part.statements])
                for part in written.sections
            ],
        )

    async def summarise(self, transcript: Sequence[str]) -> str:
        summary = (await self._model.speak(prompts.summarise(transcript))).text
        if not summary:
            raise MalformedAnswer(f"The model {self._model.name} answered with an empty summary. Try again.")
        return summary

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """The text as the model wrote it, with "…" where it was cut off; a brief's bounds are for the rubric to check."""
        answer = await self._model.speak(prompts.draft(brief, feedback, previous))
        if not answer.text:
            raise MalformedAnswer(f"The model {self._model.name} answered with an empty draft. Try again.")
        return answer.text if answer.whole else f"{answer.text}…"

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        """One call of its own, that knows the draft and nothing of how it came about."""
        verdicts = await self._model.ask(Verdicts, prompts.judge(brief, draft))
        return [
            Mark(criterion=name, score=verdict.score, feedback=" ".join(verdict.feedback.split()))
            for name, verdict in ((name, getattr(verdicts, name)) for name in Verdicts.model_fields)
        ]


def _is_for_programs(quote: str, whole: str, read: str) -> bool:
    """Whether it stands in what was not given to be read."""
    return occurs(quote, whole) and not occurs(quote, read)


def _classification(judged: Judgement, message: str) -> Classification:
    return Classification(
        intent=judged.intent,
        wants_human=judged.wants_human,
        asks_progress=judged.asks_progress,
        small_talk=judged.small_talk,
        act=_act(judged.act, message),
        is_detail=is_detail(message),
        drops_request=drops_request(message),
        agrees=agrees(message),
        agrees_as_named=agrees_as_named(message),
    )


def _details(claims: Claims, message: str) -> Details:
    own, quoted = own_words(message)
    stated = grounding.order_ids(claims.order_ids, own)
    quoted_ids = [] if stated else quoted_order(quoted, grounding.order_ids(claims.order_ids, quoted))
    order_ids = stated or quoted_ids
    return Details(
        order_ids=order_ids,
        emails=with_signature(grounding.emails(claims.emails, own), message),
        amounts_cents=grounding.amounts_cents(claims.amounts, message, order_ids),
        reason=grounding.reason(claims.reason, message),
        own_email=own_address(message),
        demand=demand_of(message),
        **mailed(message, quotes_order=bool(quoted_ids)),
    )


def _act(judged: Act, message: str) -> Act:
    """Money moves on the words themselves: a request is what the rules read as one, and the model does not deny."""
    plainly = act_of(message)
    if plainly == "request":
        return "request" if judged in ("request", "unclear") else judged
    return "unclear" if judged == "request" else judged


def _statement(rested: Rested) -> Statement:
    """The model counts from 1."""
    return Statement(text=rested.text.strip(), evidence=[number - 1 for number in rested.evidence])
