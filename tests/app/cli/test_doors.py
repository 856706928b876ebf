"""Other people's code, as a user brings it: services by a setting or a package, workflows by a package."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from starlette.applications import Starlette

from app.engines.temporal.worker import Pace, plugin
from app.server import langgraph_server
from app.server.studio import PREFIX
from graphs import left_out, packages
from tests.command_line import CommandLine

SMALL = ("refund", "--order", "12346", "--email", "ada@example.com")
PLACE = "my_shop:services"

START = """
from contextlib import asynccontextmanager
from dataclasses import replace
from app.testing import FakeMail

MAIL, EVENTS = FakeMail(), []
"""

PROVIDERS = {
    "function": """
def services(settings, defaults):
    return replace(defaults, mail=MAIL)
""",
    "coroutine": """
async def services(settings, defaults):
    return replace(defaults, mail=MAIL)
""",
    "context manager": """
@asynccontextmanager
async def services(settings, defaults):
    EVENTS.append("opened")
    try:
        yield replace(defaults, mail=MAIL)
    finally:
        EVENTS.append("closed")
""",
}

BAD_PROVIDERS = {
    "raises": (
        "def services(settings, defaults):\n    raise ValueError('no key')\n",
        "did not start (ValueError: no key)",
    ),
    "exits": ("def services(settings, defaults):\n    raise SystemExit(7)\n", "did not start (SystemExit: 7)"),
    "lacks a method": (
        "def services(settings, defaults):\n    return replace(defaults, mail=object())\n",
        "have mail of the type object, which lacks send: nodes.ports.mail says",
    ),
    "is none": (
        "def services(settings, defaults):\n    return replace(defaults, orders=None)\n",
        "have orders of the type NoneType, which lacks",
    ),
    "returns nothing": ("def services(settings, defaults):\n    pass\n", "dataclasses.replace(defaults, ...)"),
    "takes nothing": ("def services():\n    pass\n", "did not start (TypeError"),
    "is a generator": (
        "async def services(settings, defaults):\n    yield defaults\n",
        "have the type async_generator",
    ),
    "is not there": ("", "names 'services', which my_shop does not have"),
    "is broken": ("import nothing_like_it\n", "cannot be imported (ModuleNotFoundError"),
    "does not close": (
        "@asynccontextmanager\nasync def services(settings, defaults):\n    yield defaults\n    raise OSError('stuck')\n",
        "could not be closed (OSError: stuck)",
    ),
}


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a test imports from its folder, and the packages it brings, are unknown to the next one."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in {"my_shop", "greeting"} - before:
        sys.modules.pop(name, None)
    packages.offered.cache_clear()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Make a folder that looks like an installed distribution "acme 1.0" with these entry points; modules go beside it."""

    def make(entry_points: str) -> Path:
        about = tmp_path / "site" / "acme-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(entry_points)
        monkeypatch.syspath_prepend(str(about.parent))
        packages.offered.cache_clear()
        return about.parent

    return make


def details(report: Any) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in report["checks"]}


@pytest.mark.parametrize("kind", PROVIDERS)
def test_services_of_a_setting_are_used_and_named(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    Path("my_shop.py").write_text(START + PROVIDERS[kind])
    monkeypatch.setenv("SWITCHBOARD_SERVICES", PLACE)
    assert switchboard.json(*SMALL)["outcome"] == "refunded"
    mine = sys.modules["my_shop"]
    (letter,) = mine.MAIL.sent.values()
    assert letter["to"] == "ada@example.com"
    assert not list(Path("home").glob("outbox/*.eml"))
    assert list(mine.EVENTS) == (["opened", "closed"] if kind == "context manager" else [])
    assert details(switchboard.json("doctor"))["services"] == "mail of SWITCHBOARD_SERVICES (my_shop:services)"


@pytest.mark.parametrize("kind", BAD_PROVIDERS)
def test_services_that_cannot_be_used_end_with_a_sentence(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    code, words = BAD_PROVIDERS[kind]
    Path("my_shop.py").write_text(START + code)
    monkeypatch.setenv("SWITCHBOARD_SERVICES", PLACE)
    called = switchboard("pending")
    assert (called.code, called.out, called.err.count("\n")) == (5, "", 1)
    assert words in called.err
    examined = switchboard.json("doctor", code=5)
    assert [check["name"] for check in examined["checks"] if not check["ok"]] == ["services"]


@pytest.mark.parametrize("place", ["my_shop", ":services", "my_shop:"])
def test_a_place_that_is_none_is_refused(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("SWITCHBOARD_SERVICES", place)
    called = switchboard("pending")
    assert (called.code, "module:function" in called.err) == (5, True)


def test_services_of_a_package_come_first_and_the_setting_has_the_last_word(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, package: Callable[[str], Path]
) -> None:
    site = package("[switchboard.services]\nacme = my_shop:services\n")
    (site / "my_shop.py").write_text(
        f"{START}\nfrom app.testing import FakeTickets\n"
        "def services(settings, defaults):\n    return replace(defaults, mail=MAIL, tickets=FakeTickets())\n"
        "def again(settings, defaults):\n    assert defaults.mail is MAIL\n    return replace(defaults, mail=FakeMail())\n"
    )
    assert details(switchboard.json("doctor"))["services"] == "mail, tickets of acme (my_shop:services)"
    monkeypatch.setenv("SWITCHBOARD_SERVICES", "my_shop:again")
    told = details(switchboard.json("doctor"))["services"]
    assert told == "mail of SWITCHBOARD_SERVICES (my_shop:again); tickets of acme (my_shop:services)"


GREETING = '''
"""Greets."""
from typing_extensions import TypedDict
from langgraph.graph import END, START, StateGraph


class Input(TypedDict):
    name: str


class State(Input, total=False):
    reply: str


async def greet(state: State) -> State:
    return {"reply": f"Hello, {state['name']}."}


def build(policy=lambda kind: {}):
    g = StateGraph(State, input_schema=Input)
    g.add_node("greet", greet, **policy("code"))
    g.add_edge(START, "greet")
    g.add_edge("greet", END)
    return g
'''


def test_a_workflow_of_a_package_is_one_of_ours(switchboard: CommandLine, package: Callable[[str], Path]) -> None:
    (package("[switchboard.workflows]\ngreet = greeting\n") / "greeting.py").write_text(GREETING)
    assert "greet" in switchboard("graph", "greet").out
    assert details(switchboard.json("doctor"))["workflows"] == "6 built in; greet of acme 1.0"
    assert "greet" in switchboard("graph", "nothing").err
    assert "Greets." in switchboard("run", "--help").out
    assert "--name TEXT" in switchboard("run", "greet", "--help").out
    assert switchboard.json("run", "greet", "--name", "Ada")["reply"] == "Hello, Ada."
    assert "--name is missing" in switchboard("run", "greet").err


def test_a_built_in_workflow_cannot_be_replaced(switchboard: CommandLine, package: Callable[[str], Path]) -> None:
    (package("[switchboard.workflows]\nrefund = greeting\n") / "greeting.py").write_text(GREETING)
    assert "verify_identity" in switchboard("graph", "refund").out
    assert switchboard.json(*SMALL)["outcome"] == "refunded"
    assert "greeting" not in sys.modules


BAD_WORKFLOWS = [
    ("import nothing_like_it\n", "cannot be imported (ModuleNotFoundError"),
    ("raise RuntimeError('no\\n' + 300 * 'x')\n", "cannot be imported (RuntimeError: no xxx"),
    ("import sys\nsys.exit(3)\n", "cannot be imported (SystemExit: 3)"),
    ("build = 'a graph'\n", "is not a module with a function build(policy)"),
    ("def build():\n    pass\n", "cannot be built (TypeError"),
    ("def build(policy):\n    pass\n", "not compiled, and not NoneType"),
    (f"{GREETING}\nbuild_ = build\ndef build(policy):\n    return build_().compile()\n", "not CompiledStateGraph"),
    (GREETING.replace('g.add_edge(START, "greet")', ""), "cannot be built (ValueError: Graph must have an entrypoint"),
    (GREETING.replace("input_schema=Input", "input_schema=dict"), "make its input_schema a TypedDict"),
    (GREETING.replace("name: str", "name: StateGraph"), "cannot be built (Pydantic"),
    (f"{GREETING}\nACTIONS = ('send_it',)\n", "ACTIONS that cannot be used"),
    (f"{GREETING}\nfrom nodes.approvals.action import Action\nACTIONS = Action\n", "ACTIONS that cannot be used"),
]


@pytest.mark.parametrize(("code", "words"), BAD_WORKFLOWS)
def test_a_workflow_that_cannot_be_loaded_is_named_and_the_others_run(
    switchboard: CommandLine, package: Callable[[str], Path], code: str, words: str
) -> None:
    (package("[switchboard.workflows]\ngreet = greeting\n") / "greeting.py").write_text(code)
    for command in (("graph", "greet"), ("run", "greet")):
        called = switchboard(*command)
        assert (called.code, called.err.count("\n"), words in called.err) == (5, 1, True)
    assert "  greet" in switchboard("run", "--help").out
    assert switchboard.json("refund", "--order", "12345", "--email", "ada@example.com", code=3)["status"] == "waiting"
    for listing in ("pending", "threads", "sweep"):
        assert switchboard(listing).code == 0
    (bad,) = [check for check in switchboard.json("doctor", code=5)["checks"] if not check["ok"]]
    assert (bad["name"], words in bad["detail"]) == ("workflows", True)


def test_a_server_and_a_worker_leave_a_broken_workflow_out(package: Callable[[str], Path]) -> None:
    """A name that the entry module uses itself is no problem either."""
    site = package("[switchboard.workflows]\napp = greeting\nbroken = nothing_like_it\n")
    (site / "greeting.py").write_text(GREETING)
    served = run_path(langgraph_server.__file__)
    assert isinstance(served["app"], Starlette)
    assert [name for name in served if name.startswith(PREFIX)] == [f"{PREFIX}app"]
    assert plugin(Pace()).activities
    assert [problem.split("(")[0] for problem in left_out()] == ["The workflow 'broken' "]


def test_a_name_that_two_packages_offer_is_nobodys(switchboard: CommandLine, package: Callable[[str], Path]) -> None:
    site = package("[switchboard.workflows]\ngreet = greeting\n")
    (site / "greeting.py").write_text(GREETING)
    shutil.copytree(site / "acme-1.0.dist-info", site / "other-2.0.dist-info")
    (site / "other-2.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 2.0\n")
    called = switchboard("run", "greet", "--name", "Ada")
    assert (called.code, called.err.count("\n")) == (5, 1)
    assert "'greet' is offered twice, by acme 1.0 and other 2.0. Uninstall one of them." in called.err
    assert switchboard.json(*SMALL)["outcome"] == "refunded"


def test_a_build_without_a_default_policy_is_enough(switchboard: CommandLine, package: Callable[[str], Path]) -> None:
    code = GREETING.replace("policy=lambda kind: {}", "policy")
    (package("[switchboard.workflows]\ngreet = greeting\n") / "greeting.py").write_text(code)
    assert switchboard.json("run", "greet", "--name", "Ada")["reply"] == "Hello, Ada."
    assert "greet" in switchboard("graph", "greet").out
