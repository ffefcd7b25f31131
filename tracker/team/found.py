"""What the reader of notes made of one: what it raised, and why no more. A person reads it all the same."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tracker.models import NoteToRead
from tracker.models.base import level_word
from tracker.team.why import quotes, reasons
from tracker.triage.notes import Note, read_note
from tracker.triage.notes.reading import languages
from tracker.triage.symptoms import LABELS


def found(note: NoteToRead) -> list[str]:
    """In lines, for a note whose findings are fetched.

    What was raised is as it was then; what was passed over is asked of the reader of today.
    """
    raised = list(_raised(note))
    language = note.patient.language
    if language not in languages():
        said = {"language": note.patient.get_language_display()}
        return [*raised, _("No rule reads %(language)s: only a person can read this.") % said]
    by_another = note.check_in.is_by_another
    return raised or list(
        _passed_over(read_note(note.words, language, note.patient.usual, by_another=by_another))
    )


def _raised(note: NoteToRead) -> Iterator[str]:
    """What rules held because of the words, the worst first."""
    for reason in reasons(each for each in note.check_in.findings.all() if quotes(each)):
        said = {"level": level_word(reason.level), "what": reason.words}
        if reason.is_muted:
            yield _("Found, and not raised, as it is muted: %(what)s") % said
        else:
            yield _("Raised as %(level)s: %(what)s") % said


def _passed_over(read: Note) -> Iterator[str]:
    if read.mentions:
        said = ", ".join(_name(each.concept) for each in read.mentions)
        yield _("Its words raised nothing: no rule asks for an answer to %(what)s alone") % {"what": said}
    if read.denied:
        said = ", ".join(sorted(map(_name, read.denied)))
        yield _("Its words raised nothing: it says that there was none of %(what)s") % {"what": said}
    if not (read.mentions or read.denied):
        yield (
            _("Its words raised nothing: it reads as an ordinary day")
            if read.says_well
            else _("Its words raised nothing: the reader knows none of them as a sign of harm")
        )


def _name(concept: str) -> str:
    return LABELS.get(concept, concept.replace("_", " ")).lower()
