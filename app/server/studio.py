"""`switchboard studio`: the LangGraph development server on this home, with the command line's threads in it."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values

from app.extras import missing_extra
from app.records.threads import Thread, called
from app.settings import Settings, env_files
from graphs import description, left_out, usable
from nodes.ports.errors import DependencyDown, NotConfigured, ThreadBusy

if TYPE_CHECKING:
    import httpx
    from langgraph_sdk.client import LangGraphClient

START_TIMEOUT_S = 300
REGISTER_EVERY_S = 1.0
ROOT = Path(__file__).resolve().parents[2]
PREFIX = "workflow "
"""Before the name of a package's workflow in the entry module, which has names of its own."""

SETTLED = ("waiting", "completed")
"""Where a thread stands when a run without input runs no step that acts."""

KEY = "SWITCHBOARD_STUDIO_KEY"
"""The variable with the key by which the server knows this command."""


def serve(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """Run the server until it is stopped. Raises NotConfigured, DependencyDown."""
    asyncio.run(_open_once(settings))
    command, folder = _command(port), _folder(settings)
    key = secrets.token_urlsafe(32)
    environment = {
        **{name: value for file in env_files() for name, value in dotenv_values(file).items() if value is not None},
        **os.environ,
        "SWITCHBOARD_HOME": str(settings.home),
        "LANGGRAPH_STRICT_MSGPACK": "true",
        KEY: key,
    }
    for problem in left_out():
        say(f"Left out: {problem}")
    say("Starting the LangGraph development server ...")
    log = folder / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as server,
    ):
        _stop_like_ctrl_c()
        try:
            asyncio.run(_attend(settings, server, port, log, say, key))
        except KeyboardInterrupt:
            say("Stopping.")
        finally:
            server.terminate()


async def _open_once(settings: Settings) -> None:
    """What is wrong with this home is said here, and not in the server's log."""
    from app.composition import open_runner

    async with open_runner(settings):
        pass


def _stop_like_ctrl_c() -> None:
    """SIGTERM and SIGHUP end the server too: nothing is left running when the terminal or the service is closed."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


def _folder(settings: Settings) -> Path:
    """Where the server works: it keeps files of its own there, which belong to this home and not into the checkout."""
    source = ROOT / "langgraph.json"
    if not source.exists():
        raise NotConfigured("`switchboard studio` needs langgraph.json: run it from a checkout of the project.")
    folder = settings.home / "studio"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    absolute = source.read_text().replace('"./', f'"{ROOT.as_posix()}/').replace('"."', f'"{ROOT.as_posix()}"')
    configured = json.loads(absolute)
    configured["http"]["cors"]["allow_origins"] += settings.allowed_origins
    entry = f"{ROOT.as_posix()}/app/server/langgraph_server.py"
    configured["graphs"] |= {
        name: {"path": f"{entry}:{PREFIX}{name}", "description": description(name)} for name in usable()
    }
    (folder / source.name).write_text(json.dumps(configured, indent=2))
    return folder


def _command(port: int) -> list[str]:
    found = shutil.which("langgraph", path=str(Path(sys.executable).parent)) or shutil.which("langgraph")
    if found is None:
        raise missing_extra("`switchboard studio`", "studio")
    return [found, "dev", "--no-browser", "--no-reload", "--port", str(port)]


async def _attend(
    settings: Settings, server: "subprocess.Popen[bytes]", port: int, log: Path, say: Callable[[str], None], key: str
) -> None:
    """Wait until the server answers, then keep its list of threads in step with ours."""
    import httpx
    from langgraph_sdk import get_client

    from app.composition import open_runner

    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address) as http, asyncio.timeout(START_TIMEOUT_S):
        while not await _answers(http):
            if server.poll() is not None:
                raise DependencyDown(
                    f"The server stopped right after its start; {log} says why. Is port {port} in use?"
                )
            await asyncio.sleep(0.2)
    say(
        f"API:    {address}\nDocs:   {address}/docs\nStudio: https://smith.langchain.com/studio/?baseUrl={address}\nLog:    {log}"
    )
    registered: dict[str, str] = {}
    client = get_client(url=address, headers={"Authorization": f"Bearer {key}"})
    async with open_runner(settings) as runner:
        while server.poll() is None:
            for thread in await runner.recent():
                changed = registered.get(thread["thread_id"]) != thread["updated_at"]
                if changed and thread["engine"] == "langgraph" and thread["status"] != "running":
                    with suppress(httpx.HTTPError):  # one thread that cannot be listed does not end the server
                        if await _register(client, thread):
                            registered[thread["thread_id"]] = thread["updated_at"]
            if registered and "said" not in registered:
                say(f"{len(registered)} threads of the command line are listed. Ctrl-C stops the server.")
                registered["said"] = ""
            await asyncio.sleep(REGISTER_EVERY_S)
    raise DependencyDown(f"The server stopped; {log} says why.")


async def _answers(http: "httpx.AsyncClient") -> bool:
    import httpx

    try:
        return (await http.get("/ok")).is_success
    except httpx.TransportError:
        return False


async def _register(client: "LangGraphClient", thread: Thread) -> bool:
    """Tell the server of a thread that it did not run itself. False: it is at work, and has to be told later.

    A run without input shows the server the values and a pending interrupt. It re-runs only the step that waits: same
    interrupt id, no new checkpoint.
    """
    labels = {"graph_id": thread["graph"], "name": called(thread)}
    known = await client.threads.create(
        thread_id=thread["thread_id"], graph_id=thread["graph"], metadata=labels, if_exists="do_nothing"
    )
    if thread["status"] not in SETTLED or (
        known.get("values") and _at(known["updated_at"]) >= _at(thread["updated_at"])
    ):
        return True
    seen: Any = await client.runs.wait(thread["thread_id"], thread["graph"], input=None, raise_error=False)
    return (seen.get("__error__") or {}).get("error") != ThreadBusy.__name__


def _at(moment: Any) -> datetime:
    return datetime.fromisoformat(str(moment))
