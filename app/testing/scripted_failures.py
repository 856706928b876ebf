"""Failures that are scripted, call by call."""

from collections import defaultdict

PASSES = Exception("this call works")


class Failing:
    """Scripted failures: `fail["refund"] = [error, PASSES, error]` makes the next and the third call of `refund` raise.

    `lose["refund"] = [error]`: the next call does its work, and then raises all the same.
    """

    def __init__(self) -> None:
        self.fail: dict[str, list[Exception]] = defaultdict(list)
        self.lose: dict[str, list[Exception]] = defaultdict(list)
        self.calls: dict[str, int] = defaultdict(int)

    def called(self, name: str) -> None:
        self.calls[name] += 1
        if self.fail[name] and (failure := self.fail[name].pop(0)) is not PASSES:
            raise failure

    def replied(self, name: str) -> None:
        if self.lose[name] and (failure := self.lose[name].pop(0)) is not PASSES:
            raise failure
