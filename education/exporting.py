"""Pages as Markdown files, one by one or all in a zip file."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from education.documents import documents, kind_of
from education.files import written
from education.models import Published

_A_DAY = (1980, 1, 1, 0, 0, 0)  # the same pages make the same file, whenever they are exported


def files_of(pages: Iterable[Published]) -> Iterator[tuple[str, str]]:
    """Name and text of each file. The pages are of one kind."""
    rows = [*pages]
    for content in documents(rows).values():
        yield from written(kind_of(rows[0]), content)


def zipped(pages: Iterable[Published]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files_of(pages):
            archive.writestr(zipfile.ZipInfo(name, _A_DAY), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
