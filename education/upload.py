"""What an editor sends to be imported: one Markdown file, or a zip file of them. Nothing in it is trusted."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MOST_SENT = 5_000_000  # bytes
MOST_OF_A_FILE = 500_000  # bytes, unpacked
MOST_UNPACKED = 20_000_000  # bytes, all together
MOST_FILES = 3_000
UNPACKED_BY_PIECES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""`zipfile` unpacks these as far as it is asked to, others whole: 720 bytes become a gigabyte."""
PASSED_OVER = ("readme.md", ".ds_store")
"""Names that belong to a folder and to no page."""
_NOT_TO_BE_OPENED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, UnicodeDecodeError),
    *(EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
)
"""What `zipfile` raises for files that are damaged, or made to do damage; a name that is no text is one."""


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A Markdown file, or a zip file of them: 5 MB at the most. All of it goes in, or nothing."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.zip"}),
    )

    def clean_file(self) -> dict[str, bytes]:
        """The files by name."""
        sent: UploadedFile = self.cleaned_data["file"]
        if (sent.size or 0) > MOST_SENT:
            raise ValidationError(_("The file is larger than 5 MB."))
        name = PurePosixPath(sent.name or "").name
        if name.lower().endswith(".md"):
            return {name: _small(name, sent.read(MOST_OF_A_FILE + 1))}
        return unpacked(sent.read())


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The Markdown files of a zip file. Raises ValidationError for whatever else it is or holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _files(archive)
    except _NOT_TO_BE_OPENED as error:
        raise ValidationError(
            _("This is neither a Markdown file nor a zip file that can be opened.")
        ) from error


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    if len(archive.infolist()) > MOST_FILES:
        raise ValidationError(_("There are too many files in it."))
    files: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for info in _wanted(archive):
        if info.filename in files:
            raise ValidationError(_("%(name)s is in it twice."), params={"name": info.filename})
        if info.compress_type not in UNPACKED_BY_PIECES:
            raise zipfile.BadZipFile
        with archive.open(info) as packed:  # what it says of its size is not believed
            files[info.filename] = _small(info.filename, packed.read(MOST_OF_A_FILE + 1))
        left -= len(files[info.filename])
        if left < 0:
            raise ValidationError(_("Unpacked it is too large."))
    if not files:
        raise ValidationError(_("There is no Markdown file in it."))
    return files


def _wanted(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files that are to be pages. Raises ValidationError for a name that leads out of its folder."""
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        named = {"name": info.filename}
        if _leads_out(info, path):
            raise ValidationError(_("%(name)s is no name of a file in a folder."), params=named)
        if info.is_dir() or path.name.lower() in PASSED_OVER or path.parts[0].startswith((".", "__")):
            continue
        if path.suffix.lower() != ".md":
            raise ValidationError(_("%(name)s is no Markdown file."), params=named)
        yield info


def _leads_out(info: zipfile.ZipInfo, path: PurePosixPath) -> bool:
    odd = "\\" in info.filename or ":" in info.filename or not path.name
    return odd or path.is_absolute() or ".." in path.parts or stat.S_ISLNK(info.external_attr >> 16)


def _small(name: str, raw: bytes) -> bytes:
    if len(raw) > MOST_OF_A_FILE:
        raise ValidationError(_("%(name)s is too large for a page."), params={"name": name})
    return raw
