"""Leads of several searches as one list, each page in it once."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from nodes.ports.search import Lead
from nodes.texts import content_stems, mentions

DAMPING = 60
"""How little the first places of a list count more than the next ones: the usual number of reciprocal rank fusion."""

_APART = re.compile(r"\s*(?:\(.*|\s[|\u2013\u2014-]\s.*)")

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")
TRACKING = frozenset(
    {
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl"),
        *("fbclid", "igshid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id", "ref_src"),
        *("mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id"),
    }
)


def merged(lists: Sequence[Sequence[Lead]]) -> list[Lead]:
    """Reciprocal rank fusion: what several lists have, and what stands high in one, comes first; ties go in turn.

    Of a page found more than once, the lead with the best place is kept.
    """
    scores: dict[str, float] = defaultdict(float)
    kept: dict[str, Lead] = {}
    for place, row in enumerate(zip_longest(*map(_once, lists))):
        for key, lead in filter(None, row):
            scores[key] += 1 / (DAMPING + place + 1)
            kept.setdefault(key, lead)
    return [kept[key] for key in sorted(kept, key=lambda key: -scores[key])]


def without(leads: Sequence[Lead], others: Sequence[Lead]) -> list[Lead]:
    known = {canonical(one["address"]) for one in others}
    return [one for one in leads if canonical(one["address"]) not in known]


def is_named(title: str, query: str, said: str) -> bool:
    """Whether a query has this name as it is written, or sources have said it: then a name of several words."""
    name = _APART.sub("", title).strip()
    as_written = rf"(?<!\w){re.escape(name)}(?!\w)"
    if name and re.search(as_written, query):
        return True
    return len(content_stems(name)) > 1 and mentions(f"{query}\n{said}", name)


def canonical(address: str) -> str:
    """Equal for addresses that lead to the same page. It is for comparing, not for fetching."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return address.strip()
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return address.strip()
    own_port = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    query = f"?{found}" if (found := _query(parts)) else ""
    return f"//{parts.hostname.rstrip('.')}{own_port}{parts.path.rstrip('/')}{query}"


def _once(leads: Sequence[Lead]) -> list[tuple[str, Lead]]:
    """The leads of one list with their keys; a page that is listed twice counts once."""
    found: dict[str, Lead] = {}
    for lead in leads:
        found.setdefault(canonical(lead["address"]), lead)
    return list(found.items())


def _query(parts: SplitResult) -> str:
    """The parameters that matter, in an order of their own."""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return urlencode(sorted(pair for pair in pairs if not _tracks(pair[0])))


def _tracks(name: str) -> bool:
    return name.lower().startswith(TRACKING_PREFIXES) or name.lower() in TRACKING
