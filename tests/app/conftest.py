"""What the contract tests use is used here too: a clock that tests set, a filled shop, both databases."""

import shutil
from pathlib import Path

import pytest

from app.settings import Settings
from tests.contracts.conftest import Watch, clock, database, engine, postgres_shop, server, shop_url, sqlite_shop

__all__ = ["clock", "database", "engine", "postgres_shop", "server", "shop_url", "sqlite_shop"]


@pytest.fixture
def home(settings: Settings, sqlite_shop: Path, clock: Watch) -> Settings:
    """A home whose shop was filled at the clock's time."""
    settings.home.mkdir()
    shutil.copy(sqlite_shop, settings.home / "business.db")
    return settings
