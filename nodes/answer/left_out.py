"""What a run has not read of the folder that it answers from."""

from nodes.ports import services
from nodes.ports.knowledge import NOTHING, LeftOut

MOST_REASONS = 4


async def left_out_of(folder: str | None) -> LeftOut:
    """Nothing, where the knowledge service does not tell."""
    tell = getattr(services().knowledge, "left_out", None)
    return await tell(folder=folder) if tell else NOTHING


def summary(found: LeftOut) -> str:
    """Like: 3 of 44 files are left out: 2 (it is protected with a password); 1 .xyz."""
    reasons = [f"{count:,} {worded(reason)}" for reason, count in found["reasons"].items()]
    shown = reasons if len(reasons) <= MOST_REASONS + 1 else reasons[:MOST_REASONS]
    more = len(reasons) - len(shown)
    listed = "; ".join([*shown, *([f"{more} other reasons"] if more else [])])
    if found["files"] == found["of"]:
        return f"0 of {found['of']:,} files can be read: {listed}."
    return f"{found['files']:,} of {found['of']:,} files are left out: {listed}."


def worded(reason: str) -> str:
    return reason if reason.startswith(".") else f"({reason})"


def with_note(say: str, found: LeftOut | None, folder: str | None) -> str:
    """The reply, with what was left out of a folder that the user has named."""
    return f"{say.rstrip()}\n\n{summary(found)}" if folder and found and found["files"] else say
