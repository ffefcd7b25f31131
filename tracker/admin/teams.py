"""Teams, with the policies and the address of their own system that a new one begins with."""

import secrets
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import CareTeamAdmin, CareTeamForm
from accounts.models import CareTeam
from tracker.alerts.webhooks import may_be_told
from tracker.models import EscalationPolicy


class TeamForm(CareTeamForm):
    def clean_webhook_url(self) -> str:
        address: str = self.cleaned_data["webhook_url"]
        if address and not may_be_told(address):
            raise ValidationError(
                _("Sidelight may not send to this address. Whoever runs the site has to name it first.")
            )
        return address


class TeamWithPolicies(CareTeamAdmin):
    form = TeamForm
    fieldsets: ClassVar[list[Any]] = [
        *CareTeamAdmin.fieldsets,
        (_("What else is told of flags"), {"fields": ["webhook_url", "webhook_secret"]}),
    ]

    def save_model(self, request: HttpRequest, obj: CareTeam, form: Any, change: bool) -> None:
        if obj.webhook_url and not obj.webhook_secret:
            obj.webhook_secret = f"whsec_{secrets.token_urlsafe(24)}"
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new team tells its nurses first; its lead changes that on the team's own pages."""
        super().save_related(request, form, formsets, change)
        EscalationPolicy.objects.make_first(form.instance)


admin.site.unregister(CareTeam)
admin.site.register(CareTeam, TeamWithPolicies)
