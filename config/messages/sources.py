"""Which files hold words, and which language has to have the words of which files."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from config.messages.extract import Message, NotPlainText, in_python, in_template

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PYTHON = ("accounts/**/*.py", "config/**/*.py", "education/**/*.py", "tracker/**/*.py")
TEMPLATES = ("templates/**/*.html", "templates/**/*.txt")
LEFT_OUT = ("*/migrations/*",)  # they repeat what models say

EVERYTHING = ("*",)
PATIENTS = (
    # Pages.
    "templates/[45]*.html",
    "templates/account/*",
    "templates/accounts/*",
    "templates/allauth/*",
    "templates/base.html",
    "templates/education/*",
    "templates/sidelight/*",
    "templates/tracker/email/*",
    "templates/tracker/patient/*",
    "templates/no_network.html",
    "templates/ui/*",
    # Messages.
    "templates/email/device_retired*",
    "templates/email/reminder*",
    # What those pages and messages say, and what may be chosen on them.
    "accounts/adapter.py",
    "accounts/forms.py",
    "accounts/hours.py",
    "accounts/invitations.py",
    "accounts/middleware.py",
    "accounts/models/devices.py",
    "accounts/models/teams.py",
    "accounts/models/users.py",
    "accounts/reach/browsers.py",
    "accounts/reach/devices.py",
    "accounts/reach/forms.py",
    "accounts/views.py",
    "accounts/zones.py",
    "config/errors.py",
    "config/templatetags/*",
    "config/views.py",
    "config/webapp.py",
    "education/models/articles.py",
    "education/models/cytokines.py",
    "education/models/search.py",
    "education/readers/forms.py",
    "education/templatetags/*",
    "education/views.py",
    "tracker/alerts/messages.py",
    "tracker/alerts/reminders.py",
    "tracker/carers.py",
    "tracker/charts.py",
    "tracker/exchange/*",
    "tracker/models/carers.py",
    "tracker/models/patients.py",
    "tracker/offline/*",
    "tracker/patient/*",
)
NEEDED = {"es": EVERYTHING, "ar": PATIENTS}
"""The languages that we speak beside English. In these patterns `*` goes into folders too."""

STAFF = (
    "templates/accounts/reach.html",
    "tracker/offline/inbox.py",
)
"""In a folder that patients see, but not for them."""

type Found = dict[Message, set[str]]


def files(base: Path = BASE_DIR) -> Iterator[Path]:
    for pattern in (*PYTHON, *TEMPLATES):
        for path in sorted(base.glob(pattern)):
            if not any(fnmatch(str(path.relative_to(base)), each) for each in LEFT_OUT):
                yield path


def find(base: Path = BASE_DIR) -> Found:
    """Every message of our code with the files that say it. Raises NotPlainText with the file's name."""
    found: Found = {}
    for path in files(base):
        name = path.relative_to(base).as_posix()
        read = in_python if path.suffix == ".py" else in_template
        try:
            for message in read(path.read_text(encoding="utf-8")):
                found.setdefault(message, set()).add(name)
        except NotPlainText as error:
            raise NotPlainText(f"{name}, {error}") from error
    return found


def needed(language: str, found: Found) -> Found:
    """The part of `found` that people who read `language` may get to see."""
    kept = {message: {name for name in names if _is_for(language, name)} for message, names in found.items()}
    return {message: names for message, names in kept.items() if names}


def _is_for(language: str, name: str) -> bool:
    patterns = NEEDED[language]
    if patterns is not EVERYTHING and name in STAFF:
        return False
    return any(fnmatch(name, pattern) for pattern in patterns)
