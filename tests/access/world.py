"""Rosa's data, all who may or may not see them, and something of hers behind every address that takes one."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone

from accounts.groups import make_groups
from accounts.models import CareTeam, Membership, PushDevice, SignedIn, User
from education import editions
from education.models import Article, Cytokine, Drug, Edition, Image, Symptom
from tests.access.addresses import Address, addresses
from tests.audit.conftest import look
from tests.audit.test_every_look import WITH, a_rule_set, given, key_of, make_everything, rosas
from tests.education.conftest import ANSWERED_FOR, WORDS
from tests.people import BY_KEY, member, patient
from tests.signin.passkeys import Passkey
from tests.team.conftest import GOOD_DAY
from tests.test_admin import make_a_row_of_everything
from tracker import checkins
from tracker.demo.enrol import employ, make_team, make_user
from tracker.demo.people import HARBOUR, HILLSIDE
from tracker.models import Carer, CheckIn, Course, Patient, ShownPage

NAME = "Rosa Quillfeather"
EMAIL = "rosa@example.org"
IDENTITY = (NAME, "Quillfeather", EMAIL)
"""Who looks after accounts, or asks about looks, knows that she is a patient."""

HEALTH = (
    "555 0777",
    "Zanzibar nuts",
    "H-771-QF",
    "Tess Quillon",
    "It began after lunch",
    "Expected after lunch",
    "Always low",
    "About the dates",
    "Ring Rosa before noon",
    "She moves",
)
"""Phone, allergies, hospital number, contact; what stands in notes, messages, limits, mutes and requests."""
REASONS = ("She is here and cannot speak", "She cannot speak")
"""Why somebody opened her chart in an emergency: officers review it."""


@dataclass(frozen=True)
class World:
    """`people` by role, nobody being None; `addresses` by route, each with what is Rosa's."""

    rosa: Patient
    people: dict[str, User | None]
    values: dict[str, list[Any]]
    addresses: dict[str, str] = field(default_factory=dict)


@contextmanager
def opened() -> Iterator[World]:
    """At noon by the clinic's clock, which stands; in one transaction that is rolled back at the end."""
    noon = timezone.localtime(timezone=ZoneInfo(HARBOUR.time_zone)).replace(hour=12, minute=0, second=0)
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    before = logging.root.manager.disable
    logging.disable()  # thousands of refusals, most with a traceback
    try:
        with time_machine.travel(noon, tick=False), quick, transaction.atomic():
            yield _made()
            transaction.set_rollback(True)
    finally:
        logging.disable(before)


def _made() -> World:
    make_groups()
    ours, others = make_team(HARBOUR), make_team(HILLSIDE)
    rosa, dev = patient(BY_KEY["rosa"], ours), patient(BY_KEY["dev"], ours)
    _is_told_apart(rosa)
    staff = {key: member(key, ours) for key in ("amira", "ben", "sara")}
    lena, ada = make_user(BY_KEY["lena"]), make_user(BY_KEY["ada"])
    noor, nia = member("noor", others), _hired("Nia Stone", others)
    make_a_row_of_everything(rosa, staff["amira"], ada, others)
    ada.emergency_accesses.all().end(timezone.now())
    make_everything(rosa, staff["sara"], nia, lena)
    look(dev, staff["ben"], timezone.now() + dt.timedelta(hours=9))  # while nobody is there
    people: dict[str, User | None] = {
        "nobody": None,
        "rosa": rosa.user,
        "dev": dev.user,
        "lena": lena,
        **staff,
        "noor": noor,
        "nia": nia,
        "fay": _who_left(ours),
        "edith": make_user(BY_KEY["edith"]),
        "ada": ada,
        "petra": make_user(BY_KEY["petra"]),
    }
    _is_heard_by_phone(rosa, staff["amira"])
    _has_devices(rosa.user)
    _was_shown(rosa, _has_pages(people["edith"]))
    values = dict(_values(rosa, nia))
    filled = {route: each.filled(values.get(route, [])) for route, each in addresses().items()}
    return World(rosa, people, values, filled)


def _is_told_apart(rosa: Patient) -> None:
    User.objects.filter(pk=rosa.user_id).update(name=NAME)
    about = {"name": NAME, "phone": "555 0777", "allergies": "Zanzibar nuts", "record_number": "H-771-QF"}
    contact = {"contact_name": "Tess Quillon", "contact_relation": "sister", "contact_phone": "555 0778"}
    Patient.objects.filter(pk=rosa.pk).update(**about, **contact)
    rosa.refresh_from_db()
    rosa.user.refresh_from_db()


def _hired(name: str, team: CareTeam) -> User:
    address = f"{name.split()[0].lower()}@example.org"
    return employ(User.objects.create_user(address, name=name), team, "nurse")


def _who_left(team: CareTeam) -> User:
    fay = _hired("Fay Lund", team)
    Membership.objects.filter(user=fay).delete()
    return User.objects.get(pk=fay.pk)


def _is_heard_by_phone(rosa: Patient, nurse: User) -> None:
    """Of yesterday: today's report stays the one that raised the flag."""
    now = timezone.now()
    told: dict[str, Any] = {
        "report": GOOD_DAY,
        "source": CheckIn.Source.PHONE,
        "reported_at": now,
        "now": now,
    }
    day = rosa.today(now) - dt.timedelta(days=1)
    checkins.submit(patient_id=rosa.pk, id=uuid.uuid4(), by=nurse, day=day, **told)


def _has_devices(user: User) -> None:
    """Rosa's own: a browser that is signed in, one that takes push messages, and a passkey."""
    now = timezone.now()
    times = {"started_at": now, "seen_at": now, "ends_at": now + dt.timedelta(days=1)}
    SignedIn.objects.create(user=user, session_key="another", **times)
    PushDevice.objects.create(user=user, endpoint="https://push.example/2", made_at=now)
    Passkey(user)


def _has_pages(editor: User | None) -> Edition:
    """A page of each kind; returns a draft of one."""
    assert editor
    for kind, more in (
        (Cytokine, {}),
        (Drug, {"code": "cold", "tell_emergency_room": "This is a test."}),
        (Symptom, {"code": "cold"}),
        (Article, {}),
    ):
        kind.objects.create(**WORDS[kind] | {"slug": "cold", "is_published": True} | ANSWERED_FOR | more)
    now = timezone.now()
    picture = {"name": "cold", "alt_en": "Ice.", "source": "Own.", "data": b"?", "content_type": "image/png"}
    Image.objects.create(**picture, width=1, height=1, made_at=now)
    return editions.begin(Article.objects.get(slug="cold"), by=editor, now=now)


def _was_shown(rosa: Patient, page: Edition) -> None:
    """With her report, in a version that was published then."""
    now = timezone.now()
    at = {"made_at": now, "saved_at": now, "published_at": now}
    edition = Edition.objects.create(
        kind=page.kind, slug=page.slug, state="published", number=1, content=page.content, **at
    )
    told = {"patient": rosa, "team": rosa.team, "check_in": rosa.check_ins.get(source=CheckIn.Source.WEB)}
    ShownPage.objects.create(**told, edition=edition, language="en", title="On testing", shown_at=now)


# --- What stands in an address ------------------------------------------------------------------------------


def shown_to(rosa: Patient) -> ShownPage:
    return ShownPage.objects.filter(patient=rosa).latest("pk")


def _own(rows: Any) -> Callable[[Patient], list[Any]]:
    return lambda rosa: [rows(rosa).latest("pk").pk]


def _as_it_stands(nia: User) -> dict[str, Callable[[Patient], list[Any]]]:
    """Where the walk through looks opens another row, or none."""
    a_course = key_of(Course)
    return {
        "patient:done": lambda rosa: [rosa.check_ins.get(source=CheckIn.Source.WEB).pk],
        "team:taken": lambda rosa: [rosa.check_ins.get(source=CheckIn.Source.PHONE).pk],
        "team:withdraw_transfer": rosas,
        **dict.fromkeys(
            [f"emergencies:{page}" for page in ("told", "chart", "write", "end")],
            lambda rosa: [nia.emergency_accesses.get(patient=rosa).pk],
        ),
        **dict.fromkeys(
            [f"rulebook:{act}" for act in ("rule", "remove_rule", "put_back", "condition")],
            lambda rosa: [*a_rule_set(rosa), "fainting"],
        ),
        **dict.fromkeys(
            ("carers:end", "team:end_carer"), lambda rosa: [Carer.objects.get(patient=rosa, ended_at=None).pk]
        ),
        "team:change_course": a_course,
        "privacy:review_day": lambda rosa: [
            nia.pk,
            rosa.pk,
            timezone.now().astimezone(rosa.team.zone).date(),
        ],
        "privacy:review_hours": lambda rosa: [
            User.objects.get(name="Ben Ortiz").pk,
            timezone.now().astimezone(rosa.team.zone).date(),
        ],
        "mfa_remove_webauthn": _own(lambda rosa: Authenticator.objects.filter(user=rosa.user)),
        "sign_out_device": lambda rosa: [SignedIn.objects.get(session_key="another").pk],
        "patient:remove_device": lambda rosa: [PushDevice.objects.get(user=rosa.user).pk],
        "reach:remove_device": lambda rosa: [PushDevice.objects.get(user__name="Amira Nasser").pk],
        **dict.fromkeys(
            [f"education:{page}" for page in ("drug", "card", "symptom", "cytokine", "article")],
            given("cold"),
        ),
        "patient:page_then": lambda rosa: [shown_to(rosa).check_in_id, shown_to(rosa).pk],
        "picture": given("cold"),
        "account_confirm_email": given("no-such-key"),
        "account_reset_password_from_key": given("1", "no-such-key"),
        "admin:app_list": given("tracker"),
        **dict.fromkeys(
            [
                f"editing:{act}"
                for act in ("submit", "review", "publish", "send_back", "discard", "catch_up", "decide")
            ],
            lambda rosa: [Edition.objects.filter(state="draft").latest("pk").pk],
        ),
        **dict.fromkeys(
            [f"editing:{page}" for page in ("versions", "compare", "used", "retire", "saved")],
            given("article", "cold"),
        ),
        "editing:live": given("article"),
        "editing:restore": given("article", "cold", 1),
    }


def _values(rosa: Patient, nia: User) -> Iterator[tuple[str, list[Any]]]:
    known = {**WITH, **_as_it_stands(nia)}
    for route, address in addresses().items():
        if not address.takes:
            continue
        if route.startswith("admin/r/"):
            yield route, [1, 1]
        elif "object_id" in address.takes:
            yield route, [_row(address, rosa)]
        elif address.name in known:
            yield route, known[address.name](rosa)
        elif address.route == "admin/<url>":
            yield route, ["nowhere/"]
        else:
            raise AssertionError(f"{route} ({address.name}): give it something to open, in world.py")


def _row(address: Address, rosa: Patient) -> object:
    """Of a model of the admin: Rosa's row where there is one."""
    _admin, app, name, *_rest = address.route.split("/")
    model: type[Model] = next(
        each for each in admin.site._registry if (each._meta.app_label, each._meta.model_name) == (app, name)
    )
    if model is User:
        return rosa.user_id
    if model is Patient:
        return rosa.pk
    rows = model._default_manager.order_by("pk")
    if any(each.name == "patient" for each in model._meta.get_fields()):
        rows = rows.filter(patient=rosa)
    row = rows.first()
    return row.pk if row else 1
