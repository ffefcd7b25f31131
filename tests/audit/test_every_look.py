"""Something to open at every address of the site; and who was shown a name by the admin has it on the record.

Of all other pages tests/access/test_table.py says that.

An address with parameters has to be given something to open in `WITH`, or a walk fails: a new one cannot be
forgotten.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership, User
from tests.carers import helping
from tests.rulebook.build import a_dry_run
from tests.test_admin import a_row_of_everything
from tracker import emergencies
from tracker.models import (
    CannedReply,
    Carer,
    CheckIn,
    Course,
    Dose,
    Flag,
    Message,
    Mute,
    NoteToRead,
    OfflineDevice,
    Patient,
    PatientLimit,
    RuleSet,
    Shift,
    ShiftNote,
    Swap,
    Transfer,
)

__all__ = ["a_row_of_everything"]
pytestmark = pytest.mark.django_db

NAME = "Rosa Martín"
NOT_OURS = ("account_", "admin:login", "admin:logout", "admin:password", "admin:jsi18n", "admin:view_on_site")
"""Of Django and allauth, about whoever is signed in; tests/test_sign_in.py and test_admin.py open them."""


def key_of(model: Any, **changed: Any) -> Callable[[Patient], list[Any]]:
    """The first row's."""
    return lambda rosa: [model._default_manager.filter(**changed).order_by("pk").first().pk]


def team_and(*more: Any) -> Callable[[Patient], list[Any]]:
    return lambda rosa: [rosa.team_id, *more]


def team_and_row(model: Any) -> Callable[[Patient], list[Any]]:
    return lambda rosa: [rosa.team_id, model.objects.first().pk]


def rosas(rosa: Patient) -> list[Any]:
    return [rosa.pk]


def a_rule_set(rosa: Patient) -> list[Any]:
    return [RuleSet.objects.latest("made_at").version]


def given(*what: Any) -> Callable[[Patient], list[Any]]:
    return lambda rosa: [*what]


def each(names: str, what: Callable[[Patient], list[Any]], room: str = "team") -> dict[str, Any]:
    return {f"{room}:{name}": what for name in names.split()}


WITH: dict[str, Callable[[Patient], list[Any]]] = {
    **each("flag claim hand_over call_back take_over resolve mute", key_of(Flag)),
    **each("patient record_grade by_phone calling call messages set_limit record edit_record invite", rosas),
    **each("print_code add_course doses pause end_pause discharge come_back transfer", rosas),
    **each("change_course", key_of(Course)),
    **each("remove_dose", key_of(Dose)),
    **each("end_mute", key_of(Mute)),
    **each("end_limit", key_of(PatientLimit)),
    **each("end_carer", key_of(Carer)),
    **each("read_note", key_of(NoteToRead)),
    **each("read_message", key_of(Message)),
    **each("taken", key_of(CheckIn)),
    **each("tick_shift_note", key_of(ShiftNote)),
    **each("withdraw_transfer transfer_asked accept_transfer refuse_transfer", key_of(Transfer)),
    **each("report_of late_csv", lambda rosa: [f"{timezone.now():%Y-%m}"]),
    "team:cohort_file": given("late", "csv"),
    **each("rota add_shift add_swap add_holiday remove_holiday replies begin_replies", team_and(), "cover"),
    **each("remove_shift", team_and_row(Shift), "cover"),
    **each("remove_swap", team_and_row(Swap), "cover"),
    **each("change_reply remove_reply", team_and_row(CannedReply), "cover"),
    "cover:policy": team_and("urgent"),
    **each(
        "told chart write end", lambda rosa: [rosa.emergency_accesses.latest("opened_at").pk], "emergencies"
    ),
    "privacy:review_day": lambda rosa: [
        Membership.objects.get(user__name="Noor Haddad").user_id,
        rosa.pk,
        rosa.emergency_accesses.latest("opened_at").opened_at.astimezone(rosa.team.zone).date(),
    ],
    "privacy:review_hours": lambda rosa: [
        Membership.objects.get(user__name="Noor Haddad").user_id,
        timezone.now().astimezone(rosa.team.zone).date(),
    ],
    "privacy:unwatch": rosas,
    **each("record hold end_holds ask decide lift export", rosas, "privacy"),
    "privacy:period": team_and("record"),
    **each("revoke", key_of(OfflineDevice), "offline"),
    **each("end", key_of(Carer), "carers"),
    **each(
        "rule_set copy discard differences limits dry_run dry_run_step publish new_rule",
        a_rule_set,
        "rulebook",
    ),
    **each("rule remove_rule put_back", lambda rosa: [*a_rule_set(rosa), "fever"], "rulebook"),
    "rulebook:condition": lambda rosa: [*a_rule_set(rosa), "fever"],
    "patient:done": key_of(CheckIn),
    "patient:page_then": lambda rosa: [CheckIn.objects.earliest("reported_at").pk, 1],
    "mfa_remove_webauthn": given(1),
    "sign_out_device": given("00000000-0000-4000-8000-000000000000"),
    "patient:remove_device": given("00000000-0000-4000-8000-000000000000"),
    "reach:remove_device": given("00000000-0000-4000-8000-000000000000"),
    **each("drug card symptom cytokine article", given("fever"), "education"),
    **each("submit review publish send_back discard catch_up decide", given(1), "editing"),
    **each("versions compare used retire saved", given("symptom", "fever"), "editing"),
    "editing:live": given("symptom"),
    "editing:restore": given("symptom", "fever", 1),
    "picture": given("thermometer"),
    "invitations:accept": given("no-such-token"),
    "carers:accept": given("no-such-token"),
    "alerts:phone_report": given("00000000-0000-4000-8000-000000000000", 1),
}


def addresses(rosa: Patient) -> Iterator[tuple[str, str]]:
    """Name and address of everything that is not the admin's."""
    for name, pattern in named(get_resolver()):
        if name.startswith((*NOT_OURS, "admin:")):
            continue
        takes = pattern.pattern.converters or pattern.pattern.regex.groupindex
        if takes and name not in WITH and name != "team:cohort_file":
            raise AssertionError(f"{name}: give it something to open, in WITH")
        yield name, reverse(name, args=WITH[name](rosa) if takes else [])


def named(resolver: URLResolver, rooms: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from named(each, (*rooms, each.namespace) if each.namespace else rooms)
        elif each.name:
            yield ":".join([*rooms, each.name]), each


def of_admin() -> Iterator[tuple[str, str]]:
    """The front page, and of each model its list, its search, and the pages of one row."""
    yield "admin:index", reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield name, reverse(f"{name}_changelist")
        row: Any = model._default_manager.first()
        for page in ("change", "history", "delete") if row else ():
            yield f"{name}_{page}", reverse(f"{name}_{page}", args=[row.pk])
    asked = {"app_label": "tracker", "model_name": "course", "field_name": "patient", "term": "Rosa"}
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    yield "admin:autocomplete", f"{reverse('admin:autocomplete')}?{query}"
    query = query.replace("course", "patient").replace("field_name=patient", "field_name=user")
    yield "admin:autocomplete", f"{reverse('admin:autocomplete')}?{query}"


def unkept(user: User, rosa: Patient) -> list[str]:
    """Those at which this person was shown her name, and nothing was written down."""
    browser = Client()
    browser.force_login(user)
    found = []
    seen = AccessEvent.objects.filter(actor=user, patient_id=rosa.pk)
    for name, address in of_admin():
        before = seen.count()
        browser.cookies.pop("messages", None)  # of what was done, to be said on the next page
        answer = browser.get(address)
        if NAME in answer.text and seen.count() == before:
            found.append(f"{name} ({answer.status_code})")
    return found


@pytest.fixture
def everything(a_row_of_everything: None, rosa: Patient, sara: User, noor: User, lena: User) -> Patient:
    make_everything(rosa, sara, noor, lena)
    return rosa


def make_everything(rosa: Patient, sara: User, noor: User, lena: User) -> None:
    """Beside a row of each kind: somebody who helps, and a look in an emergency."""
    Carer.objects.end(by=rosa.user, now=timezone.now())
    helping(rosa, lena, scope="diary")
    words = "She is here and cannot speak."
    emergencies.open_chart(rosa, by=noor, reason="here", words=words, now=timezone.now())
    Patient.objects.filter(pk=rosa.pk).update(is_vip=True)
    moved = {str(rosa.pk): {"gained": 1, "lost": 0, "raised": 0, "lowered": 0}}
    result = {"reports": 1, "now": [1, 0, 0, 0], "then": [0, 1, 0, 0], "rules": {}, "patients": moved}
    draft = RuleSet.objects.latest("made_at")
    a_dry_run(draft, by=sara, run_at=timezone.now(), result=result)


def test_whoever_is_shown_a_patient_by_the_admin_is_written_down(everything, root):
    assert unkept(root, everything) == []
