"""What every engine refuses with the same sentence. `thread`: what a person calls the thread by."""

from shlex import quote

from nodes.ports.errors import NothingPending, NothingToResume, ThreadUnfinished


def has_to_be_decided(thread: str) -> ThreadUnfinished:
    return ThreadUnfinished(
        f"Thread {thread} waits for an approval. Decide with `switchboard approve {quote(thread)}` first."
    )


def has_to_be_resumed(thread: str) -> ThreadUnfinished:
    return ThreadUnfinished(f"Thread {thread} stopped half way. Run `switchboard resume {quote(thread)}` first.")


def waits_for_a_decision(thread: str) -> NothingToResume:
    return NothingToResume(
        f"Thread {thread} waits for an approval: `switchboard approve {quote(thread)}` or "
        f"`switchboard reject {quote(thread)} --reason ...`."
    )


def has_nothing_left(thread: str) -> NothingToResume:
    return NothingToResume(f"Thread {thread} has nothing left to do. `switchboard show {quote(thread)}` tells more.")


def waits_for_nothing(thread: str) -> NothingPending:
    return NothingPending(f"Thread {thread} does not wait for an approval. `switchboard pending` lists those that do.")
