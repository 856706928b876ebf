"""An event, and its signature as Stripe's documentation describes it."""

import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "whsec_test"


def event(kind: str, **refund: Any) -> bytes:
    return json.dumps({"id": "evt_1", "type": kind, "data": {"object": {"object": "refund", **refund}}}).encode()


def signature(payload: bytes, *, secret: str = SECRET, age_s: int = 0) -> str:
    at = int(time.time()) - age_s
    signed = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
