"""The WSGI application that gunicorn serves."""

import gc
import os
from datetime import UTC, datetime

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.database.role import refuse_a_stronger_role
from config.patience import Process, i_am

i_am(Process.WEB)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def warm_up() -> None:
    """Read at once what every report needs, so that the first one to this process waits for nothing."""
    from django.urls import get_resolver

    from tracker.models.patients import Language
    from tracker.triage.assess import assess
    from tracker.triage.report import History, Report
    from tracker.triage.rules import default_rules

    list(get_resolver().url_patterns)  # imports every page
    for language in Language.values:
        assess(Report(note="."), History(language=language), default_rules(), datetime.now(UTC))


application = get_wsgi_application()
if not settings.TESTING:  # there the owner is asked in the role of the app
    refuse_a_stronger_role()
warm_up()
gc.collect()
gc.freeze()  # what has been read stays for good: looking through it again and again finds no garbage
# A board makes a hundred thousand objects and no rings of them: a large search made one answer in ten slow.
gc.set_threshold(10_000, 2, 1_000)
