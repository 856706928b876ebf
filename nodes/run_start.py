"""What a new run on a thread clears of the run before it, in every workflow that hands cases to people."""

from typing_extensions import TypedDict


class RunStart(TypedDict):
    """The end of a run: its reply, its outcome, and the hand-over."""

    outcome: None
    failure: None
    summary: str
    say: str
    reply: str


def run_start() -> RunStart:
    return {"outcome": None, "failure": None, "summary": "", "say": "", "reply": ""}
