"""Which words of a page are likely to answer, judged among all that its folder says: as an answer is found without a report."""

from collections.abc import Sequence

from app.clients.language.answer_signs import COMMON
from app.clients.language.extracts import Extract, likely
from nodes.ports.knowledge import Found
from nodes.ports.language import Finding
from nodes.ports.sources import Page
from nodes.texts import plain


def with_sureness(topic: str, page: Page, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, each with how sure it is that it answers; and what may answer and was not among them."""
    if "found" not in page or not _is_telling(page["found"]):
        return list(findings)
    found: list[Finding] = [{**one, "sure": 0.0} for one in findings]
    for extract, sure in likely(topic, page["found"]):
        if extract.passage["source"] == page["address"]:
            found = _with(found, page, extract, sure)
    return sorted(found, key=lambda one: -one["relevance"])


def _is_telling(found: Sequence[Found]) -> bool:
    """In a folder of a few passages every word is common, so that none tells how sure an answer is."""
    told = found[0].get("weights", {}) if found else {}
    return not found or found[0].get("is_faq", False) or max(told.values(), default=0.0) >= COMMON


def _with(findings: list[Finding], page: Page, extract: Extract, sure: float) -> list[Finding]:
    """What says it already is the answer. Otherwise it is a finding of its own, instead of those that are parts of it."""
    said, pieces = plain(extract.quote), [plain(piece) for piece in extract.quote.split("...")]
    holder = next((one for one in findings if _holds(one, pieces) and not _is_table_of(extract, one)), None)
    others = [one for one in findings if one is not holder and plain(one["quote"]) not in said]
    if holder:
        return [*others, {**holder, "sure": sure, "relevance": max(sure, holder["relevance"])}]
    place = max(0, page["text"].find(extract.quote.split("...")[0].strip()))
    mentions = findings[0].get("mentions", {}) if findings else {}
    new = Finding(claim=_claim(extract), quote=extract.quote, relevance=sure, place=place, sure=sure)
    return [*others, {**new, "mentions": mentions} if mentions else new]


def _holds(finding: Finding, pieces: Sequence[str]) -> bool:
    quoted = plain(finding["quote"])
    return all(piece in quoted for piece in pieces)


def _is_table_of(row: Extract, finding: Finding) -> bool:
    """Whether the finding is the whole table, where a row is asked for."""
    return bool(row.columns) and finding["quote"].startswith("|") and "\n" in finding["quote"]


def _claim(extract: Extract) -> str:
    """A row below the heads of its columns, without the columns that it leaves empty."""
    heads, cells = _cells(extract.columns), _cells(extract.text)
    if len(heads) != len(cells) or len(cells) == 1:
        return f"{extract.text} ({extract.columns})" if extract.columns else extract.text
    pairs = [(head, cell) for head, cell in zip(heads, cells, strict=True) if cell]
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*pairs, strict=True))


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in row.strip("| \t").split("|")]
