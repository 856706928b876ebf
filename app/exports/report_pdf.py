"""A report as a PDF, set by Typst inside this process: nothing is fetched, and no program is started.

The template is fixed; the report reaches it as JSON. The embedded fonts set Latin, Greek, Cyrillic, Hebrew and more; for
other scripts and emoji the machine's own fonts are used where it has them. What no font has is shown as an empty box.
"""

import json
from importlib.resources import files
from importlib.util import find_spec

from app.extras import missing_extra
from nodes.ports.errors import DependencyDown
from nodes.reports.layout import NO_CITED_SOURCES, NO_SOURCES, SILENT, lay_out, made_time
from nodes.reports.report import Report


def pdf(report: Report) -> bytes:
    """A tagged A4 document with an outline. Equal reports give equal bytes where the fonts are equal.

    Raises NotConfigured without the extra `pdf`, DependencyDown when Typst refuses.
    """
    require_typst()
    import typst

    template = files(__package__).joinpath("report.typ").read_bytes()
    try:
        return typst.compile(
            template,
            format="pdf",
            sys_inputs={"report": json.dumps(_data(report))},
            timestamp=made_time(report).replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise DependencyDown(f"Typst could not set the report ({error}); save it as .html or .md instead.") from error


def require_typst() -> None:
    """Raises NotConfigured."""
    if find_spec("typst") is None:
        raise missing_extra("A PDF", "pdf", "save the report as .html or .md")


def _data(report: Report) -> dict[str, object]:
    page = lay_out(report)
    return {**page, "no-sources": NO_CITED_SOURCES if page["silent"] else NO_SOURCES, "silent-heading": SILENT}
