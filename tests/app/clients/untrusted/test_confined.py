"""Files that were made to keep their reader busy end with its process, and with no more than that."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.clients.knowledge.documents import read_in_time
from app.clients.untrusted.confined import Confined, Unreadable
from nodes.ports.errors import DependencyDown
from tests.site import STALLING_PAGE, pdf, stalling_pdf

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="asks for the program's children as POSIX does")
BEES = b"# Bees\n\nBees fly.\n"

CHILDREN = """
import os
def children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return "none"
    return "some"
"""


def program(code: str, *words: str) -> str:
    """What a program of its own says that ends by itself."""
    done = subprocess.run(
        [sys.executable, "-c", CHILDREN + code, *words], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize(("name", "content"), [("a.html", STALLING_PAGE), ("a.pdf", stalling_pdf().body)])
def test_a_file_that_stalls_its_reader_is_unreadable_and_the_next_one_is_read(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^reading it takes more than 0\.5 seconds$"):
        read_in_time(name, content, 0.5)
    assert read_in_time("bees.md", BEES, 30).title == "Bees"


@POSIX
def test_the_process_of_such_a_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(STALLING_PAGE)
    code = """
import sys
from pathlib import Path
from app.clients.untrusted.confined import Unreadable
from app.clients.knowledge.documents import read_in_time
try:
    read_in_time("a.html", Path(sys.argv[1]).read_bytes(), 0.5)
except Unreadable as problem:
    print(problem, children())
"""
    assert program(code, str(tmp_path / "a.html")) == "reading it takes more than 0.5 seconds none"


@POSIX
def test_a_process_is_kept_for_the_next_file_and_ends_with_the_program() -> None:
    code = """
import os
from app.clients.untrusted.confined import Confined
asks = Confined("tests.app.clients.untrusted.test_confined:process_and_size")
first, second = (asks(b"x" * size, seconds=30) for size in (1, 3_000_000))
print(first[0] == second[0] != os.getpid(), first[1], second[1], children())
del asks
print(children())
"""
    assert program(code).splitlines() == ["True 1 3000000 some", "none"]


@POSIX
@pytest.mark.parametrize("state", ["busy", "idle"])
def test_a_process_ends_also_when_its_program_is_killed(tmp_path: Path, state: str) -> None:
    pipe = tmp_path / "held by the process while it lives"
    os.mkfifo(pipe)
    code = """
import sys
from app.clients.untrusted.confined import Confined
Confined("tests.app.clients.untrusted.test_confined:kill_the_program")(b"", *sys.argv[1:], seconds=0.5)
"""
    held_here = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # not waiting for a process that may never come
    with os.fdopen(held_here, "rb") as held, subprocess.Popen([sys.executable, "-c", code, str(pipe), state]) as killed:
        assert select.select([held], [], [], 60)[0] == [held]
        assert held.read() == b""
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may take up")
def test_a_file_that_fills_the_memory_is_unreadable() -> None:
    asks = Confined(f"{__name__}:twice_as_much")
    with pytest.raises(Unreadable, match=r"^it cannot be understood \(MemoryError\)$"):
        asks(b"x", 4_000_000_000, seconds=30)
    assert asks(b"x", 2, seconds=30) == 4


def test_a_process_that_breaks_off_is_no_reason_for_a_traceback() -> None:
    asks = Confined(f"{__name__}:break_off")
    with pytest.raises(Unreadable, match="more memory or time than it is worth"):
        asks(b"now", seconds=30)
    assert asks(b"not yet", seconds=30) == "here"


def test_what_is_no_text_says_why_across_processes() -> None:
    with pytest.raises(Unreadable, match="not a readable PDF file"):
        read_in_time("a.pdf", b"%PDF-1.7 broken", 30)
    (page,) = read_in_time("a.pdf", pdf("Vouchers never expire.").body, 30).sections
    assert (page.heading, page.text.strip()) == ("Page 1", "Vouchers never expire.")


def test_a_process_that_does_not_start_says_what_to_do() -> None:
    with pytest.raises(DependencyDown, match="does not start; see what"):
        Confined("no.such.module:function")(b"", seconds=30)


def process_and_size(content: bytes) -> tuple[int, int]:
    return os.getpid(), len(content)


def kill_the_program(content: bytes, pipe: str, state: str) -> None:
    """The end of this process closes the pipe."""
    os.open(pipe, os.O_WRONLY)
    os.kill(os.getppid(), signal.SIGKILL)
    while state == "busy":
        pass


def twice_as_much(content: bytes, size: int) -> int:
    return len(content * size * 2)


def break_off(content: bytes) -> str:
    if content == b"now":
        os._exit(1)
    return "here"
