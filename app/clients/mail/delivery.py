"""Mail, sent once per key: into a folder of .eml files, or through an SMTP server.

The `outbox` table remembers every mail (app.clients.mail.outbox). A key that was sent is never sent again, also with
other words; one that was not sent goes out with the newest words, by the step's next try or in the background.
A process that dies between the server's answer and the table repeats the mail with the same Message-ID, by which mail
systems recognise it; in a folder it is the same file.
"""

import asyncio
import hashlib
import os
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from pathlib import Path
from typing import Literal
from weakref import WeakValueDictionary

import aiosmtplib

from app.clients.database.database import Database
from app.clients.mail.addresses import holds, is_address, is_sender
from app.clients.mail.outbox import Outbox
from app.clients.mail.smtp_server import SmtpServer
from nodes.ports.clock import Clock
from nodes.ports.errors import DependencyDown, MailRefused, MailUnavailable, NotConfigured, SwitchboardError

TIMEOUT_S = 20
"""For each step of a conversation with the server."""

_GOODBYE_S = 2

_LONGEST_LINE = 998
"""Of a mail, by RFC 5322."""

_POLICY = SMTP.clone(cte_type="7bit")

Deliver = Callable[[EmailMessage], Awaitable[None]]


class FolderMail:
    """Every mail becomes a file, named by its key, in a folder that only its owner can read."""

    def __init__(self, folder: Path, database: Database, clock: Clock, sender: str, *, approvers: str = "") -> None:
        self._folder = folder
        self._post = _Post(database, clock, sender, approvers)

    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        async def deliver(message: EmailMessage) -> None:
            await asyncio.to_thread(_write, self._folder / _file_name(key), message)

        return await self._post.send(deliver, key=key, to=to, subject=subject, text=text)


class SmtpMail:
    """Every mail goes to one server. `tls`: certificates to trust instead of the system's.

    Addresses: smtp://user:password@host:587 (STARTTLS is required), smtp://localhost:25 (STARTTLS when offered),
    smtps://host:465 (TLS from the first byte). `?cafile=/path/ca.pem` trusts a private authority; `?starttls=off`
    allows plain text to this machine itself. Percent-encode what is special in a user or a password.
    """

    def __init__(
        self,
        url: str,
        database: Database,
        clock: Clock,
        sender: str,
        *,
        approvers: str = "",
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._server = SmtpServer.parse(url)
        self._tls = tls or _trust(self._server.cafile)
        self._timeout_s = timeout_s
        self._post = _Post(database, clock, sender, approvers)

    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        return await self._post.send(self._deliver, key=key, to=to, subject=subject, text=text)

    async def greet(self) -> None:
        """Say hello to the server and log in; nothing is sent. Raises MailUnavailable, NotConfigured."""
        client = self._client()
        try:
            await client.connect()
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_GOODBYE_S)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _translated(error, self._server, "") from error
        finally:
            client.close()

    async def _deliver(self, message: EmailMessage) -> None:
        (sender,), recipients = _bare(message, "From"), _bare(message, "To")
        client = self._client()
        try:
            await client.connect()
            await client.sendmail(sender, recipients, message.as_bytes())
            with suppress(aiosmtplib.SMTPException, OSError):  # the mail is accepted already
                await client.quit(timeout=_GOODBYE_S)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _translated(error, self._server, ", ".join(recipients)) from error
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            timeout=self._timeout_s,
            use_tls=server.tls == "implicit",
            start_tls={"required": True, "offered": None}.get(server.tls, False),
            tls_context=self._tls,
        )


class _Post:
    """What both ways of sending share: the message, and the record of what was sent."""

    def __init__(self, database: Database, clock: Clock, sender: str, approvers: str) -> None:
        """`approvers`: the one list of addresses, with commas, that a mail may go to; any other mail has one recipient."""
        self._approvers = approvers
        self._outbox = Outbox(database, clock)
        self._clock = clock
        self._sender = _sender(sender)
        self._sending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, deliver: Deliver, *, key: str, to: str, subject: str, text: str) -> str:
        message = self._compose(to, subject, text)
        async with self._sending.setdefault(key, asyncio.Lock()):
            claim = await self._outbox.claim(
                key=key, message_id=_message_id(key, self._sender.domain), to=to, subject=subject, text=text
            )
            if claim["sent"]:
                return claim["message_id"]
            if not claim["free"]:
                raise MailUnavailable(f"Another process is sending the mail {key} right now; try again.")
            message["Message-ID"] = claim["message_id"]
            await self._tried(deliver, message, key)
            await self._outbox.delivered(key)
        return claim["message_id"]

    async def _tried(self, deliver: Deliver, message: EmailMessage, key: str) -> None:
        """Deliver, and write down a failure: nothing is lost when the step gives up."""
        try:
            await deliver(message)
        except SwitchboardError as error:
            with suppress(DependencyDown):  # the failure of the mail counts, not that of the note
                await self._outbox.tried(key, str(error), final=isinstance(error, MailRefused))
            raise
        except BaseException:
            with suppress(DependencyDown):
                await self._outbox.given_back(key)
            raise

    def _compose(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        recipients = to.split(",") if to == self._approvers else [to]
        message["To"] = [Address(addr_spec=_checked_address(one)) for one in recipients]
        message["Subject"] = _checked_subject(subject)
        message["Date"] = self._clock.now()
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_checked_text(text), charset="utf-8", cte=_encoding(text))
        return message


def _trust(cafile: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=cafile)
    except OSError as error:  # ssl.SSLError is one
        raise NotConfigured(
            f"SWITCHBOARD_SMTP_URL names the cafile {cafile!r}, which holds no certificates to read."
        ) from error


def _translated(error: Exception, server: SmtpServer, recipient: str) -> SwitchboardError:
    """What the failure means for the next try."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    where = f"The mail server {server.host}:{server.port}"
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500:
        return _refusal(error, where, recipient)
    if _is_untrusted(error):
        return NotConfigured(
            f"{where} has a certificate that cannot be trusted: use the name in the certificate, "
            "or add ?cafile=/path/ca.pem to SWITCHBOARD_SMTP_URL."
        )
    if isinstance(error, (aiosmtplib.SMTPResponseException, OSError)):
        return MailUnavailable(f"{where} did not take the mail ({_said(error)}); try again.")
    return NotConfigured(
        f"{where} cannot do what SWITCHBOARD_SMTP_URL asks for ({_said(error)})."
    )  # no STARTTLS, no AUTH


def _refusal(error: aiosmtplib.SMTPResponseException, where: str, recipient: str) -> SwitchboardError:
    """Whether a final answer is about the settings or about this mail. The server's words are shown, except about a login."""
    match error:
        case aiosmtplib.SMTPAuthenticationError() | aiosmtplib.SMTPResponseException(code=530):
            return NotConfigured(
                f"{where} wants a login that it knows: correct user and password in SWITCHBOARD_SMTP_URL."
            )
        case aiosmtplib.SMTPSenderRefused():
            return NotConfigured(f"{where} refused the sender ({_said(error)}): correct SWITCHBOARD_MAIL_FROM.")
        case aiosmtplib.SMTPRecipientRefused():
            return MailRefused(f"{where} refused the recipient {recipient} ({_said(error)}): check the address.")
        case aiosmtplib.SMTPDataError():
            return MailRefused(f"{where} refused the mail to {recipient} ({_said(error)}).")
        case _:
            return NotConfigured(f"{where} does not serve us ({_said(error)}): correct SWITCHBOARD_SMTP_URL.")


def _said(error: Exception) -> str:
    """One short line of what may be a long, hostile text."""
    words = f"{getattr(error, 'code', '')} {getattr(error, 'message', error)}".split()
    return "".join(c for c in " ".join(words) if c.isprintable())[:200].strip().rstrip(".")


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__
    return False


def _checked_address(to: str) -> str:
    if not is_address(to):
        raise MailRefused(f"{to[:100]!r} is not one plain e-mail address; expected something like ada@example.com.")
    return to


def _checked_subject(subject: str) -> str:
    """No line breaks or other controls; no encoded words either, which mail programs would decode."""
    if holds(subject, "Cc", "Cs", "Zl", "Zp") or "=?" in subject:
        raise MailRefused(f"The subject {subject[:100]!r} holds control characters or encoded words; write plain text.")
    return subject


def _checked_text(text: str) -> str:
    if "\0" in text or holds(text, "Cs"):
        raise MailRefused("The text of the mail holds NUL or half characters; write plain text.")
    return text


def _encoding(text: str) -> str:
    """One in which commands stand as they are typed: never base64, and no line of ASCII is folded."""
    is_plain = text.isascii() and all(len(line) <= _LONGEST_LINE for line in text.splitlines())
    return "7bit" if is_plain else "quoted-printable"


def _sender(sender: str) -> Address:
    if not is_sender(sender):
        raise NotConfigured(
            f"SWITCHBOARD_MAIL_FROM is {sender!r}; expected support@example.com or The Shop <support@example.com>."
        )
    ((name, address),) = getaddresses([sender])
    return Address(name, addr_spec=address)


def _bare(message: EmailMessage, header: Literal["From", "To"]) -> list[str]:
    return [str(one.addr_spec) for one in message[header].addresses]


def _message_id(key: str, domain: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _file_name(key: str) -> str:
    """Readable, safe on every disk, and different for every key."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:80]
    return f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.eml".lstrip("-")


def _write(file: Path, message: EmailMessage) -> None:
    """All of it or nothing; readable by the owner only."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.part")  # what a process that died has left is written over
        try:
            with os.fdopen(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(message.as_bytes(policy=_POLICY.clone(linesep="\n")))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(new, file)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise MailUnavailable(
            f"The mail cannot be written to {file.parent} ({error.strerror}); make room or correct its rights."
        ) from error
