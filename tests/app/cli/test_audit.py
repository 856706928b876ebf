"""What those who account for things use: export, verify, forget; and what is encrypted."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.clients.database.database import Database
from app.clients.database.text_cipher import PLAIN, SEALED, TextCipher
from app.composition import open_runner
from app.exports.audit import verify
from app.settings import Settings
from nodes.ports.errors import NotConfigured
from tests.command_line import CommandLine
from tests.processes import begin, end
from tests.recovery.crashing import forget_and_die

ADA = ("--email", "ada@example.com")
WORDS = "my grandmother Wilhelmina"
KEY = "sixteen letters!"


async def decide(home: Path) -> None:
    async with open_runner(Settings(home=home), signals=False) as runner:
        await runner.start("refund", {"order_id": "12345", "email": "ada@example.com", "reason": WORDS}, thread="job")
        await runner.decide("job", {"type": "edit", "args": {"amount": "80"}, "by": "Mia"})
        await runner.say(f"get me a manager, says {WORDS}", email="ada@example.com", thread="talk")


@pytest.fixture(scope="module")
def decided_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("decided") / "home"
    asyncio.run(decide(home))
    return home


@pytest.fixture
def decided(decided_once: Path, tmp_path: Path) -> Path:
    """A home in which a refund was approved by Mia, and a person was asked for."""
    return Path(shutil.copytree(decided_once, tmp_path / "home"))


TAMPERED = [
    # (what somebody does to the database, what `verify` says of it)
    ("UPDATE approvals SET decided_by = 'Eve'", "approval"),
    ("UPDATE approvals SET status = 'rejected'", "approval"),
    ("UPDATE refunds SET amount_cents = amount_cents + 1 WHERE reason LIKE '%Wilhelmina%'", "refund re_"),
    ("UPDATE payments SET amount_cents = 1 WHERE order_id = '12345'", "payment ch_demo_12345 was changed"),
    ("DELETE FROM refunds WHERE reason LIKE '%Wilhelmina%'", "is gone"),
    ("INSERT INTO refunds SELECT 're_x', 'x', order_id, 1, 'USD', '', NULL, '' FROM orders LIMIT 1", "re_x was not written"),
    ("DELETE FROM audit WHERE kind = 'approval' AND seq = (SELECT MIN(seq) FROM audit WHERE kind = 'approval')", "of the chain"),
    ("UPDATE audit SET digest = replace(digest, substr(digest, 1, 1), 'z') WHERE seq = 5", "Record 5 of the chain"),
    ("UPDATE journal SET error = 'x' WHERE entry_id = 7", "Entry 7 of the journal"),
    ("UPDATE journal SET at = replace(at, 'Z', 'z') WHERE entry_id = 7", "Entry 7 of the journal"),
    ("DELETE FROM journal WHERE entry_id = 7", "Entry 8 of the journal"),
    ("DELETE FROM journal WHERE entry_id = (SELECT MAX(entry_id) FROM journal)", "does not end with the entry"),
    ("DELETE FROM journal WHERE thread_id = (SELECT MAX(thread_id) FROM journal)", "does not end with the entry"),
    ("DELETE FROM journal_heads", "does not end with the entry"),
    ("UPDATE journal SET link = NULL WHERE entry_id <= 7", "Entry 1 of the journal"),
]  # fmt: skip


async def test_what_was_changed_behind_our_back_is_named(decided: Path, tmp_path: Path) -> None:
    async def verified(sql: str) -> Any:
        file = Path(shutil.copy(decided / "business.db", tmp_path / "copy.db"))
        with sqlite3.connect(file) as connection:
            assert not sql or connection.execute(sql).rowcount
        connection.close()
        database = Database(f"sqlite:///{file}")
        try:
            return await verify(database)
        finally:
            await database.aclose()

    whole = await verified("")
    assert (whole["ok"], whole["problems"], whole["unlinked"]) == (True, [], 0)
    assert (whole["records"] > 200, whole["entries"] > 20) == (True, True)
    for sql, words in TAMPERED:
        found = await verified(sql)
        assert any(words in problem for problem in found["problems"]), (sql, found["problems"])
        assert len(found["problems"]) < 9, sql


def test_verify_says_whether_the_audit_is_whole(switchboard: CommandLine, decided: Path) -> None:
    head = switchboard.json("verify")["head"]
    switchboard.json("demo", "--reset")
    switchboard.json("delete", "talk")
    assert switchboard.json("verify", "--head", head)["ok"]
    assert "cut off" in switchboard("verify", "--head", "0" * 64).out
    with sqlite3.connect(decided / "business.db") as connection:
        connection.execute("UPDATE approvals SET decided_by = 'Eve'")
    called = switchboard("verify")
    assert (called.code, "was changed" in called.out) == (1, True)


@pytest.mark.usefixtures("decided")
def test_everything_about_a_thread_is_in_one_file(switchboard: CommandLine, tmp_path: Path) -> None:
    file = switchboard.json("export", "job")
    assert (file["thread"]["name"], file["state"]["outcome"]) == ("job", "refunded")
    assert [(one["status"], one["decided_by"]) for one in file["approvals"]] == [("approved", "Mia")]
    assert [(one["kind"], one["amount_cents"]) for one in file["receipts"]] == [("refund", 8000)]
    assert {one["recipient"] for one in file["mails"]} == {"approver@shop.example", "ada@example.com"}
    assert all(file[name] for name in ("checkpoints", "journal"))
    assert [one["reason"] for one in switchboard.json("export", "talk")["tickets"]] == [
        "The customer asks for a human."
    ]
    assert (
        switchboard("export", "job", "--out", "job.html").code
        == switchboard("export", "job", "--out", "job.json").code
        == 0
    )
    saved, page = json.loads((tmp_path / "job.json").read_text()), (tmp_path / "job.html").read_text()
    assert {**saved, "exported_at": ""} == {**file, "exported_at": ""}
    assert [
        word for word in ("Wilhelmina", "Mia", "re_", "process_refund", "approver@shop.example") if word not in page
    ] == []
    assert switchboard("export", "job", "--out", "job.pdf").code == 2
    assert switchboard("export", "nosuch").code == 4


def test_what_customers_wrote_is_text_in_an_exported_page(switchboard: CommandLine, tmp_path: Path) -> None:
    switchboard("refund", "--order", "12345", *ADA, "--thread", "<b>job", "--reason", "<script>alert(1)</script>")
    switchboard("export", "<b>job", "--out", "job.html")
    page = (tmp_path / "job.html").read_text()
    assert ("<script" in page, "<b>" in page, "&lt;script&gt;" in page) == (False, False, True)


def holding(home: Path, *words: str) -> set[str]:
    """The files in which one of these words stands."""
    return {
        file.name.partition("-")[0]
        for file in home.rglob("*")
        if file.is_file() and any(word.encode() in file.read_bytes() for word in words)
    }


def test_a_customer_is_forgotten_everywhere_and_the_books_stay(switchboard: CommandLine, decided: Path) -> None:
    """Words in no file, the address in the shop's own table only; decision and payment stand, and the audit is whole."""
    switchboard.json("refund", "--order", "12348", "--email", "grace@example.com", "--thread", "grace", "--amount", "5")
    tell_elsewhere(decided)
    planned = switchboard.json("forget", "ADA@example.com", "--dry-run")
    assert (sorted(planned["threads"]), planned["tickets"]) == (["job", "talk"], ["T-1001"])
    assert len(switchboard.json("threads")) == 3
    assert switchboard.json("forget", "ADA@example.com") == {**planned, "dry_run": False}
    assert holding(decided, "Wilhelmina") == set()
    assert holding(decided, "ada@example.com") == {"business.db"}
    with sqlite3.connect(decided / "business.db") as connection:
        text = "\n".join(line for line in connection.iterdump() if "ada@example.com" in line)
    assert (text.count("\n"), text.startswith('INSERT INTO "customers"')) == (0, True)
    assert [one["name"] for one in switchboard.json("threads")] == ["grace"]
    assert switchboard.json("export", "grace")["mails"]
    (order,) = [one for one in switchboard.json("demo") if one["order_id"] == "12345"]
    assert [one["amount_cents"] for one in order["refunds"]] == [8000]
    assert switchboard.json("verify")["ok"]
    again = switchboard.json("forget", "ada@example.com")
    assert [again[name] for name in ("threads", "tickets", "mails", "mail_files", "approvals", "refunds")] == [[]] * 6


@pytest.mark.parametrize(
    "other",
    ["da@example.com", "a@example.com", "ada@example.co", "ada@example", "@example.com", "example.com", "x", "%"],
)
def test_a_part_of_an_address_forgets_nobody(other: str, switchboard: CommandLine, decided: Path) -> None:
    before = switchboard.json("threads"), switchboard.json("show", "job"), switchboard.json("export", "job")["mails"]
    told = switchboard("forget", other)
    if "@" in other.strip("@"):
        assert (told.code, told.out.count(": 0\n")) == (0, 6)
    else:
        assert (told.code, "is not an e-mail address" in told.err) == (2, True)
    after = switchboard.json("threads"), switchboard.json("show", "job"), switchboard.json("export", "job")["mails"]
    assert after == before


def test_who_asked_about_an_order_of_another_customer_takes_no_words_of_theirs_along(
    switchboard: CommandLine, decided: Path
) -> None:
    switchboard.json("refund", "--order", "12345", "--email", "eve@example.com", "--thread", "eve")
    assert switchboard.json("forget", "eve@example.com")["approvals"] == []
    assert WORDS in str(switchboard.json("show", "job")["approval"])
    assert switchboard.json("export", "job")["receipts"][0]["reason"]


def test_a_thread_of_another_customer_who_wrote_the_address_stays(switchboard: CommandLine, decided: Path) -> None:
    """Its ticket loses the address, and nothing else."""
    grace = ("--email", "grace@example.com", "--thread", "grace")
    switchboard.json("support", "get me a manager; Ada@example.com and bada@example.com know of my case", *grace)
    before = switchboard.json("show", "grace")
    planned = switchboard.json("forget", "ada@example.com", "--dry-run")
    assert "Ada@example.com" in str(switchboard.json("tickets", "--thread", "grace"))
    told = switchboard.json("forget", "ada@example.com")
    assert (told, told["kept_threads"]) == ({**planned, "dry_run": False}, ["grace"])
    assert switchboard.json("show", "grace") == before
    (ticket,) = switchboard.json("tickets", "--thread", "grace")
    words = f"{ticket['summary']} {ticket['transcript']}"
    assert ("Ada@example.com" in words, "bada@example.com" in words, "get me a manager" in words) == (False, True, True)


def tell_elsewhere(home: Path) -> None:
    """As if help desks were told of the ticket, and Stripe had paid."""
    with closing(sqlite3.connect(home / "business.db")) as connection, connection:
        for known_as in ("T-1001.a", "zendesk.T-1001.a"):
            connection.execute("INSERT INTO deliveries (delivery_id, body, tries) VALUES (?, ?, 1)", (known_as, WORDS))
        connection.execute(
            "INSERT INTO provider_refunds (key, order_id, payment, amount_cents, currency, reason, at, claimed_until)"
            " VALUES ('k', '12345', 'pi_1', 1, 'USD', ?, '2026', '2026')",
            (WORDS,),
        )


@pytest.mark.parametrize("at", [4, 9, 21])
def test_what_was_killed_while_it_forgot_is_finished_by_the_next_call(
    at: int, switchboard: CommandLine, decided: Path
) -> None:
    assert end(begin(forget_and_die, decided, "ada@example.com", at)) == -9
    switchboard.json("forget", "ada@example.com")
    assert holding(decided, "Wilhelmina") == set()
    assert holding(decided, "ada@example.com") == {"business.db"}
    assert switchboard.json("threads") == []
    assert (decided / "journal.jsonl").read_text() == ""
    assert switchboard.json("verify")["ok"]


def test_a_customer_who_waits_for_a_decision_is_not_forgotten(switchboard: CommandLine) -> None:
    switchboard.json("support", f"get me a manager, says {WORDS}", *ADA, "--thread", "talk")
    switchboard.json("refund", "--order", "12345", *ADA, "--thread", "waits", code=3)
    before = switchboard.json("threads")
    refused = switchboard("forget", "ada@example.com")
    assert (refused.code, "waits for an approval" in refused.err) == (4, True)
    assert switchboard.json("threads") == before
    assert WORDS in json.dumps(switchboard.json("show", "talk"))


async def test_with_a_key_no_words_stand_in_the_databases(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "bees.md").write_text("# Bees\n\nBees have four wings, says Wilhelmina.\n")
    settings = Settings(home=tmp_path / "home", encryption_key=SecretStr(KEY), knowledge_dir=tmp_path / "corpus")
    async with open_runner(settings) as runner:
        await runner.start(
            "research", {"topic": "how many wings has a bee?", "corpus_dir": str(tmp_path / "corpus")}, thread="r"
        )
        await runner.say(f"get me a manager, says {WORDS}", thread="talk")
        await runner.threads.hold((await runner.show("talk"))["thread_id"], f"more of {WORDS}")
        (ticket,) = await runner.tickets()
        (held,) = (await runner.threads.held(ticket["thread_id"])).values()
        assert (WORDS in str(ticket["transcript"]), held) == (True, f"more of {WORDS}")
        with sqlite3.connect(settings.home / "business.db") as connection:
            sources = [text for (text,) in connection.execute("SELECT text FROM texts")]
        assert (len(sources), sources[0].startswith(SEALED)) == (1, True)
        assert "four wings" in TextCipher(SecretStr(KEY)).open(sources[0])
        assert "query " in str([one["label"] for one in await runner.trace("r")])
    assert holding(tmp_path / "home", "Wilhelmina") == {"knowledge.db"}
    assert holding(tmp_path / "home", "wings") == {"knowledge.db"}
    for other in (SecretStr(KEY.upper()), None):
        async with open_runner(settings.model_copy(update={"encryption_key": other})) as runner:
            with pytest.raises(NotConfigured, match="SWITCHBOARD_ENCRYPTION_KEY"):
                await runner.tickets()


@pytest.mark.parametrize(
    "text", ["", "Grüße, 東京 👩‍🚀", "x" * 100_000, f"{SEALED}bm9uc2Vuc2U=", f"{PLAIN}x", "half \ud800"]
)
@pytest.mark.parametrize("key", [None, SecretStr(KEY)])
def test_a_text_comes_back_as_it_was(text: str, key: SecretStr | None) -> None:
    cipher = TextCipher(key)
    assert cipher.open(cipher.seal(text)) == text
    assert TextCipher(SecretStr(KEY)).open(TextCipher().seal(text)) == text
    assert cipher.open_json(cipher.seal_json({"said": [text]})) == {"said": [text]}


def test_a_changed_text_is_found_out() -> None:
    sealed = TextCipher(SecretStr(KEY)).seal("pay nothing")
    with pytest.raises(NotConfigured):
        TextCipher(SecretStr(KEY)).open(sealed[:-4] + "AAA=")
