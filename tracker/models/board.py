"""How somebody of a care team likes the board."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BoardChoice(models.Model):
    """One person's own; whoever has none is called by nothing but what the policies send."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="board_choice",
        verbose_name=_("person"),
    )
    calls = models.BooleanField(_("a sound and a number in the title when a flag arrives"), default=False)

    class Meta:
        verbose_name = _("choice about the board")
        verbose_name_plural = _("choices about the board")

    def __str__(self) -> str:
        return str(self.user)
