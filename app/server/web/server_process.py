"""`switchboard serve`: uvicorn with our application, on a socket that was bound before anything is printed."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from app.server.web.application import application, open_state
from app.settings import Settings
from nodes.ports.errors import NotConfigured

PATIENCE_S = 10
"""How long a stop waits for runs at work; what is not over by then, `resume` goes on with."""


def serve(settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Run until a signal ends it. Raises NotConfigured, DependencyDown."""
    with _bound(host, port) as listening:
        say(asyncio.run(_greeting(settings, host, listening.getsockname()[1])))
        server = uvicorn.Server(configured(settings, host=host))
        with suppress(KeyboardInterrupt):  # how it is ended
            server.run(sockets=[listening])
    if not server.started:
        raise NotConfigured("The server could not start; the lines above say why.")


def configured(settings: Settings, *, host: str) -> uvicorn.Config:
    """What a proxy says about who sends a request is believed of `trusted_proxies` alone."""
    return uvicorn.Config(
        application(settings, host=host),
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=PATIENCE_S,
    )


async def _greeting(settings: Settings, host: str, port: int) -> str:
    """Where the pages are. What is wrong with the home is said here, before anything listens."""
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    address = settings.base_url or f"http://{shown}:{port}"
    async with open_state(settings) as state:
        alone = not await state.people.any()
        link = f"{address}/login?token={state.local_token}" if alone else f"{address}/login"
    return f"Switchboard is at {link}\nCtrl-C ends it."


def _bound(host: str, port: int) -> socket.socket:
    """Raises NotConfigured."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise NotConfigured(f"{host}:{port} cannot be used ({error.strerror}): choose another --port.") from error
    listening.set_inheritable(True)
    return listening
