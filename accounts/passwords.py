"""Words that whoever guesses a password of this site tries first."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import CareTeam, User

WORDS = ("sidelight", "cytokine", "interferon", "interleukin", "hospital", "clinic", "oncology", "password")
"""Of this house; the names of care teams come from the database. docs/security/asvs.md points here."""
SHORT = 4
"""Letters: shorter words of a team's name are in any password."""


class NoWordOfTheHouse:
    """Long passwords may hold one: refused is what has fewer than twelve characters beside them."""

    LEFT = 12

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.lower()
        for word in sorted({*WORDS, *_of_teams()}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.LEFT:
            raise ValidationError(self.get_help_text(), code="password_word_of_the_house")

    def get_help_text(self) -> str:
        return _("Do not build your password on the name of your team or of this site.")


def _of_teams() -> set[str]:
    names = CareTeam.objects.values_list("name", flat=True)
    return {word for name in names for word in name.lower().split() if len(word) >= SHORT}
