"""The languages of the library. English is what every page is written in first."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

ENGLISH = "en"


class Language(models.TextChoices):
    """What pages are translated into."""

    SPANISH = "es", _("Spanish")
    ARABIC = "ar", _("Arabic")


def page_language() -> str:
    """The language of the page that is being made: "es" for es-mx."""
    return (get_language() or ENGLISH)[:2]
