"""The main text of a web page: no navigation, no footers, no comments of visitors; and the pages that only seem to be one."""

import re
from typing import Any

from trafilatura import extract, html2txt, load_html

from app.clients.untrusted.confined import Unreadable
from app.clients.untrusted.hidden_markup import without_hidden
from app.clients.untrusted.nesting import levelled

LONGEST_MARKUP = 1_500_000
"""Characters; what follows is left out, because parsing takes longer than it is worth."""

SHORT = 600
"""Characters of a page that may be nothing but a notice. A longer page may be about robots and JavaScript."""
FEW_WORDS = 5

_WALL = re.compile(
    r"just a moment|checking (?:if the site connection is secure|your browser)|unusual traffic"
    r"|(?:verify|verifying|confirm|prove|make sure|check)\b.{0,20} you(?:'re| are) (?:a )?(?:human|not a (?:robot|bot))"
    r"|are you (?:a )?(?:human|robot)|i'?m not a robot|(?:complete|solve) (?:the|this|a) (?:captcha|challenge|puzzle)"
    r"|attention required! \| cloudflare|enable javascript and cookies|pardon our interruption"
    r"|(?:access|request) (?:to this page )?(?:has been |was )?(?:denied|blocked)|incapsula incident|ddos protection by",
    re.IGNORECASE,
)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|requires?|needs?|turn on|activate|without) javascript|javascript (?:is |must be )?(?:required|disabled|enabled|needed)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|ccpa|cmp|onetrust|didomi|usercentrics|cookiebot|truste)(?:[\s_-]|$)",
    re.IGNORECASE,
)
"""Part of the name of a layer that asks for consent."""
_CONSENTS = re.compile(
    r"\W*(?:i )?(?:accept|agree|allow|reject|decline|consent|got it|ok(?:ay)?|zustimmen|akzeptieren|accepter|aceptar)\b.{0,40}",
    re.IGNORECASE | re.DOTALL,
)
"""What stands on a button of such a layer."""
_START = "<!doctype html>\n<html>"
"""Without it a page of a single paragraph is taken for no page at all; a second one does no harm."""

_ITEM = re.compile(r"\s*(?:-|\d{1,3}\. )|\|")
_NUMBERED = re.compile(r"^(\s*)- (\d{1,3}\. )")
FENCE = "```"
_TABLE_RULE = re.compile(r"\|[-:| ]+\|")


def title_and_text(markup: str) -> tuple[str, str]:
    """Raises Unreadable."""
    markup, title, text = levelled(markup[:LONGEST_MARKUP]), "", ""
    try:
        tree = load_html(_START + markup)
        if tree is not None:
            without_hidden(tree)
            _without_consent(tree)
            title = _title(tree)
            _fence(tree)
            _number(tree)
            text = _paragraphs(extract(tree, include_comments=False) or html2txt(tree))
    except Exception as error:  # strange markup makes the library raise anything
        raise Unreadable(f"its markup cannot be understood ({type(error).__name__})") from error
    _check(title, text, markup)
    return title, text


def _title(tree: Any) -> str:
    """As the page names itself to others: often without the name of the site."""
    named = tree.xpath("string(//meta[@property='og:title'][1]/@content)")
    return " ".join(str(named or tree.findtext(".//title") or tree.xpath("string(//h1[1])")).split())


def _without_consent(tree: Any) -> None:
    """Layers that ask for cookies: they are called so, have a button that consents, and no heading or article of the page."""
    for element in tree.xpath("//body//*[@id or @class]"):
        if not _CONSENT.search(f"{element.get('id') or ''} {element.get('class') or ''}"):
            continue
        buttons = element.xpath("(.//button | .//a | .//input/@value)[position() < 50]")
        said = (each if isinstance(each, str) else "".join(each.itertext()) for each in buttons)
        if any(map(_CONSENTS.fullmatch, said)) and not element.xpath("boolean(.//h1 or .//article or .//main)"):
            element.drop_tree()


def _fence(tree: Any) -> None:
    """Code gets the fences that it would have in Markdown."""
    for block in tree.xpath("//pre[.//code]"):
        block.text = f"\n{FENCE}\n{block.text or ''}"
        block[-1].tail = f"{block[-1].tail or ''}\n{FENCE}\n"


def _number(tree: Any) -> None:
    """Items of ordered lists get the numbers that readers see."""
    for items in tree.xpath("//ol"):
        start = items.get("start") or ""
        for number, item in enumerate(
            items.iterchildren("li"), start=int(start) if re.fullmatch(r"\d{1,3}", start) else 1
        ):
            first = item if (item.text or "").strip() or not len(item) or item[0].tag != "p" else item[0]
            first.text = f"{number}. {(first.text or '').lstrip()}"


def _paragraphs(text: str) -> str:
    """Each line a paragraph of its own, except the items of a list, the rows of a table and the lines of code."""
    found, before, fenced = "", "", False
    lines = (_NUMBERED.sub(r"\1\2", each) for each in text.split("\n"))
    for line in (each for each in lines if each.strip() and not _TABLE_RULE.fullmatch(each.strip())):
        together = fenced or (_ITEM.match(line) and _ITEM.match(before))
        fenced ^= line.strip() == FENCE
        found += ("\n" if together else "\n\n") + line
        before = line
    return found.strip()


def _check(title: str, text: str, markup: str) -> None:
    if len(text) > SHORT:
        return
    if _WALL.search(f"{title}\n{text}"):
        raise Unreadable("it asks visitors to show that they are not a program")
    scripted = bool(_SCRIPT.search(markup))
    if _NEEDS_SCRIPTS.search(text or markup) or (scripted and len(text.split()) < FEW_WORDS):
        raise Unreadable("it shows its text only to browsers that run JavaScript")
    if not text:
        raise Unreadable("it has no text")
