"""The part of a robots.txt that is for one program: to be called in a process that can be ended."""

import re

from protego import Protego

_LINE = re.compile(r"^[ \t]*([a-z-]+)[ \t]*:[ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_RULES = frozenset({"allow", "disallow"})


def may_read(content: bytes, agent: str, urls: list[str]) -> list[bool]:
    """Of each URL whether it may be read."""
    rules = Protego.parse(own_part(content.decode("utf-8-sig", "replace"), agent))
    return [bool(rules.can_fetch(url, agent)) for url in urls]


def own_part(text: str, agent: str) -> str:
    """The groups that name the program, else those for all, as one group: the rest costs time and says nothing to us."""
    groups: dict[str, list[str]] = {agent.lower(): [], "*": []}
    named, open_ = set[str](), False
    seen = set[str]()
    for found in _LINE.finditer(text.replace("\r", "\n")):
        field, value = found[1].lower(), found[2].strip()
        if field == "user-agent":
            named = (named if open_ else set()) | ({value.lower()} & groups.keys())
            seen |= named
            open_ = True
        elif field in _RULES:
            open_ = False
            for name in named:
                groups[name].append(f"{field}: {value}")
        elif field != "sitemap":
            open_ = False
    chosen = agent.lower() if agent.lower() in seen else "*"
    return "\n".join(["user-agent: *", *groups[chosen]])
