"""What client and worker stand on: the business database with register, journal and approvals; no checkpoints."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.clients.database.engine import open_database
from app.clock import SystemClock
from app.composition import services
from app.journal import Journal
from app.logs import configure
from app.services import Clock, Services, install
from app.settings import Settings
from app.threads import Threads


@dataclass(frozen=True)
class House:
    settings: Settings
    services: Services
    threads: Threads
    journal: Journal


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[House]:
    """Open and installed until the block ends. Raises NotConfigured, DependencyDown."""
    configure(settings.log_level)
    now = clock or SystemClock()
    async with open_database(settings.business_url, fill_demo=True, clock=now) as database:
        with install(services(settings, database, now)) as installed:
            yield House(
                settings=settings,
                services=installed,
                threads=Threads(database, now, lease_s=settings.lease_s),
                journal=Journal(database, settings.journal_file, now),
            )
