"""Who is taken for dead: a process of this machine that is gone, and nobody whom this process cannot see."""

import os
import sys

import pytest

from app.clients.database.owners import died_here, owner

NOBODY = 4_194_305
"""Above the largest number that the kernel gives to a process."""


def changed(*, host: str | None = None, pid: int | None = None, **told: str) -> str:
    """The name of this process with another part."""
    own_host, own_pid, rest = owner().rsplit("/", 2)
    parts = dict(zip(("started", "boot", "namespace", "random"), rest.split("."), strict=True)) | told
    return f"{host or own_host}/{pid or own_pid}/{'.'.join(parts.values())}"


def test_a_holder_that_lives_and_one_that_does_not() -> None:
    assert owner() != owner()
    assert not died_here(owner())
    assert died_here(changed(pid=NOBODY))


def test_a_number_that_another_process_has_by_now() -> None:
    assert died_here(changed(started="1"))


@pytest.mark.parametrize("part", ["boot", "namespace"])
def test_another_container_with_the_same_host_name_is_not_taken_for_dead(part: str) -> None:
    assert not died_here(changed(pid=NOBODY, **{part: "4026530000"}))


def test_another_machine_is_not_taken_for_dead() -> None:
    assert not died_here(changed(host="elsewhere", pid=NOBODY))


def test_leases_of_an_earlier_version() -> None:
    host = owner().rsplit("/", 2)[0]
    assert [died_here(f"{host}/{pid}/0f3a9b2c11de") for pid in (os.getpid(), NOBODY)] == [False, True]


def test_on_windows_time_alone_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """There a look at a process by its number would end it."""
    name = changed(pid=NOBODY)
    monkeypatch.setattr(sys, "platform", "win32")
    assert not died_here(name)
