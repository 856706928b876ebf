"""What `doctor` finds, and the orders that `demo` shows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.clients.demo_shop.demo_data import demo_orders
from app.composition import open_runner
from app.health.doctor import Report, examine
from app.records.installation import open_business
from app.settings import Settings
from nodes.ports.orders import Order
from tests.app.clients.language.test_chat import says, served


def details(report: Report) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in report["checks"]}


def bad(report: Report) -> set[str]:
    return {check["name"] for check in report["checks"] if not check["ok"]}


async def test_a_fresh_installation_is_well(settings: Settings) -> None:
    report = await examine(settings)
    assert (report["ok"], bad(report)) == (True, set())
    assert report["home"] == str(settings.home)
    assert report["version"] in details(report)["switchboard"]
    assert "offline rules" in details(report)["language"]
    assert str(settings.outbox) in details(report)["mail"]
    assert details(report)["rules"].startswith("approval above 10000 cents, within 300 s; 30-day")
    assert settings.checkpoint_path.exists()


BROKEN: list[tuple[dict[str, Any], set[str], str]] = [
    ({"database_url": SecretStr("mysql://x@y/z")}, {"database"}, "runs on sqlite and postgresql"),
    ({"database_url": SecretStr("postgresql://x:topsecret@127.0.0.1:1/z")}, {"database"}, "does not answer"),
    ({"checkpoint_url": SecretStr("postgresql://x:topsecret@127.0.0.1:1/z")}, {"checkpoints"}, "does not answer"),
    ({"encryption_key": SecretStr("topsecret")}, {"checkpoints"}, "16, 24 or 32"),
    ({"searxng_url": "ftp://searx.example"}, {"web search"}, "SWITCHBOARD_SEARXNG_URL"),
    ({"searxng_url": "http://127.0.0.1:1"}, {"web search"}, "could not be asked"),
    ({"smtp_url": SecretStr("bad")}, {"mail"}, "SWITCHBOARD_SMTP_URL"),
    ({"smtp_url": SecretStr("smtp://me:topsecret@127.0.0.1:1")}, {"mail"}, "127.0.0.1"),
    ({"zendesk_url": "http://127.0.0.1:1"}, {"tickets"}, "SWITCHBOARD_ZENDESK_TOKEN"),
    (
        {"zendesk_url": "http://127.0.0.1:1", "zendesk_email": "a@b.example", "zendesk_token": SecretStr("topsecret")},
        {"tickets"},
        "does not answer",
    ),
    ({"model": "m"}, {"language"}, "needs a key"),
    ({"model": "m", "openai_base_url": "http://me:topsecret@127.0.0.1:1/v1"}, {"language"}, "did not answer"),
    ({"embedding_model": "e"}, {"embeddings", "knowledge"}, "needs a key"),
    (
        {"embedding_model": "e", "embedding_base_url": "http://me:topsecret@127.0.0.1:1/v1"},
        {"embeddings"},
        "did not answer",
    ),
    ({"notify": SecretStr("nonsense")}, {"chats"}, "SWITCHBOARD_NOTIFY"),
    ({"web_allow": ("no host",)}, {"web search"}, "SWITCHBOARD_WEB_ALLOW"),
]


@pytest.mark.parametrize(("changes", "names", "words"), BROKEN)
async def test_what_is_wrong_is_named_and_the_rest_is_still_looked_at(
    settings: Settings, changes: dict[str, Any], names: set[str], words: str
) -> None:
    report = await examine(settings.model_copy(update=changes))
    assert (report["ok"], bad(report)) == (False, names)
    assert words in details(report)[names.pop()]
    assert "topsecret" not in str(report)


async def test_words_that_cannot_be_used_are_named(settings: Settings) -> None:
    settings.wording_folder.mkdir(parents=True)
    (settings.wording_folder / "chat.greeting.j2").write_text("Moin!")
    assert details(await examine(settings))["wording"].startswith("1 of ")
    (settings.wording_folder / "chat.greeting.j2").write_text("{{ name }}")
    report = await examine(settings)
    assert bad(report) == {"wording"}
    assert "wording/chat.greeting.j2, line 1: chat.greeting has no field name" in details(report)["wording"]


@pytest.mark.parametrize(("file", "name"), [("business.db", "database"), ("checkpoints.db", "checkpoints")])
async def test_a_broken_file_is_named(settings: Settings, file: str, name: str) -> None:
    await examine(settings)
    for part in settings.home.glob(f"{file}*"):
        part.write_bytes(b"no database at all " * 1000)
    report = await examine(settings)
    assert bad(report) == {name}
    assert file in details(report)[name]


async def test_a_home_in_a_place_where_nothing_can_be_written(settings: Settings) -> None:
    settings.home.write_text("a file is in the way")
    assert bad(await examine(settings)) == {"database", "checkpoints", "knowledge"}


async def test_people_and_their_rules_are_looked_at(settings: Settings) -> None:
    assert details(await examine(settings))["people"].startswith("nobody was added")
    async with open_runner(settings) as runner:
        await runner.people.add("Mia", "approver")
        token = await runner.people.token("Mia")
    assert details(await examine(settings))["people"] == "1, you are not signed in"
    hers = settings.model_copy(update={"token": SecretStr(token)})
    assert details(await examine(hers))["people"] == "1, you are Mia (approver)"
    nobodys = settings.model_copy(update={"token": SecretStr("swb_nobodys")})
    assert bad(await examine(nobodys)) == {"people"}
    settings.approvals_file.write_text('[[approval]]\nwho = ["Eve"]\n')
    assert bad(await examine(settings)) == {"people"}
    settings.approvals_file.write_text("nonsense [[")
    assert bad(await examine(settings)) == {"people"}


async def test_checkpoints_that_the_key_does_not_fit_are_not_the_doctors_business(settings: Settings) -> None:
    """It looks at no thread: one that was written with another key says so when it is opened."""
    async with open_runner(settings) as runner:
        await runner.say("hello", thread="talk")
    report = await examine(settings.model_copy(update={"encryption_key": SecretStr("sixteen letters!")}))
    assert report["ok"]


async def test_a_look_changes_nothing(settings: Settings) -> None:
    await examine(settings)

    def rows() -> list[Any]:
        with closing(sqlite3.connect(settings.checkpoint_path)) as connection:
            return connection.execute("SELECT * FROM checkpoints").fetchall()

    assert rows() == []
    assert (await examine(settings))["ok"]
    assert rows() == []


async def shown(settings: Settings, *, anew: bool = False) -> list[Order]:
    async with open_business(settings) as database:
        return await demo_orders(database, anew=anew)


async def test_the_demo_orders_and_their_reset(settings: Settings) -> None:
    assert [order["order_id"] for order in await shown(settings)] == [
        str(number) for number in (*range(12345, 12354), *range(12361, 12370), 12371, 12372, 12373)
    ]
    async with open_runner(settings) as runner:
        await runner.start("refund", {"order_id": "12346", "email": "ada@example.com"})
    (paid,) = [order for order in await shown(settings) if order["order_id"] == "12346"]
    assert paid["refunded_cents"] == 3950
    (anew,) = [order for order in await shown(settings, anew=True) if order["order_id"] == "12346"]
    assert anew["refunded_cents"] == 0


async def test_a_knowledge_folder_without_documents_is_found(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = await examine(settings.model_copy(update={"knowledge_dir": tmp_path / "empty"}))
    assert bad(report) == {"knowledge"}


async def test_temporal_is_looked_at_when_it_is_the_engine(settings: Settings) -> None:
    nobody = settings.model_copy(update={"engine": "temporal", "temporal_address": "127.0.0.1:1"})
    assert bad(await examine(nobody)) == {"engine"}


async def test_a_model_that_answers_was_asked_for_one_token(settings: Settings) -> None:
    with served() as server:
        server.will(says("Hi"))
        report = await examine(settings.model_copy(update={"model": "fake", "openai_base_url": server.url}))
        assert (bad(report), details(report)["language"]) == (set(), "model fake answers")
        assert [1 in (body.get("max_tokens"), body.get("max_completion_tokens")) for body in server.asked] == [True]


async def test_a_name_that_is_no_setting_is_told_with_the_nearest_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_APROVAL_LIMIT_CENTS", "1")
    settings.home.mkdir()
    (settings.home / ".env").write_text("SWITCHBOARD_XYZ=1\n")
    said = details(await examine(settings))["settings"]
    assert "SWITCHBOARD_APROVAL_LIMIT_CENTS is unknown; did you mean SWITCHBOARD_APPROVAL_LIMIT_CENTS?" in said
    assert "SWITCHBOARD_XYZ is unknown" in said
