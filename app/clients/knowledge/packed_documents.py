"""Documents that are archives of markup: Word's and e-books."""

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from app.clients.knowledge.document_sections import Section
from app.clients.knowledge.html_sections import sections_of_html
from app.clients.untrusted.characters import decoded, stated
from app.clients.untrusted.confined import Unreadable
from app.clients.untrusted.pdf_text import PROTECTED

LARGEST_PART = 50_000_000  # bytes, decompressed
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # Word's old format, and the envelope of what Word has encrypted
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_VANISHED = "w:vanish[not(@w:val='0' or @w:val='false' or @w:val='off')] or w:sz[@w:val < 4]"
_WHITE = (
    "w:color[translate(@w:val, 'f', 'F') = 'FFFFFF'] and not(w:shd or w:highlight or ../../w:pPr/w:shd"
    " or ancestor::w:tbl or ancestor::w:txbxContent)"
)
_HIDDEN_STYLES = f"//w:style[w:rPr[{_VANISHED}]]/@w:styleId"
_HIDDEN_RUNS = (
    f"//w:r[w:rPr[{_VANISHED} or ({_WHITE})] or contains($styles, concat(' ', w:rPr/w:rStyle/@w:val, ' '))"
    " or contains($styles, concat(' ', ../w:pPr/w:pStyle/@w:val, ' '))]"
)
_CONTAINER = "META-INF/container.xml"
_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def word_document(content: bytes) -> tuple[str, list[Section]]:
    """Raises Unreadable."""
    import mammoth

    if content.startswith(_OLD_OFFICE):
        raise Unreadable(PROTECTED if _ENCRYPTED in content else "it is in Word's old format: save it as .docx")
    options = {"style_map": STYLES, "convert_image": mammoth.images.img_element(lambda _: {})}
    found = mammoth.convert_to_html(_without_hidden_runs(content), **options)
    return _of_pages([found.value])


def _without_hidden_runs(content: bytes) -> BytesIO:
    """The file without the words that readers do not see: hidden ones, tiny ones, white ones on the white page."""
    with _archive(content, "Word") as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    sheet = "word/styles.xml"
    hidden = _parsed(parts[sheet], "Word").xpath(_HIDDEN_STYLES, namespaces=_NAMES) if sheet in parts else []
    shown = BytesIO()
    with ZipFile(shown, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, _without_runs(part, hidden) if name != sheet and b"<w:r" in part else part)
    return shown


def _without_runs(part: bytes, hidden_styles: list[str]) -> bytes:
    from lxml import etree  # type: ignore[import-untyped]

    tree = _parsed(part, "Word")
    styles = f" {' '.join(hidden_styles)} " if hidden_styles else ""
    for run in tree.xpath(_HIDDEN_RUNS, namespaces=_NAMES, styles=styles):
        run.getparent().remove(run)
    return bytes(etree.tostring(tree))


def book(content: bytes) -> tuple[str, list[Section]]:
    """The parts of an e-book, in the order in which they are read. Raises Unreadable."""
    with _archive(content, "EPUB") as archive:
        package_at = str(_xml(archive, _CONTAINER).xpath("string(//c:rootfile/@full-path)", namespaces=_NAMES))
        package = _xml(archive, package_at)
        title = " ".join(str(package.xpath("string(//dc:title)", namespaces=_NAMES)).split())
        if "META-INF/encryption.xml" in archive.namelist() and "META-INF/rights.xml" in archive.namelist():
            raise Unreadable("it is protected against copying")
        pages = [
            decoded(page, declared=stated(page)) for page in _pages(archive, package, posixpath.dirname(package_at))
        ]
    return title, _of_pages(pages)[1]


def _archive(content: bytes, kind: str) -> ZipFile:
    try:
        archive = ZipFile(BytesIO(content))
    except BadZipFile as error:
        raise Unreadable(f"it is not a readable {kind} file") from error
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise Unreadable(PROTECTED)
    if (
        sum(part.file_size for part in archive.infolist() if part.filename.endswith(("ml", ".rels", ".opf")))
        > LARGEST_PART
    ):
        raise Unreadable(f"it holds more than {LARGEST_PART // 1_000_000} MB of text")
    return archive


def _xml(archive: ZipFile, name: str) -> Any:
    try:
        return _parsed(archive.read(name), "EPUB")
    except KeyError as error:
        raise Unreadable("it is not a readable EPUB file") from error


def _parsed(part: bytes, kind: str) -> Any:
    from lxml import etree

    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is not a readable {kind} file") from error


def _pages(archive: ZipFile, package: Any, folder: str) -> Iterator[bytes]:
    names = {str(item.get("id")): str(item.get("href")) for item in package.iterfind(".//o:manifest/o:item", _NAMES)}
    for place in package.iterfind(".//o:spine/o:itemref", _NAMES):
        href = names.get(str(place.get("idref")), "")
        name = posixpath.normpath(posixpath.join(folder, unquote(href)))
        if href and name in archive.namelist():
            yield archive.read(name)


def _of_pages(pages: list[str]) -> tuple[str, list[Section]]:
    sections = [Section(heading, text) for page in pages for heading, text in sections_of_html(page)[1]]
    return next((one.heading for one in sections if one.heading), ""), sections
