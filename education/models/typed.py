"""Text that somebody typed: refused beside its field where it hides something, and kept in one form."""

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from education.wording import stored, unseen_in

LONGEST = 50_000
"""Characters of one text, ten times those of the longest page: what is nested deeply is slow to read."""


class Typed(models.Model):
    """Every text of the row, whichever field it is in and whoever writes it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        for name, text in self._texts():
            setattr(self, name, stored(text))
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict({})
        else:
            errors = {}
        for name, text in self._texts():
            if name not in (exclude or ()) and len(text) > LONGEST:
                wrong = _("This is longer than %(most)d characters: make several pages of it.")
                errors.setdefault(name, []).append(ValidationError(wrong, params={"most": LONGEST}))
            if name not in (exclude or ()) and (unseen := unseen_in(text)):
                wrong = _("There is a character in it that nobody can see (%(code)s). Type the words anew.")
                errors.setdefault(name, []).append(ValidationError(wrong, params={"code": unseen}))
        if errors:
            raise ValidationError(errors)

    def _texts(self) -> Iterator[tuple[str, str]]:
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)  # what was deferred is not fetched
            if isinstance(value, str):
                yield field.attname, value
