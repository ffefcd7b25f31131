"""Pages as Markdown files, one by one or all in a zip file."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from education.files import written
from education.models import Published
from education.shipped import KINDS, content_of
from education.translated import REVIEW, STAMP
from education.wording import tidy

_FOLDER = {model: folder for folder, model in KINDS.items()}
_A_DAY = (1980, 1, 1, 0, 0, 0)  # the same pages make the same file, whenever they are exported


def whole(page: Published) -> dict[str, Any]:
    """A page with its `translations`: language, then texts and who has read them."""
    rows: Any = getattr(page, "translations").all()  # noqa: B009 -- each kind has its own
    names = (*page.words, *REVIEW, "is_published", STAMP)
    told = {row.language: {name: tidy(getattr(row, name)) for name in names} for row in rows}
    return content_of(page) | {"translations": told}


def files_of(pages: Iterable[Published]) -> Iterator[tuple[str, str]]:
    """Name and text of each file."""
    for page in pages:
        yield from written(_FOLDER[type(page)], whole(page))


def zipped(pages: Iterable[Published]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files_of(pages):
            archive.writestr(zipfile.ZipInfo(name, _A_DAY), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
