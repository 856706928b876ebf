"""The default path on a system that is not POSIX: everything that Windows lacks is taken away first."""

import subprocess
import sys

LACKS = """
import asyncio, os, signal, sys

import platformdirs  # chooses what it does by the system it is on

for module in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "readline"):
    sys.modules[module] = None
for name in ("link", "fork", "getuid", "geteuid", "getpgid", "killpg", "sysconf", "uname", "chown", "mkfifo", "nice"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGALRM", "setitimer", "pthread_kill"):
    if hasattr(signal, name):
        delattr(signal, name)

def refuses(*_):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_signal_handler = refuses

from app.cli.main import app

def run(*words, code=0):
    assert (app(list(words), standalone_mode=False) or 0) == code, words

run("refund", "--order", "12345", "--email", "ada@example.com", "--thread", "job", code=3)
run("pending")
run("approve", "job", "--by", "Mia")
run("trace", "job")
run("verify")
print("done")
"""


def test_the_default_path_calls_nothing_that_posix_alone_has() -> None:
    ended = subprocess.run([sys.executable, "-c", LACKS], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout.splitlines()[-1:]) == (0, ["done"]), ended.stderr
