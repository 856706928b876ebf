"""Write a small package that plugs a workflow, or services, into Switchboard: it runs at once, and is meant to be changed."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import distribution
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from app.extras import DISTRIBUTION
from graphs import names
from nodes.ports.errors import InvalidInput

Kind = Literal["workflow", "services"]

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".txt"
"""The suffix of templates, so that no tool takes one for code."""

OURS = frozenset({"app", "graphs", "nodes", "tests", "switchboard", DISTRIBUTION})

SOURCES = """
[tool.uv.sources]
{distribution} = {{ {source} }}
"""


def write(kind: Kind, name: str, within: Path) -> list[Path]:
    """The files of the new folder `within`/NAME. Raises InvalidInput for a name that cannot be used."""
    folder = within / name
    _check(name, folder)
    words = {
        "name": name,
        "package": name.replace("-", "_"),
        "action": f"send_{name.replace('-', '_')}",
        "distribution": DISTRIBUTION,
        "sources": _sources(),
    }
    written = []
    for template in sorted((TEMPLATES / kind).rglob(f"*{SUFFIX}")):
        place = template.relative_to(TEMPLATES / kind).with_suffix("")
        path = folder / (Path(words["package"]) / place.name if place.parts[0] == "package" else place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(template.read_text()).substitute(words))
        written.append(path)
    return written


def _check(name: str, folder: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
        raise InvalidInput(
            f"{name!r} cannot be a package's name; write small letters, digits and dashes, like my-letters."
        )
    package = name.replace("-", "_")
    if iskeyword(package):
        raise InvalidInput(f"{name!r} is a word of Python, which no package can be called; choose another name.")
    if name in names() or package in OURS or find_spec(package):
        raise InvalidInput(f"{name!r} is the name of something else already; choose another one.")
    for beside in folder.parent.iterdir():
        if beside.name.replace("-", "_") == package:
            raise InvalidInput(f"{beside.name} exists already; choose another name, or remove it first.")


def _sources() -> str:
    """The new package uses what this installation was made from: a clone, a wheel, a repository; "": the package index."""
    origin = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    return SOURCES.format(distribution=DISTRIBUTION, source=source(origin)) if origin else ""


def source(origin: Mapping[str, Any]) -> str:
    """What `direct_url.json` of an installed package tells, as a source for uv."""
    url = origin["url"]
    if "vcs_info" in origin:
        return f'git = "{url}", rev = "{origin["vcs_info"]["commit_id"]}"'
    if not url.startswith("file:"):
        return f'url = "{url}"'
    editable = ", editable = true" if origin.get("dir_info", {}).get("editable") else ""
    return f'path = "{Path(url2pathname(urlsplit(url).path)).as_posix()}"{editable}'
