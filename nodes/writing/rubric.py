"""How good a draft is: named criteria, each 0..1 with feedback, and their weighted mean.

The first three are musts; they and a model's judgement as a whole weigh more than a fifth each, so that at the usual
threshold of 0.8 none of them is outvoted by the rest. What the brief does not ask for is not scored.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from nodes import texts
from nodes.ports.language import Brief, Mark

BROKEN_MUST = 0.05
"""The most that a must earns when it is not met; how near it came still tells two drafts apart."""

Verdict = tuple[float, str]
Check = Callable[[Brief, str], Verdict | None]


class Scored(Mark):
    weight: float
    by: Literal["code", "model"]


def length(brief: Brief, draft: str) -> Verdict | None:
    count, least, most = len(texts.words(draft)), brief["min_words"], brief["max_words"]
    if not (least or most):
        return None
    if most and count > most:
        return BROKEN_MUST * most / count, f"It has {count} words; cut it to {most} at most."
    if count < least:
        return BROKEN_MUST * count / least, f"It has {count} words; bring it to {least} at least."
    return 1.0, ""


def required_terms(brief: Brief, draft: str) -> Verdict | None:
    wanted = brief["must_mention"]
    if not wanted:
        return None
    missing = [term for term in wanted if not texts.mentions(draft, term)]
    if missing:
        return BROKEN_MUST * (1 - len(missing) / len(wanted)), f"Mention {_listed(missing)}."
    return 1.0, ""


def forbidden_terms(brief: Brief, draft: str) -> Verdict | None:
    unwanted = brief["must_not_mention"]
    if not unwanted:
        return None
    found = [term for term in unwanted if texts.mentions(draft, term, inflected=True)]
    if found:
        return BROKEN_MUST * (1 - len(found) / len(unwanted)), f"Do not mention {_listed(found)}."
    return 1.0, ""


def on_topic(brief: Brief, draft: str) -> Verdict | None:
    """How much of what the brief is about occurs in the draft; what must not be mentioned does not count."""
    banned = set(texts.content_stems(" ".join(brief["must_not_mention"])))
    asked = [stem for stem in texts.content_stems(" ".join([_subject(brief), *brief["points"]])) if stem not in banned]
    if not asked:
        return None
    said = set(texts.content_stems(draft))
    missing = [stem for stem in asked if stem not in said]
    share = 1 - len(missing) / len(asked)
    return (1.0, "") if share >= 0.8 else (share, f'Say what it is about: "{brief["topic"]}".')


def readability(_: Brief, draft: str) -> Verdict | None:
    sentences = texts.sentences(draft)
    if not sentences:
        return 0.0, "Write at least one sentence."
    long = [one for one in sentences if len(texts.words(one)) > texts.LONG_SENTENCE]
    if not long:
        return 1.0, ""
    excess = sum(1 - texts.LONG_SENTENCE / len(texts.words(one)) for one in long)
    worst = max(long, key=len)
    return (
        max(0.0, 1 - 2 * excess / len(sentences)),
        f'Split sentences of more than {texts.LONG_SENTENCE} words: "{_beginning(worst)}".',
    )


def structure(brief: Brief, draft: str) -> Verdict | None:
    faults = [advice for holds, advice in STRUCTURE[brief["kind"]] if not holds(draft)]
    return 1 - len(faults) / len(STRUCTURE[brief["kind"]]), " ".join(faults)


def repetition(_: Brief, draft: str) -> Verdict | None:
    """Phrases of four words that come again. A title may say what the text says."""
    phrases: Counter[tuple[str, ...]] = Counter()
    for part in texts.paragraphs(draft)[1:] or [draft]:
        words = re.findall(r"[\w'-]+", texts.plain(part))
        phrases.update((*words[at : at + 4],) for at in range(len(words) - 3))
    again = {phrase: count for phrase, count in phrases.items() if count > 1}
    if not again:
        return 1.0, ""
    share = sum(again.values()) / phrases.total()
    worst = max(again, key=lambda phrase: again[phrase])
    return max(0.0, 1 - share), f'Do not say the same twice: "{" ".join(worst)}".'


CHECKS: tuple[tuple[str, float, Check], ...] = (
    ("length", 4.0, length),
    ("required_terms", 4.0, required_terms),
    ("forbidden_terms", 4.0, forbidden_terms),
    ("on_topic", 1.0, on_topic),
    ("readability", 0.4, readability),
    ("structure", 0.3, structure),
    ("repetition", 0.3, repetition),
)
MODEL_WEIGHTS = {"faithfulness": 2.0, "clarity": 1.0, "tone": 1.0}
OTHER_MODEL_WEIGHT = 1.0


def by_code(brief: Brief, draft: str) -> list[Scored]:
    """Every criterion that code can check and that the brief gives a reason to check."""
    checked = [(name, weight, check(brief, draft)) for name, weight, check in CHECKS]
    return [
        Scored(criterion=name, score=round(verdict[0], 3), feedback=verdict[1], weight=weight, by="code")
        for name, weight, verdict in checked
        if verdict is not None
    ]


def by_model(judged: Sequence[Mark]) -> list[Scored]:
    """What a model said, held to 0..1."""
    return [
        Scored(
            criterion=one["criterion"],
            score=round(min(1.0, max(0.0, one["score"])), 3) if one["score"] == one["score"] else 0.0,
            feedback=one["feedback"],
            weight=MODEL_WEIGHTS.get(one["criterion"], OTHER_MODEL_WEIGHT),
            by="model",
        )
        for one in judged
    ]


def total(criteria: Sequence[Scored]) -> float:
    """The weighted mean; 0 when there is nothing to go by."""
    weight = sum(one["weight"] for one in criteria)
    return round(sum(one["score"] * one["weight"] for one in criteria) / weight, 3) if weight else 0.0


def _opens_with_a_title(draft: str) -> bool:
    parts = texts.paragraphs(draft)
    return len(parts) > 1 and len(texts.words(parts[0])) <= 12 and not parts[0].endswith((".", ",", ";"))


def _greets(draft: str) -> bool:
    return any(re.match(r"(?:dear|hello|hi|good (?:morning|day|afternoon))\b[^.]{0,80}$", line, re.IGNORECASE)
               for line in draft.splitlines()[:4])  # fmt: skip


def _says_goodbye(draft: str) -> bool:
    last = texts.plain("\n".join(draft.strip().splitlines()[-3:]))
    return bool(re.search(r"\b(?:regards|sincerely|faithfully|wishes|thank you|thanks|cheers|yours)\b", last))


def _ends_whole(draft: str) -> bool:
    """The last sentence was not cut off; a farewell or a name may stand after it."""
    whole = r"[.!?][\"')\]]*$"
    return any(re.search(whole, part) for part in texts.paragraphs(draft)[-2:])


def _has_short_paragraphs(draft: str) -> bool:
    return all(len(texts.words(part)) <= texts.LONG_PARAGRAPH for part in texts.paragraphs(draft))


def _is_filled_in(draft: str) -> bool:
    return not re.search(r"\[[A-Za-z][^\]\n]{0,40}\](?!\()|<[a-z][^>\n]{0,40}>|\bTBD\b|\bXXX+\b|\blorem ipsum\b", draft)


EVERYWHERE = (
    (_ends_whole, "End with a whole sentence."),
    (_has_short_paragraphs, f"Break paragraphs of more than {texts.LONG_PARAGRAPH} words."),
    (_is_filled_in, "Leave no placeholder to fill in."),
)
STRUCTURE: dict[str, tuple[tuple[Callable[[str], bool], str], ...]] = {
    "announcement": ((_opens_with_a_title, "Open with a short title on a line of its own."), *EVERYWHERE),
    "mail": (
        (_greets, "Greet the reader on a line of its own."),
        (_says_goodbye, "End with a farewell."),
        *EVERYWHERE,
    ),
    "note": EVERYWHERE,
}


def _subject(brief: Brief) -> str:
    """The topic without the verb that asks for it: "announce the sale" is about the sale."""
    return re.sub(r"^\W*(?:please\s+)?[a-z]+\s+", "", brief["topic"], flags=re.IGNORECASE)


def _listed(terms: Sequence[str]) -> str:
    return ", ".join(f'"{term}"' for term in terms)


def _beginning(sentence: str) -> str:
    return " ".join(texts.words(sentence)[:8]) + " ..."
