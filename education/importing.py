"""Markdown files become pages: all of them or, if one cannot, none.

Reading files is apart from writing rows: `changes_in` says what the files want, `apply` does it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from education.exporting import whole
from education.files import Fault, PageFile, Unreadable, read
from education.models import Cytokine, Drug, Published, Symptom, Translation
from education.shipped import KINDS, Outcome, empty, fill, link, translation_of
from education.translated import STAMP, fingerprint
from education.wording import tidy

NOW = "now"
"""In place of a fingerprint: somebody has compared the two, and the translation says what the page says."""
_LINKED: Mapping[str, tuple[Any, str]] = {
    "cytokine": (Cytokine, "slug"),
    "symptoms": (Symptom, "code"),
    "drugs": (Drug, "code"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One page as it is to be: `content` as `exporting.whole` has it, but for translations not sent."""

    folder: str
    content: dict[str, Any]
    page: Published | None
    """The page as it is; None for a new one."""
    files: Mapping[str, PageFile] = field(default_factory=dict)
    """By language, "" for the page's own."""

    @property
    def model(self) -> type[Published]:
        return KINDS[self.folder]


def import_files(files: Mapping[str, bytes], by: User | None) -> Counter[Outcome]:
    """Bring the pages in these files in. Raises Unreadable, and then nothing has changed."""
    with transaction.atomic():
        return apply(changes_in(files), by)


def changes_in(files: Mapping[str, bytes]) -> list[Change]:
    """What the files want, in the order in which pages can be written. Raises Unreadable."""
    grouped: dict[tuple[str, str], dict[str, PageFile]] = {}
    for each in read(files):
        grouped.setdefault((each.folder, each.slug), {})[each.language] = each
    changes: list[Change] = []
    faults: list[Fault] = []
    for (folder, slug), own in grouped.items():
        page = KINDS[folder]._default_manager.filter(slug=slug).first()
        if "" in own or page is not None:
            changes.append(Change(folder, _content(folder, slug, page, own), page, own))
        else:
            text = _("There is no page of this address that it could translate.")
            faults += [each.fault("", text) for each in own.values()]
    if faults:
        raise Unreadable(faults)
    return sorted(changes, key=lambda change: [*KINDS].index(change.folder))


def _content(folder: str, slug: str, page: Published | None, own: Mapping[str, PageFile]) -> dict[str, Any]:
    """A file says all of a page: what it leaves out is empty."""
    model = KINDS[folder]
    if "" in own:
        content = {name: tidy(value) for name, value in empty(model).items()} | own[""].values
    else:
        assert page is not None  # noqa: S101 -- `changes_in` has looked
        content = {name: value for name, value in whole(page).items() if name != "translations"}
    content |= {"slug": slug, "translations": {}}
    if folder == "articles":  # what an article is about has no order; a drug's tick list has
        content |= {name: sorted(content[name]) for name in ("symptoms", "drugs")}
    for language, texts in own.items():
        if language:
            content["translations"][language] = _texts(model, content, texts.values)
    return content


def _texts(model: type[Published], english: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys((*model.words, "reviewed_by", STAMP), "")
    texts = nothing | {"reviewed_on": None, "next_review_on": None, "is_published": False} | dict(values)
    if texts[STAMP] == NOW:
        texts[STAMP] = fingerprint(english, texts, model.words)
    return texts


# --- Writing ------------------------------------------------------------------------------------------------


@transaction.atomic
def apply(changes: Sequence[Change], by: User | None) -> Counter[Outcome]:
    """Write pages as they are to be, in `by`'s name. Raises Unreadable, with every fault, and writes none.

    A page's `shipped_digest` stays what it was: from now on the page is the clinic's, as after an editor.
    """
    tally: Counter[Outcome] = Counter()
    faults: list[Fault] = []
    for change in changes:
        try:
            with transaction.atomic():
                tally[_apply(change, by)] += 1
        except Unreadable as bad:
            faults += bad.faults
    if faults:
        raise Unreadable(faults)
    return tally


def _apply(change: Change, by: User | None) -> Outcome:
    page = change.page
    if page is not None:
        current = whole(page)
        told = {name: current["translations"].get(name) for name in change.content["translations"]}
        if current | {"translations": told} == change.content:
            return Outcome.UNCHANGED
    outcome = Outcome.MADE if page is None else Outcome.UPDATED
    page = page or change.model()
    _write(page, change)
    for language in change.content["translations"]:
        _translate(page, language, change)
    if by is not None:
        act, said = (ADDITION, _("Imported.")) if outcome is Outcome.MADE else (CHANGE, _("Imported."))
        LogEntry.objects.log_actions(by.pk, [page], act, change_message=said, single_object=True)
    return outcome


def _write(page: Published, change: Change) -> None:
    file = change.files.get("")
    if file is None:
        return
    if faults := [*_unknown(file, change.content), *_moved(file, page, change.content)]:
        raise Unreadable(faults)
    fill(page, change.content)
    _clean(page, file)
    page.save()
    link(page, change.content)


def _unknown(file: PageFile, content: Mapping[str, Any]) -> Iterator[Fault]:
    for name, (model, key) in _LINKED.items():
        wanted = [content[name]] if isinstance(content.get(name), str) else content.get(name) or []
        there = {*model._default_manager.filter(**{f"{key}__in": wanted}).values_list(key, flat=True)}
        for each in dict.fromkeys(wanted):
            if each and each not in there:
                text = _("There is no %(kind)s “%(name)s”.")
                values = {"kind": model._meta.verbose_name, "name": each}
                yield file.fault(name, text % values)
            elif wanted.count(each) > 1:
                yield file.fault(name, _("“%(name)s” stands here twice.") % {"name": each})


def _moved(file: PageFile, page: Published, content: Mapping[str, Any]) -> Iterator[Fault]:
    """A code is for good, and so is the address of a page."""
    if "code" not in content:
        return
    if page.pk and getattr(page, "code", "") != content["code"]:
        yield file.fault("code", _("The code of a page can never be changed."))
        return
    model: Any = type(page)
    if other := model.objects.filter(code=content["code"]).exclude(pk=page.pk).first():
        text = _("The page %(address)s has this code already.") % {"address": other.slug}
        yield file.fault("code", text)


def _translate(page: Published, language: str, change: Change) -> None:
    kind: Any = translation_of(change.model)
    row = kind.objects.filter(page=page, language=language).first() or kind(page=page, language=language)
    for name, value in change.content["translations"][language].items():
        setattr(row, name, value)
    _clean(row, change.files[language])
    row.save()


def _clean(row: Published | Translation, file: PageFile) -> None:
    """Everything that a form would refuse, at the line where it stands."""
    untranslated = [name for name in row.words[1:] if not getattr(row, name)] if file.language else []
    try:
        row.full_clean(exclude=untranslated)
    except ValidationError as error:
        told = [(name, text) for name, texts in error.message_dict.items() for text in texts]
        raise Unreadable([file.fault(name, _about(row, name, text)) for name, text in told]) from error


def _about(row: Published | Translation, name: str, text: str) -> str:
    columns = {each.name for each in row._meta.get_fields()}
    return f"“{name}”: {text}" if name in columns else text
