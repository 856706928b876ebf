"""Saving: by the ending, all or nothing, and what cannot work is said before the work begins."""

import os
import stat
import sys
from pathlib import Path

import pytest

from app.exports import report_files as files
from app.exports.report_html import html
from nodes.ports.errors import InvalidInput, NotConfigured
from nodes.reports.report_markdown import markdown
from tests.app.exports.examples import RICH

CHOICES = r"saved as \.md, \.markdown, \.html, \.htm or \.pdf"


@pytest.mark.parametrize("name", ["r.md", "r.markdown", "R.MD"])
def test_markdown_by_its_ending(tmp_path: Path, name: str) -> None:
    files.write(RICH, tmp_path / name)
    assert (tmp_path / name).read_bytes() == markdown(RICH).encode()


@pytest.mark.parametrize("name", ["r.html", "r.htm"])
def test_html_by_its_ending(tmp_path: Path, name: str) -> None:
    files.write(RICH, tmp_path / name)
    assert (tmp_path / name).read_bytes() == html(RICH).encode()


def test_pdf_by_its_ending(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    files.write(RICH, tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["r.docx", "r", ".md", "r.md.txt"])
def test_other_endings_are_refused_with_the_choices(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=CHOICES):
        files.check(tmp_path / name)
    with pytest.raises(InvalidInput, match=CHOICES):
        files.write(RICH, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_check_leaves_nothing_behind(tmp_path: Path) -> None:
    files.check(tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"The folder .*nowhere.* does not exist"):
        files.check(tmp_path / "nowhere" / "r.md")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "r.md").mkdir()
    with pytest.raises(InvalidInput, match="is a folder"):
        files.check(tmp_path / "r.md")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(InvalidInput, match="Permission denied"):
        files.check(tmp_path / "r.md")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can make files")
def test_a_folder_that_takes_no_files_is_named() -> None:
    with pytest.raises(InvalidInput, match="cannot be saved in /proc"):
        files.check(Path("/proc/r.md"))
    with pytest.raises(InvalidInput, match=r"could not be saved to /proc/r\.md"):
        files.write(RICH, Path("/proc/r.md"))


def test_a_missing_extra_is_named_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotConfigured, match="extra"):
        files.check(tmp_path / "r.pdf")


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    old = tmp_path / "r.md"
    old.mkdir()
    with pytest.raises(InvalidInput, match="could not be saved"):
        files.write(RICH, old)
    assert list(tmp_path.iterdir()) == [old]


def test_a_file_that_is_replaced_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "real.md").chmod(0o640)
    (tmp_path / "link.md").symlink_to("real.md")
    files.write(RICH, tmp_path / "link.md")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text() == markdown(RICH)
    assert stat.S_IMODE((tmp_path / "real.md").stat().st_mode) == 0o640
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("name", "reason"), [("loop.md", r"(links|loop)"), ("x" * 300 + ".md", "too long")])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")
    with pytest.raises(InvalidInput, match=rf"The report cannot be saved in .*{reason}"):
        files.check(tmp_path / name)
    with pytest.raises(InvalidInput, match=rf"The report could not be saved to .*{reason}"):
        files.write(RICH, tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["loop.md"]


def test_a_link_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to("real.md")
    files.check(tmp_path / "link.md")
    files.write(RICH, tmp_path / "link.md")
    assert (tmp_path / "real.md").read_text() == markdown(RICH)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is no file")
def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.check_place(pipe, "draft")
        files.write_whole(b"words", pipe, "draft")
        assert os.read(reader, 100) == b"words"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
