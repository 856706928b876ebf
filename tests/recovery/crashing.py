"""A process that dies, as by kill -9, right before or right after one of its effects."""

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from app.composition import open_runner
from app.engines.forget import forget
from app.settings import Settings
from nodes.ports import install
from nodes.ports.errors import Final
from tests.processes import home_of
from tests.recovery.kill_points import KillPoints

When = Literal["before", "after"]


class Crashing:
    """Stands in front of a real service; the chosen method kills the process."""

    def __init__(self, service: Any, method: str, when: When, skip: int = 0) -> None:
        self._service = service
        self._method = method
        self._when = when
        self._skip = skip

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._service, name)
        if name != self._method:
            return real

        async def crash(*args: Any, **kwargs: Any) -> Any:
            if self._skip:
                self._skip -= 1
                return await real(*args, **kwargs)
            if self._when == "after":
                await real(*args, **kwargs)
            return os.kill(os.getpid(), signal.SIGKILL)

        return crash


async def refund_and_die(home: Path, service: str, method: str, when: When, values: dict[str, Any]) -> None:
    async with open_runner(home_of(home)) as runner:
        with _dying(runner.services, service, method, when):
            await runner.start("refund", values, thread="job")


async def approve_and_die(home: Path, service: str, method: str, when: When) -> None:
    async with open_runner(home_of(home)) as runner:
        with _dying(runner.services, service, method, when):
            await runner.decide("job", {"type": "approve", "by": "Mia"})


async def research_and_die(settings: dict[str, Any], skip: int, values: dict[str, Any]) -> None:
    """Dies when so many sources have been studied, with others under way."""
    async with open_runner(Settings(**settings)) as runner:
        studying = Crashing(runner.services.language, "study", "before", skip)
        with install(replace(runner.services, language=studying)):
            await runner.start("research", values, thread="job")


def _dying(services: Any, service: str, method: str, when: When) -> Any:
    return install(replace(services, **{service: Crashing(getattr(services, service), method, when)}))


class Refusing:
    """Stands in front of a real service; the chosen method is refused for good."""

    def __init__(self, service: Any, method: str) -> None:
        self._service = service
        self._method = method

    def __getattr__(self, name: str) -> Any:
        async def refuse(*args: Any, **kwargs: Any) -> Any:
            raise Final("No, for the sake of the test.")

        return refuse if name == self._method else getattr(self._service, name)


async def fulfil_and_die(home: Path, order_id: str, service: str, method: str, when: When, refused: str | None) -> None:
    """`refused`: a method of the stock service that makes the fulfilment turn round."""
    async with open_runner(home_of(home)) as runner:
        services = runner.services
        if refused:
            services = replace(services, stock=Refusing(services.stock, refused))
        with _dying(services, service, method, when):
            await runner.start("fulfilment", {"order_id": order_id}, thread="job")


async def refund_by_stripe_and_die(settings: dict[str, Any], part: str, method: str, when: When) -> None:
    """`part`: of the payments, the one whose method kills the process: `api` or `_records`."""
    async with open_runner(Settings(**settings)) as runner:
        payments = runner.services.payments
        setattr(payments, part, Crashing(getattr(payments, part), method, when))
        values = {"order_id": "1001", "email": "ada@example.com", "amount_cents": 2000, "reason": ""}
        await runner.start("refund", values, thread="job")


async def forget_and_die(home: Path, email: str, at: int) -> None:
    """Dies at the durable act with this number."""
    KillPoints(at).install()
    async with open_runner(home_of(home)) as runner:
        await forget(runner, email, dry_run=False)
