"""Find sources and read them: what is searched for, where, and what each source says about the topic.

Searches and sources are branches of their own: each is tried, timed and fails alone.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from langchain_core.runnables import RunnableConfig
from langgraph.errors import NodeError
from langgraph.types import Command, Send
from pydantic import Field
from typing_extensions import TypedDict

from nodes.answer.answer_steps import MOST_PASSAGES
from nodes.answer.citations import occurs
from nodes.failure import describe, take_failure_path
from nodes.ports import services
from nodes.ports.errors import NotConfigured
from nodes.ports.language import Finding
from nodes.ports.search import Lead
from nodes.ports.sources import Page, Source
from nodes.research.leads import is_named, merged, without
from nodes.run_start import RunStart, run_start
from nodes.spare_language import ModelFailed, language_for

CORPUS = "corpus"
OF_THE_MODEL = ("LanguageUnavailable", "MalformedAnswer", "Final")
"""What a model fails with; a source that cannot be read has errors of its own."""
BY_RULES = "by the rules"
MOST_QUERIES = 4
SOURCES = 5
FEWEST_TO_FOLLOW = 3
"""From so many sources on, one of them is chosen by what the others say."""
LEADS_PER_SOURCE = 2
"""How many leads a search is asked for, for each source that may be read: searches find the same ones."""


class Studied(TypedDict):
    """What came of a lead."""

    source: Source | None  # None: it could not be read
    findings: list[Finding]
    problem: str  # why it could not be read
    model_failed: NotRequired[bool]  # over this source: the rules are to read it


def joined(before: dict[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """The reducer of what branches bring: one entry for each branch; None begins anew."""
    return {} if new is None else {**(before or {}), **new}


class Asked(TypedDict, total=False):
    topic: str
    corpus_dir: str | None
    web: bool


class Prepared(RunStart):
    providers: list[str]
    queries: list[str]
    found: None
    studied: None
    silent: None
    leads: list[Lead]
    followed: list[str]
    rounds: int
    tries: int
    problem: str
    answer: None
    model_failed: bool


class Planned(ModelFailed):
    queries: list[str]


class ToSearch(TypedDict, total=False):
    queries: list[str]
    providers: list[str]
    corpus_dir: str | None
    max_sources: int


class SearchBranch(TypedDict):
    label: str
    provider: str
    query: str
    limit: int
    corpus_dir: str | None


class Found(TypedDict):
    found: dict[str, list[Lead]]


class ToChoose(TypedDict, total=False):
    found: dict[str, list[Lead]]
    leads: list[Lead]
    studied: dict[str, Studied]
    followed: list[str]
    rounds: int
    max_sources: int


class Chosen(TypedDict):
    leads: list[Lead]


class ToFollow(ModelFailed, total=False):
    topic: str
    leads: list[Lead]
    studied: dict[str, Studied]
    rounds: int


class Followed(ModelFailed):
    followed: list[str]
    rounds: int


class FurtherOn(ToFollow, total=False):
    followed: list[str]
    providers: list[str]
    corpus_dir: str | None
    max_sources: int


class ToStudy(ModelFailed, total=False):
    topic: str
    leads: list[Lead]
    studied: dict[str, Studied]
    corpus_dir: str | None


class SourceBranch(ModelFailed):
    label: str
    topic: str
    lead: Lead
    corpus_dir: str | None


class Read(TypedDict):
    studied: dict[str, Studied]


class Branch(ModelFailed, total=False):
    """A branch of either kind, or the run as a whole: what a failed step was given."""

    label: str
    provider: str
    query: str
    limit: int
    corpus_dir: str | None
    topic: str
    lead: Lead
    say: str
    failures: int


async def choose_searches(state: Asked, config: RunnableConfig) -> Prepared:
    """Where to search. What an earlier run on this thread left in the state is cleared, and so is what it has read."""
    await services().sources.forget(config["configurable"]["thread_id"])
    return {
        "providers": _providers(state),
        "queries": [],
        "found": None,
        "studied": None,
        "silent": None,
        "leads": [],
        "followed": [],
        "rounds": 0,
        "tries": 0,
        "problem": "",
        "answer": None,
        "model_failed": False,
        **run_start(),
    }


async def plan(state: Asked) -> Planned:
    """What to search for."""
    return {"queries": await services().language.queries(state["topic"], MOST_QUERIES)}


async def plan_plainly(state: Asked) -> Planned:
    """Without the model, which does not answer: the rules go on."""
    return {"queries": await services().rules.queries(state["topic"], MOST_QUERIES), "model_failed": True}


async def searches(state: ToSearch) -> list[Send]:
    """One branch for each query at each provider."""
    return _searches(state, state["queries"])


def _searches(state: ToSearch | FurtherOn, queries: list[str]) -> list[Send]:
    limit = LEADS_PER_SOURCE * state.get("max_sources", SOURCES)
    return [
        Send(
            "search",
            SearchBranch(
                label=f"{provider}: {query}",
                provider=provider,
                query=query,
                limit=limit,
                corpus_dir=state.get("corpus_dir"),
            ),
        )
        for query in queries
        for provider in state["providers"]
    ]


async def search(state: SearchBranch) -> Found:
    """Ask one provider one query."""
    provider = services().searches[state["provider"]]
    return {
        "found": {state["label"]: await provider.search(state["query"], state["limit"], folder=state["corpus_dir"])}
    }


async def choose(state: ToChoose) -> Chosen:
    """The best leads of all searches, each source once. The last place is for what the others name."""
    found, before = state.get("found") or {}, state.get("leads") or []
    most = state.get("max_sources", SOURCES)
    ranked = merged([found[label] for label in sorted(found)])
    if not state.get("rounds"):
        return {"leads": ranked[: most - 1 if most >= FEWEST_TO_FOLLOW else most]}
    others = without(ranked, before)
    query, said = " ".join(state.get("followed") or []), _said(state)
    named = [one for one in others if query and is_named(one["title"], query, said)]
    return {"leads": [*before, *named, *without(others, named)][: max(most, len(before))]}


async def sources(state: ToStudy) -> list[Send] | str:
    """One branch for each source that is not studied yet, by the rules where the model has failed; else straight on."""
    studied = state.get("studied") or {}
    return [
        Send("study", _source_branch(state, lead, by_rules=address in studied or state.get("model_failed", False)))
        for lead in state["leads"]
        if (address := lead["address"]) not in studied or studied[address].get("model_failed")
    ] or "gather"


def _source_branch(state: ToStudy, lead: Lead, *, by_rules: bool) -> SourceBranch:
    return SourceBranch(
        label=f"{lead['address']} {BY_RULES}" if by_rules else lead["address"],
        topic=state["topic"],
        lead=lead,
        corpus_dir=state.get("corpus_dir"),
        model_failed=by_rules,
    )


async def follow(state: ToFollow) -> Followed:
    """After the first round: what to search for once more, by what was read."""
    rounds = state.get("rounds", 0)
    if rounds:
        return {"followed": [], "rounds": rounds + 1}
    studied = (state.get("studied") or {}).values()
    failed = state.get("model_failed", False) or all(each.get("model_failed") for each in studied)
    planned = await language_for({"model_failed": failed}).follow(state["topic"], _findings(state))
    return {"followed": planned[:1], "rounds": 1, "model_failed": failed}


async def further(state: FurtherOn) -> list[Send] | Literal["choose", "gather"]:
    """A second round, and no third: also for the sources over which the model has failed."""
    failed = any(each.get("model_failed") for each in (state.get("studied") or {}).values())
    if state.get("rounds", 0) > 1 or (not failed and len(state["leads"]) >= state.get("max_sources", SOURCES)):
        return "gather"
    return _searches(state, state.get("followed") or []) or "choose"


async def study(state: SourceBranch, config: RunnableConfig) -> Read:
    """Read one source, once for a thread, and keep what it says about the topic in words that really stand in it."""
    lead, known = state["lead"], services().sources
    source = await known.read(lead, thread_id=config["configurable"]["thread_id"], folder=state["corpus_dir"])
    text = await known.text(source["digest"])
    page = Page(address=source["address"], title=source["title"], text=text)
    if lead["provider"] == CORPUS:
        page["found"] = await services().knowledge.search(
            state["topic"], MOST_PASSAGES, folder=state["corpus_dir"] or None
        )
    findings = await language_for(state).study(state["topic"], page)
    held = [one for one in findings if occurs(one["quote"], text)]
    return {"studied": {lead["address"]: Studied(source=source, findings=held, problem="")}}


BRANCHES_AND_MODELS = ("plan", "search", "study", "follow", "write_report")


async def take_research_failure_path(state: Branch, error: NodeError) -> Command[Any]:
    """A branch that failed is reported and the others go on; where the model has failed, the rules go on.

    Everything else is handled as in every workflow (nodes/failure.py).
    """
    stops = isinstance(error.error, NotConfigured) and error.node != "search"  # another search may do
    if stops or error.node not in BRANCHES_AND_MODELS:
        return await take_failure_path({"say": state.get("say", ""), "failures": state.get("failures", 0)}, error)
    if not isinstance(
        error.error, BaseException
    ):  # resumed: of the error only its text was saved; the step is due again
        return Command(goto=Send(error.node, state) if "label" in state else error.node)
    failure = describe(error)
    problem = failure["message"]
    match error.node:
        case "plan":
            return Command()
        case "search":
            return Command(update={"silent": {state["label"]: problem}})
        case "study":
            unread = Studied(source=None, findings=[], problem=problem)
            if failure["kind"] in OF_THE_MODEL and not state.get("model_failed"):
                unread["model_failed"] = True
            return Command(update={"studied": {state["lead"]["address"]: unread}})
        case "follow":
            return Command(update={"rounds": 1})
        case _:
            return Command(update={"problem": problem})


def _findings(state: ToFollow | ToChoose) -> list[Finding]:
    return [one for each in (state.get("studied") or {}).values() for one in each["findings"]]


def _said(state: ToChoose) -> str:
    return "\n".join(one["quote"] for one in _findings(state))


def _providers(state: Asked) -> list[str]:
    """The corpus, unless only the web is wanted. Raises NotConfigured when no web search is."""
    if not state.get("web"):
        return [CORPUS]
    web = [name for name in services().searches if name != CORPUS]
    if not web:
        raise NotConfigured(
            "No web search is configured: install the extra `web`, and set SWITCHBOARD_SEARXNG_URL or TAVILY_API_KEY."
        )
    return [CORPUS, *web] if state.get("corpus_dir") else web


Topic = Annotated[
    str,
    Field(title="Topic", description="A question or a subject.", pattern=r"\S", min_length=1, max_length=2000),
]
Most = Annotated[int, Field(title="Sources", description="Read at most.", default=SOURCES, ge=1, le=50)]
