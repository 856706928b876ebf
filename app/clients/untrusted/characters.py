"""Bytes as text, in whichever character set they are."""

import codecs
import re

from app.clients.untrusted.confined import Unreadable

GARBLED = "its characters cannot be told: it is neither UTF-8 nor anything that can be recognized"
MOST_ODD = 0.02
"""The share of characters that do not occur in texts. With more of them it was decoded wrongly, or is not a text."""
MOST_BROKEN = 0.1
"""Of the characters beyond ASCII: with fewer broken ones a text is still taken for what it seems to be."""
FEW = 3
"""Characters that say nothing about the whole."""
SAMPLE = 100_000  # bytes that have to be enough to recognize a character set
CHARSETS = (
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r"),
    *("cp1253", "cp1255", "cp1256", "tis_620", "cp1250", "cp1252"),
)
"""The character sets that are recognized when none is stated."""

_ODD = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f\ufffd\ufffe\uffff]")
_SMUGGLED = re.compile(r"[\U000e0000-\U000e0fff\u202a-\u202e\u2066-\u2069]")
"""Characters that show nothing and spell words for programs, and those that reorder what stands beside them."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\s]+")
_CHARSET = re.compile(r"utf-(?:8|16|16-[lb]e)|iso8859|cp\d|koi8|mac-|big5|gb|euc|shift_jis|iso2022|johab|tis-620|hz")
_INSIDE = re.compile(rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,100}encoding)\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_PAIRS = re.compile(rb"[\x80-\xff]+")
COMMON = 0.9
_FREQUENT = frozenset(
    each.encode("gb18030")
    for each in "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年请您用单货订退款天内"
)
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii"})


def decoded(content: bytes, *, declared: str = "") -> str:
    """Text in the declared character set, else UTF-8, else the one of old Windows files, else one that is recognized.

    Line ends are "\\n". Raises Unreadable for bytes that are not text.
    """
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    for charset in filter(None, (marked, declared, "utf-8-sig")):
        if (text := _decoded(content, charset)) is not None:
            return _sound(text)
    western = content.decode("cp1252", errors="replace")
    return _sound(western if _is_western(western) else _recognized(content))


def _decoded(content: bytes, charset: str) -> str | None:
    """None when it is another character set; a few bytes may be broken."""
    try:
        return content.decode(charset)
    except LookupError:
        return None
    except UnicodeError:
        text = content.decode(charset, errors="replace")
    beyond = sum(map(len, _BEYOND_ASCII.findall(text)))
    return text if text.count("\ufffd") <= MOST_BROKEN * beyond else None


def _is_western(text: str) -> bool:
    """Letters beyond ASCII stand between others there; one after the other they were another script."""
    runs = _BEYOND_ASCII.findall(text)
    foreign = sum(len(run) for run in runs if len(run) > FEW and len(set(run)) > 2)
    return foreign <= max(FEW, sum(map(len, runs)) / 2)


def _recognized(content: bytes) -> str:
    from charset_normalizer import from_bytes  # takes a while to load

    if _is_common_chinese(content[:SAMPLE]) and (chinese := _decoded(content, "gb18030")) is not None:
        return chinese
    found = from_bytes(content[:SAMPLE], cp_isolation=list(CHARSETS)).best()
    text = _decoded(content, found.encoding) if found and found.coherence > 0 else None
    if text is None:
        raise Unreadable(GARBLED)
    return text


def _is_common_chinese(content: bytes) -> bool:
    """Nearly all characters beyond ASCII are pairs of bytes that GB 2312 has for its frequent characters and its signs.

    A short text says too little to be told from Thai by its letters. Japanese and Korean, which have pairs too, have
    letters of their own between them.
    """
    runs = _PAIRS.findall(content)
    pairs = [run[at : at + 2] for run in runs for at in range(0, len(run), 2)]
    if not pairs or any(len(run) % 2 for run in runs):
        return False
    common = sum(0xB0 <= pair[0] <= 0xD7 or pair[0] in (0xA1, 0xA3) for pair in pairs)
    kana_or_hangul = sum(pair[0] in (0xA4, 0xA5) for pair in pairs)
    return common >= COMMON * len(pairs) and not kana_or_hangul and _has_frequent_chinese(pairs)


def _has_frequent_chinese(pairs: list[bytes]) -> bool:
    """Every text of some length has some of the few characters that half of all Chinese is made of."""
    return sum(pair in _FREQUENT for pair in pairs) >= max(1, len(pairs) // 20)


def _sound(text: str) -> str:
    odd = len(text) - len(_ODD.sub("", text))
    if odd > max(1, MOST_ODD * len(text)):
        raise Unreadable(GARBLED)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def shown(text: str) -> str:
    """The text without the characters that only programs see."""
    return _SMUGGLED.sub("", text)


def stated(markup: bytes) -> str:
    """The character set that a page states itself; "" when it states none that is usable."""
    inside = _INSIDE.search(markup[:4096])
    charset = usable(inside[1].decode("ascii")) if inside else ""
    return "" if charset.startswith("utf-16") else charset  # in UTF-16 the statement itself could not be found


def usable(charset: str) -> str:
    """The name of a character set of the web, and of none of the other things that Python can decode.

    Western sets are not named: they are taken for UTF-8 first, because nearly nothing else looks like it, and pages that
    state one of them mean Windows-1252.
    """
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return name if _CHARSET.match(name) and name not in _WESTERN else ""
