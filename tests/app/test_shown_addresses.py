"""Configured addresses are shown without their secrets, wherever they are shown."""

import logging

import pytest

from app.logs import configure
from app.shown_addresses import hidden, shown
from tests.command_line import CommandLine

SECRET = "topsecret"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (f"https://u:{SECRET}@shop.example:8443/api?key={SECRET}#{SECRET}", "https://shop.example:8443/api"),
        (f"https://{SECRET}@shop.example/api", "https://shop.example/api"),
        (f"https://u:{SECRET}@shop.example//api//x", "https://shop.example//api//x"),
        (f"https://u:top/{SECRET}@shop.example/api", "https://shop.example/api"),
        (f"https://u:top?{SECRET}#1@shop.example/api", "https://shop.example/api"),
        (f"https://u:{SECRET}@{SECRET}@shop.example/api", "https://shop.example/api"),
        (f"postgresql://u:{SECRET}@h/db?sslpassword={SECRET}", "postgresql://h/db"),
        ("sqlite:////home/u@x/sales.db", "sqlite:////home/u@x/sales.db"),
        ("https://news.example/@user/post", "https://news.example/@user/post"),
        ("http://[::1]:8888/@x", "http://[::1]:8888/@x"),
        (f"u:{SECRET}@shop.example", "shop.example"),
    ],
)
def test_an_address_is_shown_without_secrets(address: str, text: str) -> None:
    assert shown(address) == text


def test_what_a_server_repeats_is_hidden() -> None:
    assert hidden(f"no such user {SECRET}", f"https://{SECRET}@h/") == "no such user ***"
    assert hidden("fine", "http://[") == "fine"
    assert hidden(f"Incorrect API key: {SECRET}", "", SECRET, "") == "Incorrect API key: ***"


SERVERS = {
    "SWITCHBOARD_SEARXNG_URL": f"http://u:{SECRET}@127.0.0.1:1",
    "SWITCHBOARD_SMTP_URL": f"smtp://u:{SECRET}@127.0.0.1:1",
    "SWITCHBOARD_MODEL": "m",
    "OPENAI_BASE_URL": f"http://u:{SECRET}@127.0.0.1:1/v1?key={SECRET}",
    "SWITCHBOARD_PAYMENTS": "stripe",
    "STRIPE_API_KEY": SECRET,
    "SWITCHBOARD_STRIPE_BASE_URL": f"http://u:{SECRET}@127.0.0.1:1",
    "SWITCHBOARD_ZENDESK_URL": f"http://u:{SECRET}@127.0.0.1:1",
    "SWITCHBOARD_ZENDESK_EMAIL": "mia@shop.example",
    "SWITCHBOARD_ZENDESK_TOKEN": SECRET,
}


@pytest.mark.parametrize(
    "names",
    [
        SERVERS,
        {"SWITCHBOARD_DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:1/x?application_name={SECRET}"},
        {"SWITCHBOARD_CHECKPOINT_URL": f"postgre://u:{SECRET}@h/x", "SWITCHBOARD_SMTP_URL": f"smtp:/u:{SECRET}@h"},
    ],
)
def test_doctor_tells_no_secret(
    names: dict[str, str], switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    called = switchboard("doctor", "--json")
    assert called.out.startswith("{") or called.code == 5
    assert SECRET not in called.out + called.err


def test_the_list_of_webhooks_tells_no_secret(switchboard: CommandLine) -> None:
    switchboard("webhooks", "add", f"https://u:{SECRET}@desk.example/x?token={SECRET}")
    listed = switchboard("webhooks", "list").out
    assert "https://desk.example/x" in listed
    assert SECRET not in listed


def test_the_http_client_logs_no_addresses() -> None:
    configure("DEBUG")
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
