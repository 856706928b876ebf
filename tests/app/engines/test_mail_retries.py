"""Mail that a step could not send: kept, tried again later and later, and handed to a person after the last try."""

import asyncio
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.clients.database.database import Database
from app.clients.database.schema import outbox
from app.clients.mail.delivery import FolderMail
from app.clients.mail.outbox import WAITS, Outbox
from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.engines.sweep.mail_retries import send_due
from app.settings import Settings
from nodes.ports.errors import MailUnavailable
from tests.app.engines.test_runner import LARGE, SMALL
from tests.contracts.conftest import Watch

KEY = "refund-1:customer:refunded"


def block(settings: Settings) -> None:
    """A file where the folder should be: nothing can be written."""
    settings.outbox.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(settings.outbox, ignore_errors=True)
    settings.outbox.write_text("in the way")


def unblock(settings: Settings) -> None:
    settings.outbox.unlink()


@pytest.fixture
async def watched(home: Settings, clock: Watch) -> object:
    async with open_runner(home, clock=clock) as runner:
        yield runner


async def test_a_mail_that_could_not_be_sent_is_sent_by_a_sweep(watched: Runner, home: Settings, clock: Watch) -> None:
    block(home)
    result = await watched.start("refund", SMALL, thread="job")
    assert (result["status"], result["outcome"]) == ("completed", "refunded")
    (unsent,) = await watched.outbox.unsent()
    assert (unsent["state"], unsent["tries"], unsent["recipient"]) == ("pending", 3, "ada@example.com")
    unblock(home)
    await watched.sweep()
    assert len(await watched.outbox.unsent()) == 1, "not due yet"
    clock.advance(timedelta(seconds=10))
    await watched.sweep()
    assert await watched.outbox.unsent() == []
    (file,) = home.outbox.glob("*.eml")
    assert unsent["message_id"] in file.read_text()
    assert "$39.50" in file.read_text()


async def test_after_the_last_try_there_is_one_ticket(watched: Runner, home: Settings, clock: Watch) -> None:
    block(home)
    await watched.start("refund", SMALL, thread="job")
    for _ in range(WAITS.most_tries):
        clock.advance(timedelta(hours=5))
        await watched.sweep()
    (failed,) = await watched.outbox.unsent("failed")
    assert failed["tries"] == WAITS.most_tries
    (ticket,) = await watched.services.tickets.list()
    assert ticket["ticket_id"] == failed["ticket_id"]
    assert "ada@example.com" in ticket["reason"]


async def test_the_approver_is_told_later(watched: Runner, home: Settings) -> None:
    block(home)
    asked = await watched.start("refund", LARGE, thread="job")
    assert asked["approval"]
    key = f"{asked['approval']['approval_id']}:approver"
    assert await watched.outbox.untold([key]) == {key}
    unblock(home)
    assert await send_due(watched.outbox, watched.services, now_at_all=True) == 1
    assert await watched.outbox.untold([key]) == set()


async def test_two_who_retry_at_once_send_once(database: Database, clock: Watch, tmp_path: Path) -> None:
    """Each with a memory of its own, as two processes have."""
    sent: list[str] = []
    entered, let_go = asyncio.Event(), asyncio.Event()

    first = FolderMail(tmp_path / "out", database, clock, "support@shop.example")
    second = FolderMail(tmp_path / "out", database, clock, "support@shop.example")

    async def slowly(message: object) -> None:
        entered.set()
        await let_go.wait()
        sent.append(str(message))

    mail = {"key": KEY, "to": "ada@example.com", "subject": "Your refund", "text": "Done.\n"}
    sending = asyncio.create_task(first._post.send(slowly, **mail))
    await entered.wait()
    with pytest.raises(MailUnavailable, match="right now"):
        await second.send(**mail)
    let_go.set()
    await sending
    await second.send(**mail)
    assert (len(sent), list((tmp_path / "out").glob("*.eml"))) == (1, [])


async def test_a_claim_ends_by_itself(database: Database, clock: Watch) -> None:
    outbox = Outbox(database, clock)
    claim = {"key": KEY, "message_id": "<1@shop>", "to": "ada@example.com", "subject": "s", "text": "t"}
    assert (await outbox.claim(**claim))["free"]
    assert not (await outbox.claim(**claim))["free"]
    clock.advance(timedelta(minutes=5))
    again = await outbox.claim(**claim)
    assert (again["free"], again["message_id"]) == (True, "<1@shop>")


async def test_the_claim_of_a_process_that_died_does_not_count(database: Database, clock: Watch) -> None:
    outbox_there = Outbox(database, clock)
    claim = {"key": KEY, "message_id": "<1@shop>", "to": "ada@example.com", "subject": "s", "text": "t"}
    await outbox_there.claim(**claim)
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    await database.execute(update(outbox).values(claimed_by=f"{socket.gethostname()}/{gone.pid}/abc"))
    assert (await outbox_there.claim(**claim))["free"]
