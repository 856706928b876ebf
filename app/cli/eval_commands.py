"""`switchboard eval`: how well the configured language understands labelled messages."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.output import failing_plainly, print_drawn, print_json, progress_console, say, visible
from app.cli.parameters import documents
from app.cli.workflow_commands import Sources

if TYPE_CHECKING:
    from rich.table import Table

    from app.engines.langgraph.runner import Runner
    from app.evaluation.answer_scores import AnswerRow, AnswerScores, Judged, Tally
    from app.evaluation.conversation_scores import ConversationScores
    from app.evaluation.extraction_scores import ExtractionScores
    from app.evaluation.intent_scores import IntentScores
    from app.evaluation.labelled_rows import Miss, Progress, Report
    from app.evaluation.research_scores import Outcome, QuestionRow, ResearchScores

eval_app = typer.Typer(
    help="Score the language on labelled messages. The offline rules, or the model in SWITCHBOARD_MODEL.",
    no_args_is_help=True,
)

Row = TypeVar("Row", bound="AnswerRow | QuestionRow")
T = TypeVar("T")
Scores = TypeVar("Scores")
AskFolder = Callable[["Runner", Path, list[Row]], Awaitable[list[T]]]

File = Annotated[Path, typer.Argument(metavar="FILE", help="One JSON object a line.")]
Half = Annotated[str, typer.Option(metavar="NAME", help="Only the rows of this half.")]
ShowMisses = Annotated[bool, typer.Option("--show-misses", help="List the rows that were answered wrongly.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


@eval_app.command("intents")
def of_intents(file: File, show_misses: ShowMisses = False, as_json: AsJson = False) -> None:
    """Does it know what customers want? Accuracy, scores for each intent, confusion.

    A row: {"text": "I want my money back", "intent": "refund"}, or "accept": ["refund", "other"] where both are right.
    Intents: order_status, refund, general_question, other.
    """
    with failing_plainly():
        from app.evaluation import intent_scores as intents

        report = _of_language("Classifying", intents.read(file), intents.evaluate)
    _tell(report, _intents, show_misses=show_misses, as_json=as_json)


@eval_app.command("extraction")
def of_extraction(file: File, show_misses: ShowMisses = False, as_json: AsJson = False) -> None:
    """Does it find order numbers, e-mail addresses and amounts? Precision, recall and F1 for each.

    A row: {"text": "Refund $49.90 of #12345", "order_ids": ["12345"], "emails": [], "amounts": [49.9]}.
    """
    with failing_plainly():
        from app.evaluation import extraction_scores as extraction

        report = _of_language("Extracting", extraction.read(file), extraction.evaluate)
    _tell(report, _extraction, show_misses=show_misses, as_json=as_json)


@eval_app.command("conversation")
def of_conversation(file: File, show_misses: ShowMisses = False, as_json: AsJson = False) -> None:
    """Do conversations end as they should, and is money paid only when it was asked for?

    A row: {"kind": "question", "email": "ada@example.com", "turns": [{"text": "would I get a refund for 12346?", "outcome":
    "needs_information", "act": "question", "order": "12346"}, {"text": "yes please", "outcome": "refunded", "amount": "39.50"}]},
    or the list of turns alone. Every conversation is played on a demo shop of its own. An outcome "waiting" is a request
    for an approval; a turn without an amount must pay nothing. Exit code 1: something was paid or put to an approver that
    nobody asked for.
    """
    with failing_plainly(), _progress("Talking") as progress:
        import asyncio

        from app import settings
        from app.evaluation import conversation_scores as conversations

        rows = conversations.read(file)
        report = asyncio.run(conversations.evaluate(settings.load(), rows, progress=progress))
    _tell(report, _conversations, show_misses=show_misses, as_json=as_json)
    if report.scores["unasked_payments"] or report.scores["unasked_approvals"]:
        raise typer.Exit(1)


@eval_app.command("answer")
def of_answers(
    file: File,
    knowledge: Annotated[Path, documents("The documents to search.")],
    half: Half = "",
    show_misses: ShowMisses = False,
    as_json: AsJson = False,
) -> None:
    """How many answers are right, how many are wrong, and does it say "I don't know" when it should?

    A row: {"question": "How long do I have to return an item?", "facts": ["30 days"], "files": ["returns.md"]}. A right answer
    says every fact and cites one of the files; "30 days|a month": either will do. No facts: the documents do not answer.
    "folder" names a folder inside DIR; "kind" and "half" sort the rows.
    """
    with failing_plainly():
        from app.evaluation import answer_scores as answers

        def judged(_: "Runner", __: Path, rows: "list[AnswerRow]") -> "Awaitable[list[Judged]]":
            return answers.judge(answers.asker(), rows)

        report = answers.report(_by_folder("Answering", answers.read(file), half, knowledge, judged))
    _tell(report, _answers, show_misses=show_misses, as_json=as_json)


@eval_app.command("research")
def of_research(
    file: File,
    corpus: Annotated[Path, documents("The documents to search.")],
    sources: Sources = 5,
    half: Half = "",
    show_misses: ShowMisses = False,
    as_json: AsJson = False,
) -> None:
    """Does research find, read and cite what answers, and say when nothing does?

    A row: {"question": "When was the bridge opened?", "gold_doc_ids": ["bridge"], "gold_answer": "1932"}. A document's id is its
    path, or its file name without the ending; no gold_doc_ids: the corpus does not answer, and neither should the report. "folder"
    names a folder inside DIR; "half" sorts the rows.
    """
    with failing_plainly():
        from app.evaluation import research_scores as research

        def outcomes(runner: "Runner", folder: Path, rows: "list[QuestionRow]") -> "Awaitable[list[Outcome]]":
            return research.outcomes(research.researcher(folder, sources), runner.services.sources, rows)

        report = research.report(_by_folder("Researching", research.read(file), half, corpus, outcomes))
    _tell(report, _research, show_misses=show_misses, as_json=as_json)


def _of_language(
    what: str, rows: "Sequence[Any]", evaluate: "Callable[..., Coroutine[Any, Any, Report[Scores]]]"
) -> "Report[Scores]":
    import asyncio

    from app import composition, settings

    language = composition.language(settings.load())
    with _progress(what) as progress:
        return asyncio.run(evaluate(language, rows, progress=progress))


def _by_folder(what: str, rows: "list[Row]", half: str, root: Path, ask: "AskFolder[Row, T]") -> list[T]:
    """What is found for the rows of this half, one folder of documents after the other."""
    wanted, found = [row for row in rows if not half or row.half == half], list[T]()
    with _progress(what) as progress:
        for folder in dict.fromkeys(row.folder for row in wanted):
            found += _of_folder(root / folder, [row for row in wanted if row.folder == folder], ask)
            progress(len(found), len(wanted))
    return found


def _of_folder(folder: Path, rows: "list[Row]", ask: "AskFolder[Row, T]") -> list[T]:
    from app.cli.invoke import call_runner
    from app.composition import knowledge
    from app.settings import load

    knowledge(load(knowledge_dir=folder)).index(lambda _: None)  # all of it, before the first question
    return call_runner(lambda runner: ask(runner, folder, rows), knowledge_dir=folder)


@contextmanager
def _progress(what: str) -> "Iterator[Progress]":
    """A bar on stderr, when that is a terminal."""
    from rich.progress import Progress as Bar

    console = progress_console()
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(
    report: "Report[Scores]", told: "Callable[[Scores], list[Table]]", *, show_misses: bool, as_json: bool
) -> None:
    """`told` says how many rows there were, and returns the tables."""
    if as_json:
        print_json(report.as_json(with_misses=show_misses))
        return
    tables = told(report.scores)
    for table in [*tables, _misses(report.misses)] if show_misses and report.misses else tables:
        print_drawn(table, "")


def _intents(scores: "IntentScores") -> "list[Table]":
    classes = _table("intent", "precision", "recall", "F1", "rows")
    for name, score in scores["per_class"].items():
        classes.add_row(name, *_shares(score["precision"], score["recall"], score["f1"]), str(score["n"]))
    predictions = list(dict.fromkeys(name for row in scores["confusion"].values() for name in row))
    confusion = _table("expected \\ got", *predictions)
    for gold, row in scores["confusion"].items():
        confusion.add_row(gold, *(str(row.get(name, "")) for name in predictions))
    say(f"{scores['n']} rows, accuracy {scores['accuracy']:.3f}\n")
    return [classes, confusion]


def _extraction(scores: "ExtractionScores") -> "list[Table]":
    table = _table("detail", "precision", "recall", "F1")
    for name, score in (
        ("order ids", scores["order_ids"]),
        ("e-mails", scores["emails"]),
        ("amounts", scores["amounts"]),
    ):
        table.add_row(name, *_shares(score["precision"], score["recall"], score["f1"]))
    say(f"{scores['n']} rows\n")
    return [table]


def _conversations(scores: "ConversationScores") -> "list[Table]":
    table = _table("kind", "conversations", "as expected")
    for name, score in scores["per_kind"].items():
        table.add_row(name, str(score["conversations"]), str(score["right"]))
    say(f"{scores['conversations']} conversations, {scores['turns']} turns, {scores['right']:.3f} as expected")
    payments, approvals = (
        _number(scores[what], what.removeprefix("unasked_")) for what in ("unasked_payments", "unasked_approvals")
    )
    say(f"{payments} and {approvals} that nobody asked for\n")
    return [table]


def _number(count: int, things: str) -> str:
    return f"1 {things.removesuffix('s')}" if count == 1 else f"{count} {things}"


def _answers(scores: "AnswerScores") -> "list[Table]":
    table = _table("rows", "n", "right", "wrong", "declined")

    def add(name: str, one: "Tally") -> None:
        table.add_row(name, str(one["n"]), *_shares(one["right"], one["wrong"], one["declined"]))

    add("all", scores)
    for group in (scores["per_half"], scores["per_kind"], scores["per_folder"]):
        for name, one in group.items():
            add(name, one)
    say(f"{scores['n']} questions, {scores['answerable']} with an answer in the documents")
    say('right: of those with an answer; wrong: of all; declined: of those without an answer, "I don\'t know"\n')
    return [table]


def _research(scores: "ResearchScores") -> "list[Table]":
    table = _table("measure", "share")
    for name, value in (
        ("gold documents read", scores["gold_recall"]),
        ("reports with the gold answer", scores["answer_rate"]),
        ("citations that hold", scores["citation_validity"]),
        ("unanswerable, and not answered", scores["abstention_rate"]),
    ):
        table.add_row(name, *_shares(value))
    say(f"{scores['n']} rows\n")
    return [table]


def _misses(misses: "list[Miss]") -> "Table":
    from rich.text import Text

    table = _table("message", "expected", "got", figures=False)
    for miss in misses:
        table.add_row(*(Text(visible(cell)) for cell in (miss["text"], _words(miss["expected"]), _words(miss["got"]))))
    return table


def _words(value: object) -> str:
    """A label, or what was found: in words."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_words(found)}" for name, found in value.items() if found) or "nothing"
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(first: str, *others: str, figures: bool = True) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title_justify="left", show_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right" if figures else "left", overflow="fold")
    return table


def _shares(*values: float) -> list[str]:
    return [f"{value:.3f}" for value in values]
