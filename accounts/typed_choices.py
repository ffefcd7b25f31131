"""Choices in the admin that are found by typing, and sent as keys."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.http import HttpRequest


class KeySelect(AutocompleteSelect):
    """Shown again with an error, Django's asks the database for what came in, even for what is no key."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if not each or self._is_a_key(each)], attr)

    def _is_a_key(self, value: str) -> bool:
        try:
            self.field.remote_field.model._meta.pk.clean(value, None)
        except ValidationError:
            return False
        return True


class TypedChoices(BaseModelAdmin):
    """For an admin, or a table in one, with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeySelect(db_field, admin.site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
