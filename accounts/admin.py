"""Where admins look after people, teams and invitations."""

from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts import invitations, lost_phone
from accounts.models import AccessEvent, CareTeam, Invitation, Membership, PushDevice, SignedIn, User
from accounts.models.access import Seen
from accounts.models.teams import Weekday
from accounts.post import tell
from accounts.recent import recently_proved
from accounts.searched_list import SearchesUnderSeal, is_search
from accounts.typed_choices import TypedChoices
from config.database.asking import Opening, opened


class KeepsLooks(SearchesUnderSeal):
    """Whoever is shown a patient here is written down, on lists, in what a search offers, and on pages.

    `patient_by` is the way from a row to the person whose diary it may be about, "" for a row that carries
    its patient itself.
    """

    patient_by = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without those whose record is closed: it is for privacy officers alone."""
        return super().get_queryset(request).exclude(**self._closed())

    def _closed(self) -> dict[str, Any]:
        names = {field.name for field in self.model._meta.get_fields()}
        if "restricted_at" in names:
            return {"restricted_at__isnull": False}
        if self.patient_by:
            return {f"{self.patient_by.removesuffix('_id')}__in": _of_closed_records()}
        return {"patient__restricted_at__isnull": False} if "patient" in names else {"pk__in": []}

    @opened(Opening.ADMINISTRATION)  # an admin is shown no patient, and is written down all the same
    def seen_in(self, rows: Iterable[Any]) -> set[Seen]:
        """The patients in these rows, each with a team."""
        if not self.patient_by:
            return {(row.team_id, row.patient_id) for row in rows if row.patient_id}
        people = [row.pk if self.patient_by == "pk" else getattr(row, self.patient_by) for row in rows]
        patients = User.objects.filter(pk__in=people, patient__isnull=False)
        return set(patients.values_list("patient__team_id", "patient__pk"))

    def keep_looks(self, request: HttpRequest, rows: Iterable[Any], what: AccessEvent.What) -> None:
        assert isinstance(request.user, User)  # noqa: S101 -- tells mypy
        AccessEvent.objects.keep(
            self.seen_in(rows),
            by=request.user,
            what=what,
            purpose=AccessEvent.Purpose.ADMINISTRATION,
            now=timezone.now(),
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Whoever may not look is refused before anything is looked for: else it says what there is, and
        keeps a look that there was not."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            self.keep_looks(request, [found], AccessEvent.What.RECORD)
        return found

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, and the page on which an action asks whether it is meant."""
        answer = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse):
            told = answer.context_data or {}
            shown = told["cl"].result_list if "cl" in told else told.get("queryset", [])
            self.keep_looks(request, shown, AccessEvent.What.LIST)
            answer.render()
        return answer


@opened(Opening.ADMINISTRATION)  # an admin is shown no patient, and so not by itself whose record is closed
def _of_closed_records() -> list[int]:
    """Keys of people, without those who work here too: their account is looked after all the same."""
    people = User.objects.filter(patient__restricted_at__isnull=False, is_staff=False, memberships=None)
    return list(people.values_list("pk", flat=True))


class KeptAutocomplete(AutocompleteJsonView):
    """What a box of a form offers while somebody types is a list too."""

    @transaction.atomic
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if isinstance(self.model_admin, KeepsLooks):
            self.model_admin.keep_looks(self.request, context["object_list"], AccessEvent.What.LIST)
        return context


class ReadOnly(admin.ModelAdmin):
    """For what is written once: it can be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ProvedFirst(admin.ModelAdmin):
    """For what gives people rights: whoever opens it has shown a short while ago who they are."""

    @method_decorator(recently_proved())
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @method_decorator(recently_proved())
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A list may be looked at; what is done from it is asked for by POST."""
        view = super().changelist_view
        if request.method == "POST" and not is_search(request):
            view = recently_proved()(view)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer


class MembershipInline(TypedChoices, admin.TabularInline):
    model = Membership
    autocomplete_fields = ["team", "user"]
    extra = 0


class PersonForm(forms.ModelForm):
    """A person signs in with a code, so there is no password to give; staff may set their own later.

    Only a patient can be without an address: nobody is made here without one, and nobody loses theirs.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].required = not self.instance.pk or bool(self.instance.email)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        works_here = asked.get("is_staff") or asked.get("groups")
        if works_here and not asked.get("email") and not self.has_error("email"):
            words = _("Only a patient can be without an e-mail address. Give this person one first.")
            self.add_error("email", words)
        return asked

    def save(self, commit: bool = True) -> User:
        if not self.instance.pk:
            self.instance.set_unusable_password()
        person: User = super().save(commit)
        return person


@admin.register(User)
class PersonAdmin(ProvedFirst, KeepsLooks):
    form = PersonForm
    actions = ["take_away_second_factor", "sign_out_everywhere"]
    patient_by = "pk"
    list_display = ["name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "memberships__role", "memberships__team"]
    search_fields = ["name", "email"]
    filter_horizontal = ["groups"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["name", "email", "is_active"]}),
        (_("Staff of this site"), {"fields": ["is_staff", "groups"]}),
        (_("Times"), {"fields": ["date_joined", "last_login"]}),
    ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody feels their way to a password by filtering the list."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who could change a superuser's address could sign in as one."""
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not out_of_reach and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever has a new address hears of it at the old one: it may be somebody else's doing."""
        before = User.objects.values_list("email", flat=True).filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        if before and before != obj.email:
            SignedIn.objects.filter(user=obj).exclude(session_key=request.session.session_key).end()
            tell(before, obj.mail_language, "account/email/address_changed")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # what somebody did stays theirs; take away “may sign in” instead

    @admin.action(description=_("Take away the second step (lost phone)"), permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For one person at a time, who was asked: whoever reads their mail can then set up a new one."""
        person = chosen.first() if chosen.count() == 1 else None
        if person is None or not self.has_change_permission(request, person) or person == request.user:
            words = _("Choose one person, whom you may change and who is not you.")
            self.message_user(request, words, messages.ERROR)
            return
        lost_phone.forget_second_factor(person)
        self.log_change(request, person, "Took away the second step.")
        words = _("%(person)s has to set up a new second step, and was told so by e-mail.")
        self.message_user(request, words % {"person": person})

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """At once; whoever has a right to be here signs in again."""
        mine = [person for person in chosen if self.has_change_permission(request, person)]
        ended = SignedIn.objects.filter(user__in=mine).exclude(session_key=request.session.session_key).end()
        for person in mine:
            self.log_change(request, person, "Signed out everywhere.")
        self.message_user(request, _("Devices that were signed out: %(number)s.") % {"number": ended})


class CareTeamForm(forms.ModelForm):
    cover_days = forms.TypedMultipleChoiceField(
        label=_("Cover days"),
        choices=Weekday,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Days on which a nurse reads what patients send."),
    )


@admin.register(CareTeam)
class CareTeamAdmin(ProvedFirst):
    form = CareTeamForm
    list_display = ["name", "phone", "line_24h", "emergency_number", "time_zone", "cover_words"]
    search_fields = ["name"]
    inlines: ClassVar[list[Any]] = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["name"]}),
        (_("Whom patients call"), {"fields": ["phone", "line_24h", "emergency_number", "crisis_line"]}),
        (
            _("When somebody reads"),
            {"fields": ["time_zone", "cover_days", ("cover_from", "cover_until"), "note_hours"]},
        ),
    ]


class InvitationForm(forms.ModelForm):
    """Asks somebody in by their address, whether we know them or not."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Not used if somebody with this address is here."),
    )

    class Meta:
        model = Invitation
        fields = ["team", "role"]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        email, team = str(asked.get("email", "")).lower(), asked.get("team")
        person = User.objects.filter(email=email).first()
        if person and not person.is_active:
            raise ValidationError({"email": _("This person may not sign in any more. Allow it again first.")})
        if person and person.memberships.filter(team=team, role=asked.get("role")).exists():
            raise ValidationError({"email": _("This person is in that team already, in that role.")})
        return asked


@admin.register(Invitation)
class InvitationAdmin(ProvedFirst, KeepsLooks):
    form = InvitationForm
    patient_by = "user_id"
    list_display = ["user", "team", "role", "invited_by", "created_at", "expires_at", "accepted_at"]
    list_filter = ["team", "role", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "team", "invited_by"]
    search_fields = ["user__name", "user__email"]
    date_hierarchy = "created_at"
    actions = ["send_again"]

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        if obj is None:
            return ["email", "name", "team", "role"]
        return ["user", "team", "role", "invited_by", "created_at", "expires_at", "accepted_at"]

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """An invitation that was sent stays as it is; it can be sent again."""
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101 -- tells mypy
        invitation, token = invitations.invite(**form.cleaned_data, by=request.user, now=timezone.now())
        obj.pk = invitation.pk
        obj.refresh_from_db()
        transaction.on_commit(lambda: self._send(request, obj, token))

    @admin.action(description=_("Send the chosen invitations again"), permissions=["add"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen.select_related("user", "team", "invited_by"):
            try:
                token = invitations.renew(invitation, timezone.now())
            except invitations.NotUsable:
                text = _("%(person)s has come in already, or was asked anew.") % {"person": invitation.user}
                self.message_user(request, text, messages.WARNING)
            except invitations.NoAddress:
                address = {"address": invitation.user}
                text = _("%(address)s has no e-mail address. Their team can print a code for them.") % address
                self.message_user(request, text, messages.WARNING)
            else:
                self._send(request, invitation, token)

    def _send(self, request: HttpRequest, invitation: Invitation, token: str) -> None:
        address = {"address": invitation.user.email}
        try:
            invitations.send(invitation, token)
        except (SMTPException, OSError):
            text = _("The e-mail to %(address)s could not be sent. Choose the invitation and send it again.")
            self.message_user(request, text % address, messages.ERROR)
        else:
            self.message_user(request, _("An e-mail is on its way to %(address)s.") % address)


@admin.register(Membership)
class MembershipAdmin(TypedChoices, ProvedFirst):
    list_display = ["user", "team", "role"]
    list_filter = ["team", "role"]
    list_select_related = ["user", "team"]
    search_fields = ["user__name", "user__email", "team__name"]
    autocomplete_fields = ["team", "user"]


@admin.register(PushDevice)
class PushDeviceAdmin(ReadOnly, KeepsLooks):
    patient_by = "user_id"
    list_display = ["user", "name", "made_at", "retired_at"]
    list_filter = [("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    exclude = ["endpoint", "p256dh", "auth"]  # whoever has these could send to the device


@admin.register(AccessEvent)
class AccessEventAdmin(ReadOnly, KeepsLooks):
    list_display = ["at", "actor", "what", "patient_id", "team"]
    list_filter = ["what", "team"]
    list_select_related = ["actor", "team"]
    search_fields = ["actor__name", "actor__email", "=patient_id"]
    date_hierarchy = "at"

    def keep_looks(self, request: HttpRequest, rows: Iterable[Any], what: AccessEvent.What) -> None:
        """Who reads the record of looks is on it."""
        super().keep_looks(request, rows, AccessEvent.What.REVIEW)
