"""One way to fingerprint JSON: equal values give equal digests, whatever the order of their keys."""

import hashlib
import json
from typing import Any


def digest(value: Any) -> str:
    """SHA-256, in hex, of the value's canonical JSON; values JSON does not know count as their text."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
