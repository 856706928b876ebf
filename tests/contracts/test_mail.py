"""One contract for every way of sending mail, then what each way adds. The SMTP server is a real one, on loopback."""

import asyncio
import email
import email.policy
import os
import socket
import ssl
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.clients.database.database import Database
from app.clients.database.schema import outbox
from app.clients.mail.delivery import FolderMail, SmtpMail
from nodes.ports.errors import MailRefused, MailUnavailable, NotConfigured, SwitchboardError
from nodes.ports.mail import Mail
from tests.stored import column, open_database

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENDER = "The Shop <support@shop.example>"
USER, PASSWORD = "support@shop.example", "s3cr#t/?: pass@word"
ADA: dict[str, Any] = {"key": "t-1:confirmation", "to": "ada@example.com", "subject": "Your refund", "text": "Done.\n"}


VANISH = "take the mail, and hang up instead of saying so"


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class Mailbox:
    """What an SMTP server was given. `answers`: what it says to a command instead of taking it."""

    answers: dict[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [self.answers["EHLO"]] if "EHLO" in self.answers else responses

    async def handle_HELO(self, _server: SMTP, _session: Session, _envelope: Envelope, _hostname: str) -> str:
        return self.answers["EHLO"]  # asked only after a refused EHLO

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.answers:
            envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.get("DATA", "250 OK")
        if answer in ("250 OK", VANISH):
            self.envelopes.append(envelope)
            self.logins.append(bool(session.authenticated))
        if answer == VANISH and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return answer

    def messages(self) -> list[EmailMessage]:
        return [parsed(envelope.content or b"") for envelope in self.envelopes]


def parsed(content: bytes | str) -> EmailMessage:
    raw = content.encode() if isinstance(content, str) else content
    return email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)


def body(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD), handled=False)


@asynccontextmanager
async def smtp_server(mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """Serve on a free port; `tls` here means from the first byte, `tls_context` among the options means STARTTLS."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.test", loop=loop, **options), "127.0.0.1", 0, ssl=tls
    )
    async with server:
        port: int = server.sockets[0].getsockname()[1]
        yield port


@asynccontextmanager
async def database_in(folder: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{folder / 'business.db'}") as database:
        yield database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with database_in(tmp_path) as opened:
        yield opened


class Delivery(Protocol):
    """A way of sending, and what arrived."""

    mail: Mail

    def arrived(self) -> list[EmailMessage]: ...


@dataclass
class FolderDelivery:
    mail: Mail
    folder: Path

    def arrived(self) -> list[EmailMessage]:
        return [parsed(file.read_bytes()) for file in sorted(self.folder.glob("*"))]


@dataclass
class SmtpDelivery:
    mail: Mail
    mailbox: Mailbox

    def arrived(self) -> list[EmailMessage]:
        return self.mailbox.messages()


@asynccontextmanager
async def folder_delivery(database: Database, folder: Path, sender: str = SENDER) -> AsyncIterator[Delivery]:
    yield FolderDelivery(FolderMail(folder / "outbox", database, FixedClock(), sender), folder / "outbox")


@asynccontextmanager
async def smtp_delivery(database: Database, _folder: Path, sender: str = SENDER) -> AsyncIterator[Delivery]:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        yield SmtpDelivery(SmtpMail(f"smtp://127.0.0.1:{port}", database, FixedClock(), sender), mailbox)


WAYS = [pytest.param(folder_delivery, id="folder"), pytest.param(smtp_delivery, id="smtp")]
Way = Callable[..., Any]


@pytest.fixture(params=WAYS)
async def delivery(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Delivery]:
    async with request.param(database, tmp_path) as opened:
        yield opened


# The contract


async def test_a_mail_arrives_as_it_was_written(delivery: Delivery) -> None:
    message_id = await delivery.mail.send(**ADA)
    (message,) = delivery.arrived()
    headers = {
        "From": SENDER,
        "To": "ada@example.com",
        "Subject": "Your refund",
        "Date": "Mon, 23 Nov 2026 09:30:00 +0000",
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
    }
    assert {name: message[name] for name in headers} == headers
    assert body(message) == "Done.\n"


async def test_a_key_is_sent_once(delivery: Delivery) -> None:
    first = await delivery.mail.send(**ADA)
    assert await delivery.mail.send(**ADA) == first
    assert len(delivery.arrived()) == 1


async def test_the_first_words_stand_once_sent(delivery: Delivery) -> None:
    first = await delivery.mail.send(**ADA)
    assert await delivery.mail.send(**{**ADA, "subject": "Reworded", "text": "Other words."}) == first
    assert [message["Subject"] for message in delivery.arrived()] == ["Your refund"]


async def test_repeats_at_the_same_moment_send_once(delivery: Delivery) -> None:
    ids = await asyncio.gather(*[delivery.mail.send(**ADA) for _ in range(5)])
    assert len(set(ids)) == len(delivery.arrived()) == 1


async def test_another_key_is_another_mail(delivery: Delivery) -> None:
    ids = {await delivery.mail.send(**{**ADA, "key": key}) for key in ("a:b", "a-b", "a/b", "../../a b", "é", "")}
    assert len(ids) == len(delivery.arrived()) == 6


async def test_a_reopened_mail_remembers(database: Database, tmp_path: Path) -> None:
    """Also across the ways: what went to the folder does not go out again once a server is configured."""
    async with (
        folder_delivery(database, tmp_path) as folder,
        smtp_delivery(database, tmp_path, "x@other.example") as smtp,
    ):
        first = await folder.mail.send(**ADA)
        assert await smtp.mail.send(**ADA) == first
        assert smtp.arrived() == []


async def test_unicode_survives(delivery: Delivery) -> None:
    subject, text = (
        "Rückerstattung über 49,90 € 🎉: 返金のお知らせ",
        "Grüße\n\n返金しました。 €49.90 🎉\n.\n..hidden dots\n" + "ä" * 3000 + "\n",
    )
    await delivery.mail.send(**{**ADA, "subject": subject, "text": text})
    (message,) = delivery.arrived()
    assert message["Subject"] == subject
    assert body(message) == text
    assert message.as_bytes().isascii()


async def test_the_outbox_tells_what_was_sent(delivery: Delivery, database: Database) -> None:
    message_id = await delivery.mail.send(**ADA)
    (row,) = await database.fetch(select(outbox))
    assert (row["key"], row["message_id"]) == (ADA["key"], message_id)
    assert (row["recipient"], row["subject"]) == (ADA["to"], ADA["subject"])
    assert row["sent_at"] == "2026-11-23T09:30:00.000000Z"


BAD_ADDRESSES = [
    "",
    "ada",
    "@example.com",
    "ada@",
    "ada@example.com, eve@example.com",  # two recipients
    "ada@example.com;eve@example.com",
    "ada@example.com eve@example.com",
    "Ada <ada@example.com>",  # a display name
    "<ada@example.com>",
    "friends: ada@example.com, eve@example.com;",  # a group
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\nBcc: eve@example.com",
    "ada@example.com\n",
    "ada@example.com\0",
    " ada@example.com",
    "ada@example.com> SIZE=1",  # SMTP parameters
    '"ada eve"@example.com',
    "ada(eve)@example.com",
    "ada@@example.com",
    "ada..b@example.com",
    "ada@-example.com",
    "ada@example..com",
    "ада@example.com",  # would need SMTPUTF8
    "ada@exämple.com",
    f"{'a' * 65}@example.com",
    f"ada@{'a.' * 150}com",
]


@pytest.mark.parametrize("to", BAD_ADDRESSES)
async def test_only_one_plain_address_is_taken(delivery: Delivery, to: str) -> None:
    with pytest.raises(MailRefused, match="is not one plain e-mail address"):
        await delivery.mail.send(**{**ADA, "to": to})
    assert delivery.arrived() == []


@pytest.mark.parametrize(
    "to", ["a@b.co", "ada+refunds@mail.example.com", "o'neil_42@x.example", "a@xn--exmple-cua.com"]
)
async def test_plain_addresses_are_taken(delivery: Delivery, to: str) -> None:
    await delivery.mail.send(**{**ADA, "to": to})
    assert [message["To"] for message in delivery.arrived()] == [to]


BAD_SUBJECTS = [
    "Refund\r\nBcc: eve@example.com",
    "Refund\nBcc: eve@example.com",
    "Refund\rBcc: eve@example.com",
    "Refund\r\n\r\n<h1>another body</h1>",
    "Refund\0",
    "Refund\x0bBcc: eve@example.com",  # str.splitlines breaks here, and so did e-mail libraries
    "Refund\x85Bcc: eve@example.com",
    "Refund\u2028Bcc: eve@example.com",
    "=?utf-8?q?Refund=0ABcc=3A_eve=40example.com?=",  # a line break inside an encoded word
    "Half a character \ud800",
]


@pytest.mark.parametrize("subject", BAD_SUBJECTS)
async def test_a_subject_cannot_add_headers(delivery: Delivery, subject: str) -> None:
    with pytest.raises(MailRefused, match="The subject"):
        await delivery.mail.send(**{**ADA, "subject": subject})
    assert delivery.arrived() == []


@pytest.mark.parametrize("text", ["before\0after", "half \ud800"])
async def test_a_text_without_meaning_is_refused(delivery: Delivery, text: str) -> None:
    with pytest.raises(MailRefused, match="The text"):
        await delivery.mail.send(**{**ADA, "text": text})


HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
    "Message-ID",
]


@given(to=st.one_of(st.just("ada@example.com"), st.emails(), st.text()), subject=st.text(), text=st.text())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_has_exactly_our_headers(tmp_path: Path, to: str, subject: str, text: str) -> None:
    message = asyncio.run(written(tmp_path, key=ascii((to, subject, text)), to=to, subject=subject, text=text))
    if message is None:
        return
    assert sorted(message.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in message["To"].addresses] == [to]
    assert " ".join(message["Subject"].split()) == " ".join(subject.split())
    assert lines(message.get_content()) == lines(text)


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


async def written(folder: Path, **mail: Any) -> EmailMessage | None:
    """The mail as its file has it, or None when it was refused."""
    async with database_in(folder) as database:
        sender = FolderMail(folder / "outbox", database, FixedClock(), SENDER)
        try:
            message_id = await sender.send(**mail)
        except MailRefused:
            return None
    found = [parsed(file.read_bytes()) for file in (folder / "outbox").iterdir()]
    return next(message for message in found if message["Message-ID"] == message_id)


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b.example, c@d.example", "Shop\r\nBcc: eve@example.com <a@b.example>"]
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_bad_sender_names_its_setting(way: Way, sender: str, database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_MAIL_FROM"):
        async with way(database, tmp_path, sender):
            pass


@pytest.mark.parametrize("way", WAYS)
async def test_a_bare_sender_will_do(way: Way, database: Database, tmp_path: Path) -> None:
    async with way(database, tmp_path, "support@shop.example") as opened:
        message_id = await opened.mail.send(**ADA)
        assert [message["From"] for message in opened.arrived()] == ["support@shop.example"]
    assert message_id.endswith("@shop.example>")


# The folder


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
async def test_files_are_private(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    await FolderMail(folder, database, FixedClock(), SENDER).send(**ADA)
    (file,) = folder.iterdir()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, file)] == [0o700, 0o600]
    assert file.match("t-1-confirmation-*.eml")


async def test_a_crash_before_the_table_leaves_one_file(database: Database, tmp_path: Path) -> None:
    """The same key, not known to be sent, in other words: the file is replaced."""
    async with database_in(other := tmp_path / "other") as forgetful:
        await FolderMail(tmp_path / "outbox", forgetful, FixedClock(), SENDER).send(**ADA)
    assert other.exists()
    await FolderMail(tmp_path / "outbox", database, FixedClock(), SENDER).send(**{**ADA, "text": "Reworded."})
    (file,) = (tmp_path / "outbox").iterdir()
    assert body(parsed(file.read_bytes())) == "Reworded.\n"


async def test_a_folder_that_cannot_be_made_is_reported_and_forgiven(database: Database, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    mail = FolderMail(tmp_path / "outbox", database, FixedClock(), SENDER)
    with pytest.raises(MailUnavailable, match="cannot be written"):
        await mail.send(**ADA)
    (tmp_path / "outbox").unlink()
    await mail.send(**ADA)
    assert len(list((tmp_path / "outbox").iterdir())) == 1


# The server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def cafile(authority: trustme.CA) -> Iterator[str]:
    with authority.cert_pem.tempfile() as file:
        yield file


@pytest.fixture
async def smtp(database: Database) -> AsyncIterator[Callable[..., Awaitable["Smtp"]]]:
    """Start a server and a mail client for it: `smtp("smtp://127.0.0.1:{port}", answers={...}, tls_context=...)`."""
    async with AsyncExitStack() as stack:

        async def start(url: str, *, answers: dict[str, str] | None = None, **options: Any) -> Smtp:
            mailbox = Mailbox(answers or {})
            port = await stack.enter_async_context(smtp_server(mailbox, **options))
            return Smtp(SmtpMail(url.format(port=port), database, FixedClock(), SENDER, timeout_s=5), mailbox)

        yield start


@dataclass
class Smtp:
    mail: SmtpMail
    mailbox: Mailbox


Start = Callable[..., Awaitable[Smtp]]
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
WITH_LOGIN: dict[str, Any] = {"authenticator": login, "auth_required": True}
WITH_CLEAR_LOGIN: dict[str, Any] = {"authenticator": login, "auth_require_tls": False}


async def test_the_envelope_has_the_bare_addresses(smtp: Start) -> None:
    server = await smtp("smtp://127.0.0.1:{port}")
    await server.mail.send(**ADA)
    (envelope,) = server.mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("support@shop.example", ["ada@example.com"])


async def test_the_list_of_approvers_is_one_mail_and_no_other_list_is_taken(database: Database) -> None:
    approvers, mailbox = "mia@example.com,tom@example.com", Mailbox()
    async with smtp_server(mailbox) as port:
        mail = SmtpMail(f"smtp://127.0.0.1:{port}", database, FixedClock(), SENDER, approvers=approvers)
        await mail.send(**{**ADA, "to": approvers})
        with pytest.raises(MailRefused):
            await mail.send(**{**ADA, "key": "other", "to": "mia@example.com,eve@example.com"})
    (envelope,) = mailbox.envelopes
    assert envelope.rcpt_tos == ["mia@example.com", "tom@example.com"]


async def test_starttls_is_used_when_offered(smtp: Start, certified: ssl.SSLContext, cafile: str) -> None:
    server = await smtp(
        "smtp://127.0.0.1:{port}/?cafile=" + quote(cafile), tls_context=certified, require_starttls=True
    )
    await server.mail.send(**ADA)
    assert len(server.mailbox.envelopes) == 1


async def test_a_login_goes_through_starttls(smtp: Start, certified: ssl.SSLContext, cafile: str) -> None:
    url = f"smtp://{LOGIN}@127.0.0.1:{{port}}?cafile={quote(cafile)}"
    server = await smtp(url, tls_context=certified, require_starttls=True, **WITH_LOGIN)
    await server.mail.send(**ADA)
    assert server.mailbox.logins == [True]


async def test_smtps_is_encrypted_from_the_first_byte(smtp: Start, certified: ssl.SSLContext, cafile: str) -> None:
    url = f"smtps://{LOGIN}@127.0.0.1:{{port}}?cafile={quote(cafile)}"
    server = await smtp(url, tls=certified, **WITH_CLEAR_LOGIN)
    await server.mail.send(**ADA)
    assert server.mailbox.logins == [True]


async def test_a_context_may_say_whom_to_trust(
    smtp: Start, database: Database, certified: ssl.SSLContext, authority: trustme.CA
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    mailbox = Mailbox()
    async with smtp_server(mailbox, tls=certified) as port:
        await SmtpMail(f"smtps://127.0.0.1:{port}", database, FixedClock(), SENDER, tls=trusting).send(**ADA)
    assert len(mailbox.envelopes) == 1


@pytest.mark.parametrize(("scheme", "option"), [("smtp", "tls_context"), ("smtps", "tls")])
async def test_a_certificate_of_nobody_known_is_refused(
    smtp: Start, certified: ssl.SSLContext, scheme: str, option: str
) -> None:
    server = await smtp(scheme + "://127.0.0.1:{port}", **{option: certified})
    await assert_fails(server, NotConfigured, r"certificate that cannot be trusted.*\?cafile=")


async def test_a_certificate_for_another_name_is_refused(smtp: Start, certified: ssl.SSLContext, cafile: str) -> None:
    server = await smtp("smtps://localhost:{port}?cafile=" + quote(cafile), tls=certified)
    await assert_fails(server, NotConfigured, "use the name in the certificate")


async def test_a_password_is_not_sent_in_the_clear(smtp: Start) -> None:
    server = await smtp(f"smtp://{LOGIN}@127.0.0.1:{{port}}", **WITH_CLEAR_LOGIN)
    await assert_fails(server, NotConfigured, "STARTTLS extension not supported")


async def test_a_password_may_go_in_the_clear_to_this_machine_on_request(smtp: Start) -> None:
    server = await smtp(f"smtp://{LOGIN}@127.0.0.1:{{port}}?starttls=off", **WITH_CLEAR_LOGIN)
    await server.mail.send(**ADA)
    assert server.mailbox.logins == [True]


async def test_a_wrong_password_is_a_matter_of_configuration(smtp: Start) -> None:
    url = f"smtp://{quote(USER)}:{quote(PASSWORD[:-1], safe='')}@127.0.0.1:{{port}}?starttls=off"
    server = await smtp(url, **WITH_CLEAR_LOGIN)
    await assert_fails(server, NotConfigured, "wants a login that it knows")


async def test_a_missing_login_is_a_matter_of_configuration(smtp: Start) -> None:
    server = await smtp("smtp://127.0.0.1:{port}", answers={"MAIL": "530 5.7.0 Authentication required"})
    await assert_fails(server, NotConfigured, "wants a login that it knows")


@pytest.mark.parametrize(
    ("command", "answer", "expected", "words"),
    [
        (
            "RCPT",
            "550 5.1.1 No such user",
            MailRefused,
            r"refused the recipient ada@example\.com \(550 5\.1\.1 No such user\)",
        ),
        ("RCPT", "450 4.2.0 Greylisted", MailUnavailable, "Greylisted"),
        ("RCPT", "451 Try again later", MailUnavailable, "Try again later"),
        ("DATA", "451 Disk full", MailUnavailable, "Disk full"),
        ("DATA", "554 5.7.1 Looks like spam", MailRefused, "refused the mail to ada@example.com .*spam"),
        ("DATA", VANISH, MailUnavailable, "try again"),
        ("MAIL", "421 Closing", MailUnavailable, "Closing"),
        ("EHLO", "421 Too busy", MailUnavailable, "Too busy"),
        ("EHLO", "554 Go away", NotConfigured, "does not serve us .554 Go away.: correct SWITCHBOARD_SMTP_URL"),
        ("MAIL", "550 Not your address", NotConfigured, "SWITCHBOARD_MAIL_FROM"),
        ("RCPT", "550 " + "\x1b[31m" + "long " * 80, MailRefused, r"550 \[31mlong"),  # hostile: colours, no end
    ],
)
async def test_the_answer_of_the_server_decides(
    smtp: Start, command: str, answer: str, expected: type[SwitchboardError], words: str
) -> None:
    server = await smtp("smtp://127.0.0.1:{port}", answers={command: answer})
    await assert_fails(server, expected, words)


async def assert_fails(server: Smtp, expected: type[SwitchboardError], words: str) -> None:
    with pytest.raises(expected, match=words) as failed:
        await server.mail.send(**ADA)
    assert failed.value.__cause__ is not None
    assert PASSWORD[:-1] not in str(failed.value)
    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 400


async def test_a_failed_mail_is_sent_by_the_next_try_in_its_newest_words(smtp: Start, database: Database) -> None:
    server = await smtp("smtp://127.0.0.1:{port}", answers={"DATA": "451 Later"})
    with pytest.raises(MailUnavailable):
        await server.mail.send(**ADA)
    server.mailbox.answers.clear()
    await server.mail.send(**{**ADA, "subject": "Reworded"})
    assert [message["Subject"] for message in server.mailbox.messages()] == ["Reworded"]
    assert await column(database, select(outbox.c.subject)) == ["Reworded"]


async def test_a_repeat_after_an_unknown_result_carries_the_same_message_id(smtp: Start) -> None:
    server = await smtp("smtp://127.0.0.1:{port}", answers={"DATA": VANISH})
    with pytest.raises(MailUnavailable):
        await server.mail.send(**ADA)
    server.mailbox.answers.clear()
    message_id = await server.mail.send(**ADA)
    assert [message["Message-ID"] for message in server.mailbox.messages()] == [message_id, message_id]


async def test_a_server_that_is_down_is_worth_another_try(database: Database) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        mail = SmtpMail(f"smtp://127.0.0.1:{closed.getsockname()[1]}", database, FixedClock(), SENDER)
        with pytest.raises(MailUnavailable, match="try again"):
            await mail.send(**ADA)


async def test_a_greeting_logs_in_and_sends_nothing(smtp: Start, certified: ssl.SSLContext, cafile: str) -> None:
    options = {"tls_context": certified, "require_starttls": True, **WITH_LOGIN}
    server = await smtp(f"smtp://{LOGIN}@127.0.0.1:{{port}}?cafile={quote(cafile)}", **options)
    await server.mail.greet()
    assert server.mailbox.envelopes == []
    stranger = await smtp(f"smtp://me:topsecret@127.0.0.1:{{port}}?cafile={quote(cafile)}", **options)
    with pytest.raises(NotConfigured, match="SWITCHBOARD_SMTP_URL") as refused:
        await stranger.mail.greet()
    assert "topsecret" not in str(refused.value)


async def test_a_silent_server_is_given_up(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(MailUnavailable, match="Timed out"):
            await SmtpMail(url, database, FixedClock(), SENDER, timeout_s=0.1).send(**ADA)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "mail.example.com:587",
        "http://mail.example.com",
        "smtp://",
        "smtp://:25",
        "smtp://user:sesame@host:port",
        "smtp://user:sesame@host:99999",
        "smtp://user:ses/ame@host:587",  # a slash that should be %2F: the port would be read as "ses"
        "smtp://user:sesame@host:587/folder",
        "smtp://user:sesame@host:587#fragment",
        "smtp://user:sesame@[::1",
        "smtp://user@host:587",
        "smtp://:sesame@host:587",
        "smtp://user:sesame@host:587?starttls=off",  # not this machine
        "smtp://host:25?starttls=off",
        "smtp://user:sesame@host:587?starttls=maybe",
        "smtp://user:sesame@host:587?verify=no",
        "smtp://user:sesame@host:587?cafile=/nowhere/ca.pem",
    ],
)
async def test_a_wrong_url_names_the_setting_and_keeps_the_secret(url: str, database: Database) -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_SMTP_URL") as refused:
        SmtpMail(url, database, FixedClock(), SENDER)
    told = f"{refused.value!r} {refused.value.__cause__!r}"
    assert [secret for secret in ("sesame", "ses/", "ame@") if secret in told] == []
