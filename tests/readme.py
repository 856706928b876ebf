"""What the README tells its readers to type."""

import re
import shlex
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text()


def told() -> list[tuple[list[str], int]]:
    """The README's `switchboard ...` lines in order, each with the exit code that its comment promises."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    codes = [int(found[1]) if (found := re.search(r"# exit (\d)", line)) else 0 for line in lines]
    return [
        (one[one.index("switchboard") + 1 :], code)
        for one, code in zip(words, codes, strict=True)
        if "switchboard" in one
    ]
