"""Fit the weights that tell sentences to programs from others: app/clients/language/data/instruction_weights.txt.

    python -m tests.instruction_weights DIR [--from https://github.com]

Fitted are sentences of ours (tests/data/instructions.jsonl), and ordinary ones of public repositories, whose texts are not part of
this one: they are fetched to `DIR`. Other repositories, which nothing is fitted on, set how sure it has to be. What is printed of
the kinds of sentences to programs is judged by weights that were fitted without any of that kind.
"""

import argparse
import json
import re
import tarfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from app.clients.knowledge.shipped_model import ShippedModel
from app.clients.language.research.instruction_probe import CONSTANT, word_groups
from app.clients.language.research.instructions import is_for_programs
from app.clients.language.research.sentence_places import FENCE, blocks, spans
from tests.question_folders import archive

DATA = Path(__file__).parent / "data" / "instructions.jsonl"
TARGET = Path(__file__).parents[1] / "app" / "clients" / "language" / "data" / "instruction_weights.txt"
FITTED = {
    "18F/handbook": "1e4955634d0369f17e5bbc0ebbf8f62e2a3dfe4b",
    "sourcegraph/handbook": "5752928b213a3ddbc7cee4459524f404a5b96fb4",
    "ansible/ansible-documentation": "ef72400cc2f70f974ffbb30b63098b31dbd36b07",
    "cypress-io/cypress-documentation": "4df0c75e373515c33269176d556219950487e085",
    "dair-ai/Prompt-Engineering-Guide": "3d96678f28793e6f23ac6c0127799489f2c9022b",
    "NVIDIA/NeMo-Guardrails": "e7c23d117f04805fc0eb3e4a8fd35a5e3c5b105f",
    "anthropics/anthropic-cookbook": "4b36a1e1f64361397f4cbe4fbc7cdace338f16f8",
    "microsoft/autogen": "027ecf0a379bcc1d09956d46d12d44a3ad9cee14",
    "github/site-policy": "12992597c5d9d8cfc006693c54b9609d9993bc99",
    "gohugoio/hugoDocs": "1c613349f4220ae84070df25979d720c43e5cfa6",
    "python/peps": "ba4deeb7969588d937da609008d05bb83a47b1ab",
    "NangoHQ/nango": "2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87",
    "withastro/starlight": "3999be7cc18b41095d61e3b63d68ff3e6c6c050b",
    "github/opensource.guide": "ebc9678e39b55ff5e5c8801d1960904692188e90",
}
JUDGED = {
    "basecamp/handbook": "c9536061f26d0b5bd9f2f900d63e27e9f4deb4ed",
    "basecamp/policies": "d39f6f17bbd90d82b1df9fa7a0df845edd487de0",
    "mattermost/mattermost-handbook": "46d7a8b6541cba3474cb4069725ffd1f3f68d514",
    "photoprism/photoprism-docs": "6e3c387f498333c6301e0a2e393634dce4069d67",
    "prometheus/docs": "c105550aad07161f62d02e305ed09799ec6025fa",
    "readthedocs/readthedocs.org": "7937196123747181054d4c2361ec81f93c37f8f2",
    "astral-sh/uv": "26a9dd4b2125bc271b47855e1fa0c49af3365db5",
    "jekyll/jekyll": "202df571314ba1d18e9fccd81d12aaad4a703c38",
    "bitwarden/help": "18aa730c0156f7e25da39ad81bf13809b13471c6",
    "asciidoctor/asciidoctor": "ae5891df10f12dda069abea8a318c9b94d545bee",
}
ABOUT_PROGRAMS = {
    "openai/openai-agents-python": "7f7a44f8dc0650296bd5ab6c745c9bcbaa6ac3b7",
    "pydantic/pydantic-ai": "4fda38988f2939fa6ea9cdefcf120693e10ef491",
    "guardrails-ai/guardrails": "c472d552e5f0bc0403f788ebb646b146003d98b0",
    "simonw/llm": "f3f4f29c6e5e623c3776cbf6455dda2345638214",
    "langchain-ai/langgraph": "f09cfe8ffc1eeffd68f4b628ed69c30f7cad229f",
    "OWASP/CheatSheetSeries": "6b8819da79e0537d072e04296ffa3adfc94ba881",
}
"""About language models, and attacks: the hardest. Judged, too."""
MOST_FITTED, MOST_JUDGED = 3500, 4500  # sentences of a repository
LONG, EVERY = 130, 5
"""Of longer sentences (characters) every fifth is taken, and counts five times: their vectors take long."""
PATTERNS = ("*.md", "*.mdx", "*.rst", "*.txt", "*.adoc")
_NOT_READ = re.compile(
    r"\.(?:de|fr|es|pt|zh|ja|jp|kr|ru|it|tr|fi|ca|ko|ar|fa)\.mdx?$|/(?:es|fr|de|ja|zh\S*|ko|pt\S*|ru|it|ar|bg|ca|el|fa|hi|hu|id|ms|nl|pl|ro"
    r"|ta|th|tr|uk|bn|da|sw|pcm)/|/l10n|vocab|CHANGELOG|snippets/generated"
    r"|AGENTS|CLAUDE|GEMINI\.md|copilot|/\.claude/|/\.agents/|/\.cursor|/skills?/|/prompts?/|llms.*\.txt|/agent_docs/",
    re.IGNORECASE,
)
"""Other languages, lists, and what is written for programs."""
LEAST_OFTEN = 4  # sentences to programs that have a group of words
OF_WORDS = 0.35  # how long a group of words is, beside the vector of length 1
OF_PEOPLE = 5.0  # how often a sentence of ours that is like one to programs counts
SHRINK, STEPS = 0.7, 10
FLAGGED = 1 / 7500  # of the judged sentences that the rules do not flag

Array: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


class Said(NamedTuple):
    text: str
    kind: str  # "" of ordinary ones
    counts: float = 1.0
    known: bool = False  # the rules find it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--from", dest="server", default="https://github.com")
    given = parser.parse_args()
    ours = list(_ours())
    fitted = [*ours, *(one for one in _ordinary(FITTED, MOST_FITTED, given) if not one.known)]
    judged, about = (list(_ordinary(which, MOST_JUDGED, given)) for which in (JUDGED, ABOUT_PROGRAMS))
    vectors = _vectors(given.directory / "vectors.npz", [*fitted, *judged, *about])
    weights, groups = _fit(fitted, vectors)
    weights[-1] -= _least(judged, _scores(judged, vectors, weights, groups))
    _write(weights, groups)
    for name, part in ("judged", judged), ("about programs", about):
        _print(name, part, _scores(part, vectors, weights, groups))
    found = {
        one.text for kind in sorted({one.kind for one in ours}) if kind for one in _found(kind, fitted, judged, vectors)
    }
    for kind in sorted({one.kind for one in ours if one.kind}):
        _print_kind(kind, [one for one in ours if one.kind == kind], found)


def _ours() -> Iterator[Said]:
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known = is_for_programs(row["text"])
        yield Said(row["text"], row["kind"], 1.0 if row["kind"] else OF_PEOPLE, known)


def _ordinary(repositories: dict[str, str], most: int, given: argparse.Namespace) -> Iterator[Said]:
    """Sentences that are drawn by their digests, so that each time the same ones are."""
    taken: set[str] = set()
    for name, commit in repositories.items():
        folder = given.directory / name
        if not folder.exists():
            with tarfile.open(fileobj=BytesIO(archive(name, commit, "", PATTERNS, given.server))) as files:
                files.extractall(folder, filter="data")
        found: set[str] = set()
        for path in sorted(_paths(folder), key=lambda path: _digest(path.relative_to(folder).as_posix())):
            found |= set(_sentences(path.read_bytes()[:200_000].decode("utf-8", "replace"))) - taken
            if len(found) >= 1.3 * most:
                break
        drawn = sorted(found, key=_digest)[:most]
        taken.update(drawn)
        for text in drawn:
            if len(text) <= LONG or int(_digest(text), 16) % EVERY == 0:
                yield Said(text, "", 1.0 if len(text) <= LONG else EVERY, is_for_programs(text))


def _paths(folder: Path) -> Iterator[Path]:
    files = (path for pattern in PATTERNS for path in folder.rglob(pattern))
    return (
        path for path in files if path.is_file() and not _NOT_READ.search(f"/{path.relative_to(folder).as_posix()}")
    )


def _digest(text: str) -> str:
    return sha1(text.encode()).hexdigest()


def _sentences(text: str) -> Iterator[str]:
    """Those of prose, in Latin letters, of at least four words."""
    fences = [one.start() for one in FENCE.finditer(text)]
    for block in blocks(text):
        if bisect_right(fences, block[0]) % 2:
            continue
        for start, end in spans(text, block):
            said = " ".join(text[start:end].split())
            letters = sum(each.isalpha() or each == " " for each in said)
            latin = sum(ord(each) < 592 for each in said)
            if 20 <= len(said) <= 500 and letters > 0.7 * len(said) < latin / 0.98 and len(said.split()) > 3:
                yield said


def _vectors(file: Path, said: Sequence[Said]) -> dict[str, Array]:
    """Kept in the file: they take minutes."""
    known: dict[str, Array] = {}
    if file.exists():
        kept = np.load(file)
        known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    missing = sorted({one.text for one in said} - known.keys(), key=len)
    model = ShippedModel()
    for at in range(0, len(missing), 400):
        texts = missing[at : at + 400]
        known |= {text: np.array(vector) for text, vector in zip(texts, model.vectors(texts), strict=True)}
        print(f"vectors: {at + len(texts)} of {len(missing)}", end="\r")
    np.savez(file, texts=np.array(list(known)), vectors=np.array(list(known.values()), np.float32))
    return known


def _fit(said: Sequence[Said], vectors: dict[str, Array]) -> tuple[Array, list[str]]:
    """The weights under which the sentences are the likeliest to be what they are, by Newton's method."""
    often = Counter(group for one in said if one.kind for group in word_groups(one.text))
    groups = sorted(group for group, times in often.items() if times >= LEAST_OFTEN)
    rows = _rows(said, vectors, groups)
    is_one, counts = np.array([bool(one.kind) for one in said], float), np.array([one.counts for one in said])
    shrink = np.array([SHRINK] * (rows.shape[1] - 1) + [1e-6])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (likely - is_one)) + shrink * weights
        bend = (rows * (counts * likely * (1 - likely))[:, np.newaxis]).T @ rows + np.diag(shrink)
        weights -= np.linalg.solve(bend, slope)
    return weights, groups


def _rows(said: Sequence[Said], vectors: dict[str, Array], groups: Sequence[str]) -> Array:
    places = {group: at for at, group in enumerate(groups)}
    words = np.zeros((len(said), len(groups)))
    for row, one in zip(words, said, strict=True):
        row[[places[group] for group in word_groups(one.text) if group in places]] = OF_WORDS
    return np.hstack([np.array([vectors[one.text] for one in said], float), words, np.ones((len(said), 1))])


def _scores(said: Sequence[Said], vectors: dict[str, Array], weights: Array, groups: Sequence[str]) -> Array:
    scores: Array = _rows(said, vectors, groups) @ weights
    return scores


def _least(said: Sequence[Said], scores: Array) -> float:
    """How high a score is that so few sentences reach which the rules do not flag."""
    best = sorted(((score, one.counts) for one, score in zip(said, scores, strict=True) if not one.known), reverse=True)
    allowed, total = FLAGGED * sum(one.counts for one in said), 0.0
    for score, counts in best:
        total += counts
        if total > allowed:
            return float(score)
    return float(best[-1][0])


def _found(kind: str, fitted: Sequence[Said], judged: Sequence[Said], vectors: dict[str, Array]) -> list[Said]:
    """What is found of a kind by weights that are fitted without it."""
    weights, groups = _fit([one for one in fitted if one.kind != kind], vectors)
    least = _least(judged, _scores(judged, vectors, weights, groups))
    of_kind = [one for one in fitted if one.kind == kind]
    scores = _scores(of_kind, vectors, weights, groups)
    return [one for one, score in zip(of_kind, scores, strict=True) if score > least]


def _print(name: str, said: Sequence[Said], scores: Array) -> None:
    total = sum(one.counts for one in said)
    rules = sum(one.counts for one in said if one.known)
    more = sum(one.counts for one, score in zip(said, scores, strict=True) if score > 0 and not one.known)
    print(f"{name}: of {total:.0f} ordinary sentences the rules flag {rules:.0f}, the weights {more:.0f} more")


def _print_kind(kind: str, said: Sequence[Said], found: set[str]) -> None:
    rules, both = sum(one.known for one in said), sum(one.known or one.text in found for one in said)
    print(f"{kind}: of {len(said)} the rules find {rules}, with weights fitted without the kind {both}")


def _write(weights: Array, groups: Sequence[str]) -> None:
    size = len(weights) - 1 - len(groups)
    meaning = [f"{weight:.3f}" for weight in weights[:size]]
    lines = "".join(f"{' '.join(meaning[at : at + 16])}\n" for at in range(0, size, 16))
    words = zip(groups, weights[size:-1] * OF_WORDS, strict=True)
    told = "".join(f"{group} = {weight:.3f}\n" for group, weight in words if abs(weight) >= 0.0005)
    TARGET.write_text(
        "# How much the numbers of a sentence's vector, and its words, tell that it is said to programs.\n"
        "# Made by `python -m tests.instruction_weights`: do not edit.\n\n"
        f"[meaning]\n{lines}\n[words]\n{CONSTANT} = {weights[-1]:.3f}\n{told}",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
