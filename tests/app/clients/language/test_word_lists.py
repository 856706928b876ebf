"""The data files of the language rules: each is read whole, and every phrase in them is a regular expression."""

import json
import re
from pathlib import Path

import pytest

from app.clients.language import intents, word_lists
from app.clients.language.phrases import Phrase, framed
from app.clients.language.plain_spelling import plain

FOLDER = Path(word_lists.__file__).parent / "data"
LABELLED = Path(__file__).parents[3] / "data" / "intents.jsonl"
FILES = sorted(file.relative_to(FOLDER).with_suffix("").as_posix() for file in FOLDER.rglob("*"))
FAMILIES = {name: word_lists.alternatives("families", name) for name in word_lists.sections("families")}


@pytest.mark.parametrize("file", [file for file in FILES if file != "evidence"])
def test_a_file_has_sections_with_lines_and_none_twice(file: str) -> None:
    sections = word_lists.sections(file)
    names = [
        line
        for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()
        if re.fullmatch(r"\[[\w ]+\]", line)
    ]
    assert len(names) == len(sections) > 0
    assert all(lines for lines in sections.values())


@pytest.mark.parametrize("file", ["signs", *(f"evidence/{intent}" for intent in intents.INTENTS)])
def test_phrases_name_families_that_there_are(file: str) -> None:
    for lines in word_lists.sections(file).values():
        for line in lines:
            assert Phrase(line, FAMILIES).pattern


def test_pairs_and_words() -> None:
    assert word_lists.pairs("spellings", "shorthand")["i'm"] == "i am"
    assert word_lists.words("words", "greetings") >= {"hello", "thanks"}
    assert all(value.isdigit() for value in word_lists.pairs("spellings", "numbers").values())


def test_no_phrase_is_overlooked() -> None:
    """What a phrase needs is a short cut: its regular expression alone finds no more."""
    lines = [
        line
        for intent in intents.INTENTS
        for lines in word_lists.sections(f"evidence/{intent}").values()
        for line in lines
    ]
    phrases = [Phrase(line, FAMILIES) for line in lines]
    texts = [framed(plain(row["text"])) for row in map(json.loads, LABELLED.read_text().splitlines()[::8])]
    found = [(phrase, text) for phrase in phrases for text in texts if phrase.pattern.search(text)]
    assert len(found) > len(texts) > 100
    assert all(phrase.is_in(text) for phrase, text in found)
