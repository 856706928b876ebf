"""All settings, in one class. Every name has the prefix SWITCHBOARD_.

The environment overrides the `.env` file: the one that `--env-file` names, else the home's. The current folder's is read
only where this very code lies in it, in a clone: a file in somebody else's folder must not change rules about money.
"""

import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.clients.mail.addresses import in_ascii, is_address, is_sender
from app.clients.mail.smtp_server import SmtpServer
from app.plain_words import what_is_wrong
from nodes.ports.errors import NotConfigured

if TYPE_CHECKING:
    from sqlalchemy import URL

PREFIX = "SWITCHBOARD_"
TEN_YEARS_S = 10 * 365 * 86_400
"""An upper bound of times; it refuses NaN and infinity too."""

MOST_MINOR_UNITS = 100_000_000
"""A million dollars: an upper bound of limits without an approval."""
MOST_DIGITS = 20
ROOT = Path(__file__).resolve().parents[1]

env_file: ContextVar[Path | None] = ContextVar("env_file", default=None)
"""What `--env-file` named."""

SHOP_PAGES = Path(__file__).parent / "knowledge"
"""The knowledge folder that ships with the package."""


class Settings(BaseSettings):
    """What a user can set. Amounts are integer cents, times are seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        populate_by_name=True,
        allow_inf_nan=False,
    )

    home: Path = Field(default_factory=lambda: user_data_path("switchboard"))
    database_url: SecretStr | None = None
    checkpoint_url: SecretStr | None = None
    encryption_key: SecretStr | None = Field(
        default=None, description="AES key (16, 24 or 32 characters) for checkpoints"
    )

    model: str | None = None
    evaluator_model: str | None = None
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str | None = Field(default=None, repr=False, validation_alias=AliasChoices("OPENAI_BASE_URL"))

    embedding_model: str | None = Field(
        default=None, description="on a server; default: the one of the extra `meaning`; off: words alone"
    )
    embedding_base_url: str | None = Field(
        default=None, repr=False, description="of its server; default: OPENAI_BASE_URL"
    )

    model_temperature: float | None = Field(default=None, ge=0, le=2, description="of texts; default: the server's own")
    model_timeout_s: float = Field(default=25, gt=0, le=29, description="how long a model's server may stay silent")
    model_max_tokens: int | None = Field(default=None, ge=1, le=1_000_000, description="of one answer")

    approval_limit_cents: int = Field(default=10_000, ge=0, le=MOST_MINOR_UNITS, description="US cents")
    approval_limits: Annotated[dict[str, int], NoDecode] = Field(
        default_factory=dict, description="other currencies, in minor units: EUR=9000,JPY=15000"
    )
    ship_limit_cents: int | None = Field(
        default=None,
        ge=0,
        le=MOST_MINOR_UNITS,
        description="US cents; an order above is charged and shipped after an approval",
    )
    approval_timeout_s: float = Field(default=300, gt=0, le=TEN_YEARS_S)
    run_timeout_s: float = Field(default=300, gt=0, le=TEN_YEARS_S)
    return_window_days: int = Field(default=30, ge=0, le=36_500)
    lease_s: float = Field(default=30, gt=0, le=86_400, description="how long a silent process keeps a thread")

    smtp_url: SecretStr | None = Field(
        default=None,
        description="smtp://user:password@host:587 (STARTTLS), smtps://host:465 (TLS), smtp://localhost:25",
    )
    mail_from: str = "support@shop.example"
    approver_email: str = Field(
        default="approver@shop.example", description="who is told of a new request; several with commas"
    )
    base_url: str | None = Field(
        default=None, pattern="^https?://", description="where people open Switchboard's pages"
    )

    shop_name: str = Field(default="", max_length=200, description="the name that customers know")
    tone: Literal["friendly", "neutral", "brief"] = Field(default="neutral", description="of replies to customers")
    signature: str = Field(default="", max_length=1000, description="the end of replies and of mails to customers")
    reply_language: str = Field(
        default="", pattern="^([a-z]{2})?$", description="of replies that a model words, like de; empty: the customer's"
    )

    approval_reminders_s: Annotated[tuple[float, ...], NoDecode] = Field(
        default=(), description="when approvers are reminded, in seconds before the deadline, with commas"
    )
    notify: SecretStr | None = Field(
        default=None, description="addresses of chats that are told of new approvals, with commas (apprise)"
    )
    prune_after_days: float | None = Field(
        default=None, gt=0, le=36_500, description="a server forgets threads that are over for so long"
    )
    otel_endpoint: str | None = Field(
        default=None, repr=False, pattern="^https?://", description="a collector of traces (OTLP over HTTP)"
    )

    tickets_webhook: str | None = Field(
        default=None, repr=False, pattern="^https?://", description="an address that is told of every ticket, signed"
    )
    tickets_webhook_secret: SecretStr | None = Field(default=None, description="whsec_...")
    zendesk_url: str | None = Field(
        default=None, pattern="^https?://", description="https://my-shop.zendesk.com: every ticket is one there too"
    )
    zendesk_email: str | None = Field(default=None, description="the agent whose token it is")
    zendesk_token: SecretStr | None = Field(default=None, description="an API token of Zendesk")
    tickets_email: str | None = Field(default=None, description="a helpdesk that gets every ticket by e-mail")

    knowledge_dir: Path | None = Field(default=None, description="documents that answer questions; default: the shop's")

    searxng_url: str | None = Field(
        default=None, repr=False, description="address of a SearXNG instance whose JSON format is on"
    )
    tavily_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("TAVILY_API_KEY"))
    tavily_base_url: str | None = Field(default=None, repr=False)
    web_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="hosts, addresses or networks of an intranet that pages may be read from, with commas"
    )
    web_robots: bool = Field(default=True, description="keep to robots.txt")
    web_timeout_s: float = Field(default=20, gt=0, le=86_400, description="for one page")
    web_per_host: int = Field(default=2, ge=1, le=100, description="requests to one host at once")
    web_per_host_delay_s: float = Field(default=0.25, ge=0, le=86_400, description="between two requests to one host")
    research_concurrency: int = Field(default=8, ge=1, le=100, description="sources that are read at once")

    confirm_refunds: Literal["unclear", "always"] = Field(
        default="unclear", description="always: a conversation pays only after a yes to an offer"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="origins of pages, besides Studio's, that may use the development server, with commas"
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "::1"), description="proxies in front of the server: addresses and networks, with commas"
    )
    services: str | None = Field(
        default=None, description="services of your own: module:function, like my_shop:services (docs/extending.md)"
    )
    payments: Literal["demo", "stripe"] = Field(
        default="demo", description="who pays refunds; demo knows the demo shop's orders alone"
    )
    stripe_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("STRIPE_API_KEY", "SWITCHBOARD_STRIPE_API_KEY")
    )
    stripe_webhook_secret: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("STRIPE_WEBHOOK_SECRET", "SWITCHBOARD_STRIPE_WEBHOOK_SECRET"),
        description="whsec_..., of the endpoint /api/v1/webhooks/stripe of `switchboard serve`",
    )
    stripe_base_url: str | None = Field(default=None, repr=False, description="of a test server; default: Stripe's")
    engine: Literal["langgraph", "temporal", "steps"] = "langgraph"
    temporal_address: str = "localhost:7233"
    temporal_namespace: str = "default"
    temporal_task_queue: str = "switchboard"
    temporal_api_key: SecretStr | None = None
    temporal_tls: bool = False
    token: SecretStr | None = Field(default=None, description="of the person at this command line (docs/approvals.md)")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @field_validator("web_allow", "allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _list(cls, places: Any) -> Any:
        return [place.strip() for place in places.split(",") if place.strip()] if isinstance(places, str) else places

    @field_validator("approval_reminders_s", mode="before")
    @classmethod
    def _seconds(cls, times: Any) -> Any:
        if not isinstance(times, str):
            return times
        try:
            return tuple(sorted((float(time) for time in times.split(",") if time.strip()), reverse=True))
        except ValueError:
            raise ValueError("write seconds, like 3600,600") from None

    @field_validator("approval_limits", mode="before")
    @classmethod
    def _by_currency(cls, limits: Any) -> Any:
        if not isinstance(limits, str):
            return limits
        pairs = [pair.strip().partition("=") for pair in limits.split(",") if pair.strip()]
        if not all(re.fullmatch(r"[A-Z]{3}", code.strip()) and amount.strip().isdecimal() for code, _, amount in pairs):
            raise ValueError("write it like EUR=9000,JPY=15000, in minor units")
        limits = {code.strip(): int(amount) for code, _, amount in pairs if len(amount.strip()) < MOST_DIGITS}
        if len(limits) < len(pairs) or any(limit > MOST_MINOR_UNITS for limit in limits.values()):
            raise ValueError(f"each limit has to be {MOST_MINOR_UNITS} or less, and each currency to stand there once")
        return limits

    @field_validator("approver_email")
    @classmethod
    def _some_addresses(cls, addresses: str) -> str:
        return ",".join(str(cls._one_address(one.strip())) for one in addresses.split(","))

    @field_validator("tickets_email", "zendesk_email")
    @classmethod
    def _one_address(cls, address: str | None) -> str | None:
        ours = None if address is None else in_ascii(address)
        if ours is not None and not is_address(ours):
            raise ValueError(f"{address!r} is not one plain e-mail address, like mia@example.com")
        return ours

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        """Raises NotConfigured, which names the setting and not what it holds."""
        if url:
            SmtpServer.parse(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _one_sender(cls, sender: str) -> str:
        name, mark, address = sender.rpartition("<")
        ours = f"{name}{mark}{in_ascii(address)}"
        if not is_sender(ours):
            raise ValueError(f"{sender!r} is not like support@example.com or The Shop <support@example.com>")
        return ours

    @field_validator("home", "knowledge_dir")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        try:
            return folder and folder.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError(
                f"nobody here is called {folder.parts[0][1:]!r}: write the whole path" if folder else ""
            ) from error

    @property
    def business_url(self) -> "str | URL":
        """SQLAlchemy address of the business database. For a file it is a URL object, because a path may contain ? and %."""
        if self.database_url:
            return self.database_url.get_secret_value()
        from sqlalchemy import URL

        return URL.create("sqlite", database=str(self.business_path))

    @property
    def business_path(self) -> Path:
        """Of the business database, when it is a file of the home."""
        return self.home / "business.db"

    @property
    def begins_as_demo(self) -> bool:
        """Whether an empty business database becomes the demo shop: in the home, as long as no orders of one's own are named."""
        return self.database_url is None and not self.orders_file.exists()

    @property
    def orders_file(self) -> Path:
        """Where the orders come from, if not from the demo shop (docs/your-own-shop.md)."""
        return self.home / "orders.toml"

    @property
    def wording_folder(self) -> Path:
        """The shop's own words (docs/wording.md)."""
        return self.home / "wording"

    @property
    def checkpoint_path(self) -> Path:
        return self.home / "checkpoints.db"

    @property
    def knowledge_folder(self) -> Path:
        """The documents that are asked when none are named: the configured ones, or the demo shop's pages."""
        return self.knowledge_dir.absolute() if self.knowledge_dir else SHOP_PAGES

    @property
    def knowledge_index(self) -> Path:
        return self.home / "knowledge.db"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def approvals_file(self) -> Path:
        """Who decides about what (docs/approvals.md)."""
        return self.home / "approvals.toml"

    @property
    def login_file(self) -> Path:
        """The token of the person who has signed in."""
        return self.home / "login"

    @property
    def journal_file(self) -> Path:
        return self.home / "journal.jsonl"


def load(**overrides: Any) -> Settings:
    """Read the environment once. Raises NotConfigured, naming the setting that is wrong."""
    before_the_home = _read(env_files(), overrides)
    home = before_the_home.home
    if env_file.get() or not _is_there(home / ".env"):
        return before_the_home
    return _read((*env_files(), home / ".env"), {**overrides, "home": home})


def variables(home: Path) -> dict[str, str]:
    """Everything that the environment and the `.env` files say, whatever its name: secrets that `orders.toml` refers to."""
    written = {
        name: value for file in _all_files(home) for name, value in dotenv_values(file).items() if value is not None
    }
    return {**written, **os.environ}


def env_files() -> tuple[Path, ...]:
    """The `.env` files that count besides the home's."""
    if chosen := env_file.get():
        return (chosen,)
    return (ROOT / ".env",) if Path.cwd() == ROOT else ()


def _all_files(home: Path) -> tuple[Path, ...]:
    return env_files() if env_file.get() else (*env_files(), home / ".env")


def unknown_names(home: Path) -> dict[str, str | None]:
    """Names with our prefix that are not settings, each with the nearest name of a setting."""
    known = {name.upper() for name in Settings.model_fields}
    written = {*os.environ, *(name for file in _all_files(home) for name in dotenv_values(file))}
    unknown = {name.upper().removeprefix(PREFIX) for name in written if name.upper().startswith(PREFIX)} - known
    near = {name: get_close_matches(name, known, n=1, cutoff=0.75) for name in sorted(unknown)}
    return {f"{PREFIX}{name}": f"{PREFIX}{found[0]}" if found else None for name, found in near.items()}


def origins(home: Path) -> dict[str, str]:
    """Where each setting comes from: "environment", the `.env` file, or "default". Values are not told: some are secret."""
    names = _names()
    found = dict.fromkeys(names.values(), "default")
    places: list[tuple[str, Mapping[str, str | None]]] = [(str(file), dotenv_values(file)) for file in _all_files(home)]
    places.append(("environment", dict(os.environ)))
    for place, values in places:  # the later one counts
        found |= {names[name.upper()]: place for name, value in values.items() if value and name.upper() in names}
    return found


def _names() -> dict[str, str]:
    """Every name that a setting is read from, and the one that it is shown under."""
    known: dict[str, str] = {}
    for field, about in Settings.model_fields.items():
        ours, alias = f"{PREFIX}{field.upper()}", about.validation_alias
        shown = str(alias.choices[0]) if isinstance(alias, AliasChoices) else ours
        known |= {ours: shown, shown: shown}
    return known


def _read(files: tuple[Path, ...], overrides: dict[str, Any]) -> Settings:
    for file in files:
        _is_there(file)
    try:
        return Settings(**{**overrides, "_env_file": files})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        shown = name if name.isupper() else f"{PREFIX}{name.upper()}"
        raise NotConfigured(
            f"{shown} is set to something unusable: {what_is_wrong(first)}. Correct it and try again."
        ) from error


def _is_there(file: Path) -> bool:
    """Raises NotConfigured for a file that is there and cannot be read, or has a line that says nothing."""
    try:
        is_there = file.exists()
        text = file.read_text(encoding="utf-8-sig") if is_there else ""
        if "\0" in text:
            raise NotConfigured(f"{file} is not text in UTF-8. Save it as UTF-8.")
        unread = (one for one in parse_stream(StringIO(text)) if one.error or (one.key and one.value is None))
        if wrong := next(unread, None):
            raise NotConfigured(f"Line {wrong.original.line} of {file} is not written like NAME=VALUE. Correct it.")
    except UnicodeDecodeError as error:
        raise NotConfigured(f"{file} is not text in UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise NotConfigured(f"{file} cannot be read ({error.strerror}). Correct that, or remove it.") from error
    return is_there
