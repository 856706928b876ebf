"""The mail server that SWITCHBOARD_SMTP_URL names."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from nodes.ports.errors import NotConfigured


@dataclass(frozen=True)
class SmtpServer:
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Literal["implicit", "required", "offered", "off"]
    cafile: str | None

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Raises NotConfigured, which never quotes the address: it may hold a password."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise _unusable("is not an address") from None  # the reason would quote it
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise _unusable("is not an address of a mail server")
        if parts.path not in ("", "/") or parts.fragment:
            raise _unusable("has something after the host (write / as %2F, ? as %3F and # as %23 in a password)")
        user, password = _credentials(parts)
        options = _options(parts)
        return cls(
            host=parts.hostname,
            port=port or (465 if parts.scheme == "smtps" else 587 if user else 25),
            user=user,
            password=password,
            tls=_encryption(parts, options.get("starttls")),
            cafile=options.get("cafile"),
        )


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _unusable("needs both a user and a password, or neither")
    return user or None, password or None


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(options) - {"starttls", "cafile"} or options.get("starttls", "off") != "off":
        raise _unusable("has an unknown option: there are ?cafile=/path/ca.pem and ?starttls=off")
    return options


def _encryption(parts: SplitResult, starttls: str | None) -> Literal["implicit", "required", "offered", "off"]:
    if parts.scheme == "smtps":
        return "implicit"
    if starttls == "off":
        if not _is_this_machine(parts.hostname or ""):
            raise _unusable("turns STARTTLS off for another machine, which is allowed for localhost only")
        return "off"
    return "required" if parts.username else "offered"


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable(what: str) -> NotConfigured:
    return NotConfigured(
        f"SWITCHBOARD_SMTP_URL {what}; expected smtp://user:password@host:587, smtps://user:password@host:465 "
        "or smtp://localhost:25."
    )
