"""What a user can set, where from, and what is said about a value that cannot be used."""

import re
from pathlib import Path

import pytest

from app.settings import PREFIX, ROOT, Settings, env_files, load, unknown_names
from nodes.ports.errors import NotConfigured
from tests.command_line import CommandLine

SECRETS = {
    "SWITCHBOARD_DATABASE_URL": "postgresql://me:topsecret@db/shop",
    "SWITCHBOARD_CHECKPOINT_URL": "postgresql://me:topsecret@db/checkpoints",
    "SWITCHBOARD_ENCRYPTION_KEY": "topsecret-16-chr",
    "SWITCHBOARD_SMTP_URL": "smtp://me:topsecret@mail:587",
    "OPENAI_API_KEY": "topsecret",
}


def test_without_any_setting_everything_runs_on_this_machine(tmp_path: Path) -> None:
    settings = load()
    assert settings.home == tmp_path / "home"
    assert str(settings.business_url) == f"sqlite:///{tmp_path}/home/business.db"
    assert (settings.checkpoint_url, settings.smtp_url, settings.model, settings.openai_api_key) == (None,) * 4
    limits = (settings.approval_limit_cents, settings.approval_timeout_s, settings.return_window_days)
    assert limits == (10_000, 300, 30)
    assert settings.run_timeout_s == 300


def test_without_a_home_it_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SWITCHBOARD_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    home = load().home
    assert home.name == "switchboard"
    assert home.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "0", "approval_limit_cents", 0),
        ("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.5", "approval_timeout_s", 0.5),
        ("SWITCHBOARD_RUN_TIMEOUT_S", "7", "run_timeout_s", 7),
        ("SWITCHBOARD_RETURN_WINDOW_DAYS", "14", "return_window_days", 14),
        ("SWITCHBOARD_LEASE_S", "5", "lease_s", 5),
        ("SWITCHBOARD_MODEL", "some-model", "model", "some-model"),
        ("SWITCHBOARD_MODEL", "", "model", None),  # empty is not set
        ("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1", "openai_base_url", "http://127.0.0.1:8080/v1"),
        ("SWITCHBOARD_APPROVER_EMAIL", "boss@example.com", "approver_email", "boss@example.com"),
        (
            "SWITCHBOARD_APPROVER_EMAIL",
            "boss@a.example, eve@b.example",
            "approver_email",
            "boss@a.example,eve@b.example",
        ),
        ("SWITCHBOARD_APPROVER_EMAIL", "mia@Bücher.example", "approver_email", "mia@xn--bcher-kva.example"),
        ("SWITCHBOARD_MAIL_FROM", "Mia <m@bücher.example>", "mail_from", "Mia <m@xn--bcher-kva.example>"),
        ("SWITCHBOARD_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("switchboard_model", "lower-case", "model", "lower-case"),
        ("SWITCHBOARD_NO_SUCH_THING", "1", "model", None),
    ],
)
def test_a_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, field: str, value: object
) -> None:
    monkeypatch.setenv(name, text)
    assert getattr(load(), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "much"),
        ("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "-1"),
        ("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "99.50"),
        ("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0"),
        ("SWITCHBOARD_APPROVAL_TIMEOUT_S", "five"),
        ("SWITCHBOARD_RUN_TIMEOUT_S", "-3"),
        ("SWITCHBOARD_RETURN_WINDOW_DAYS", "-1"),
        ("SWITCHBOARD_LEASE_S", "0"),
        ("SWITCHBOARD_ENGINE", "steam"),
        ("SWITCHBOARD_LOG_LEVEL", "LOUD"),
        ("SWITCHBOARD_APPROVER_EMAIL", "boss"),
        ("SWITCHBOARD_APPROVER_EMAIL", "boss@example.com, eve"),
        ("SWITCHBOARD_APPROVER_EMAIL", "boss@example.com,"),
        ("SWITCHBOARD_MAIL_FROM", "The Shop"),
        ("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "1000000000000"),
        ("SWITCHBOARD_APPROVAL_LIMITS", "EUR=1000000000000"),
        ("SWITCHBOARD_APPROVAL_LIMITS", f"EUR={'9' * 5000}"),
        ("SWITCHBOARD_APPROVAL_LIMITS", "EUR=1,EUR=2"),
        ("SWITCHBOARD_RESEARCH_CONCURRENCY", "100000"),
        ("SWITCHBOARD_SHIP_LIMIT_CENTS", "1000000000000"),
        ("SWITCHBOARD_APPROVAL_TIMEOUT_S", "nan"),
        ("SWITCHBOARD_WEB_PER_HOST_DELAY_S", "inf"),
        ("SWITCHBOARD_BASE_URL", "shop.example"),
        ("SWITCHBOARD_REPLY_LANGUAGE", "german"),
        ("SWITCHBOARD_HOME", "~nobody-is-called-that/home"),
        ("SWITCHBOARD_KNOWLEDGE_DIR", "~nobody-is-called-that"),
        ("SWITCHBOARD_APPROVER_EMAIL", "mia@straße.example"),
        ("SWITCHBOARD_APPROVER_EMAIL", "müller@example.com"),
    ],
)
def test_an_unusable_setting_names_itself(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(NotConfigured, match=f"^{name} is set to something unusable: .*Correct it") as refused:
        load()
    assert not re.search(r"(Input|String) should|Value error|\d\.0 ", str(refused.value))


@pytest.mark.parametrize("line", ['"unclosed', "SWITCHBOARD_SHOP_NAME='x", "two words = 1"])
def test_a_line_of_a_dotenv_file_that_says_nothing_is_named(
    switchboard: CommandLine, tmp_path: Path, line: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".env").write_text(f"# the shop\n\nexport SWITCHBOARD_LEASE_S=9\n{line}\n")
    refused = switchboard("threads")
    assert (refused.code, refused.err.count("\n"), "Line 4 of " in refused.err) == (5, 1, True)


def test_a_name_is_compared_with_others_without_what_all_have_in_common(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SWITCHBOARD_FOO", "SWITCHBOARD_APROVAL_LIMIT_CENT", "switchboard_smtp_ulr"):
        monkeypatch.setenv(name, "1")
    assert unknown_names(tmp_path) == {
        "SWITCHBOARD_APROVAL_LIMIT_CENT": "SWITCHBOARD_APPROVAL_LIMIT_CENTS",
        "SWITCHBOARD_FOO": None,
        "SWITCHBOARD_SMTP_ULR": "SWITCHBOARD_SMTP_URL",
    }


DOTENV = "SWITCHBOARD_MODEL=from-file\nSWITCHBOARD_LEASE_S=9\nOPENAI_API_KEY=key-in-file\nUNRELATED=1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_homes_dotenv_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".env").write_text(DOTENV, encoding=encoding)
    monkeypatch.setenv("SWITCHBOARD_LEASE_S", "7")
    settings = load()
    assert (settings.model, settings.lease_s) == ("from-file", 7)
    assert settings.openai_api_key
    assert settings.openai_api_key.get_secret_value() == "key-in-file"


def test_the_current_folders_dotenv_file_is_read_in_a_clone_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SWITCHBOARD_APPROVAL_LIMIT_CENTS=99999999\nSWITCHBOARD_HOME=elsewhere\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "switchboard-workflows"\n')
    settings = load()
    assert (settings.approval_limit_cents, settings.home) == (10_000, tmp_path / "home")
    assert env_files() == ()
    monkeypatch.chdir(ROOT)
    assert env_files() == (ROOT / ".env",)


def test_the_dotenv_file_that_is_named_is_read_and_no_other(switchboard: CommandLine, tmp_path: Path) -> None:
    switchboard("demo")
    (tmp_path / "home" / ".env").write_text("SWITCHBOARD_APPROVAL_LIMIT_CENTS=100000\n")
    (tmp_path / "strict.env").write_text("SWITCHBOARD_APPROVAL_TIMEOUT_S=77\n")
    rules = [
        next(check["detail"] for check in switchboard.json(*words, "doctor")["checks"] if check["name"] == "rules")
        for words in ((), ("--env-file", "strict.env"), ())
    ]
    assert [("100000 cents" in rule, "77 s" in rule) for rule in rules] == [(True, False), (False, True), (True, False)]
    assert switchboard("--env-file", "nowhere.env", "doctor").code == 2


UNREADABLE = ["SWITCHBOARD_MODEL=caf\xe9".encode("latin-1"), "SWITCHBOARD_MODEL=m".encode("utf-16"), b"A=\0\n"]


@pytest.mark.parametrize("content", UNREADABLE)
def test_a_dotenv_file_that_cannot_be_read_is_named(switchboard: CommandLine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".env").write_bytes(content)
    refused = switchboard("pending")
    assert (refused.code, refused.err) == (5, f"{tmp_path}/home/.env is not text in UTF-8. Save it as UTF-8.\n")


@pytest.mark.parametrize("name", ["what?now", "%41 b", "a#b", "file:a?mode=memory", "x y'\"z"])
def test_every_file_is_in_the_home_whatever_it_is_called(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("SWITCHBOARD_HOME", str(tmp_path / name))
    switchboard.json("refund", "--order", "12346", "--email", "ada@example.com")
    switchboard.json("answer", "how long do I have to return an item?")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    made = {path.name for path in (tmp_path / name).iterdir()}
    assert made >= {"business.db", "checkpoints.db", "knowledge.db", "journal.jsonl", "outbox"}


def test_what_a_caller_sets_goes_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_MODEL", "from-environment")
    assert load(model="from-caller").model == "from-caller"


@pytest.mark.parametrize(("home", "expected"), [("~/shop", "/root-of-user/shop"), ("here", "{cwd}/here")])
def test_a_home_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str, expected: str) -> None:
    monkeypatch.setenv("HOME", "/root-of-user")
    monkeypatch.setenv("SWITCHBOARD_HOME", home)
    settings = load()
    assert str(settings.home) == expected.format(cwd=tmp_path)
    for place in (settings.checkpoint_path, settings.outbox, settings.journal_file):
        assert place.parent == settings.home


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.business_url == SECRETS["SWITCHBOARD_DATABASE_URL"]
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "topsecret" not in shown


def test_settings_do_not_change() -> None:
    settings = load()
    with pytest.raises(ValueError, match="frozen"):
        settings.model = "another"


def test_every_setting_has_our_prefix_or_is_a_providers_own() -> None:
    others = {name: field.validation_alias for name, field in Settings.model_fields.items() if field.validation_alias}
    assert set(others) == {
        "openai_api_key",
        "openai_base_url",
        "stripe_api_key",
        "stripe_webhook_secret",
        "tavily_api_key",
    }
    assert Settings.model_config["env_prefix"] == PREFIX


def test_doctor_names_where_each_setting_comes_from(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, chosen = tmp_path / "home", tmp_path / "chosen.env"
    home.mkdir()
    (home / ".env").write_text("SWITCHBOARD_LEASE_S=20\nSWITCHBOARD_RETURN_WINDOW_DAYS=9\nOPENAI_API_KEY=secret\n")
    chosen.write_text("SWITCHBOARD_RETURN_WINDOW_DAYS=8\n")
    monkeypatch.setenv("SWITCHBOARD_LEASE_S", "40")
    places = switchboard.json("doctor")["settings"]
    assert (places["SWITCHBOARD_HOME"], places["SWITCHBOARD_LEASE_S"]) == ("environment", "environment")
    assert places["SWITCHBOARD_RETURN_WINDOW_DAYS"] == places["OPENAI_API_KEY"] == str(home / ".env")
    assert places["SWITCHBOARD_MODEL"] == "default"
    told = switchboard("doctor").out
    assert f"from {home / '.env'}: " in told
    assert "secret" not in told
    places = switchboard.json("--env-file", str(chosen), "doctor")["settings"]
    assert (places["SWITCHBOARD_RETURN_WINDOW_DAYS"], places["OPENAI_API_KEY"]) == (str(chosen), "default")
