"""Fields that no form asks for change nothing: whose it is, what somebody may, what state it is in."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from tests.access.addresses import addresses
from tests.access.table import read
from tests.access.walking import Answer, Quick
from tests.access.world import World
from tests.attacks.filling import Form, forms_in

pytestmark = pytest.mark.django_db

OURS = ("accounts", "education", "tracker")
MARK = "98765431"
EXTRA = {
    # Whose.
    **dict.fromkeys(("patient", "patient_id", "team", "team_id", "user", "user_id"), MARK),
    **dict.fromkeys(("owner", "owner_id", "by", "author", "reported_by", "made_by"), MARK),
    **dict.fromkeys(("invited_by", "set_by", "pk", "actor"), MARK),
    # What somebody may.
    **dict.fromkeys(("is_staff", "is_superuser", "is_admin"), "on"),
    **dict.fromkeys(("groups", "user_permissions", "memberships", "permissions"), MARK),
    # What state it is in, and since when.
    **dict.fromkeys(("state", "status", "kind", "source", "raised_by", "rules_version"), MARK),
    **dict.fromkeys(("created_at", "received_at", "made_at", "accepted_at"), "1999-01-01T00:00:00Z"),
    **dict.fromkeys(("expires_at", "ended_at", "resolved_at", "left_on", "enrolled_on"), "1999-01-01"),
    **dict.fromkeys(("is_published", "is_vip"), "on"),
    **dict.fromkeys(("password", "token_digest", "session_key"), MARK),
}
PROVES = "/sign-in-and-devices/prove/"  # asks whoever has a password for it
MARKS = (MARK, "1999")


def acted(browser: Quick, form: Form, extra: dict[str, str]) -> Answer:
    """A form as its page sends it, and with more."""
    asked = {*form.fields, "password"} if form.action.startswith(PROVES) else form.fields
    more = {name: value for name, value in extra.items() if name not in asked}
    return browser.undone("POST", form.action, {**form.fields, **more})


def forms_for(world: World, role: str, browser: Quick) -> Iterator[Form]:
    """Each form of each page that this person may open, once."""
    known, seen = addresses(), set()
    for (route, method), cells in read().items():
        if method != "GET" or cells[role] != "200" or (known[route].is_of_admin and role != "ada"):
            continue
        page = world.addresses[route]
        for form in forms_in(page, browser.undone("GET", page).body.decode(errors="ignore")):
            name = resolve(urlsplit(form.action).path).route
            if (name, *sorted(form.fields)) not in seen and "logout" not in name and "language" not in name:
                seen.add((name, *sorted(form.fields)))
                yield form


@pytest.mark.parametrize(
    ("role", "least"), [("rosa", 10), ("lena", 2), ("sara", 25), ("ada", 8), ("edith", 4), ("petra", 2)]
)
def test_what_no_form_asks_for_changes_nothing(role: str, least: int, world: World) -> None:
    """Each form of each page, filled in and sent with everything that would be worth changing."""
    browser = Quick().signed_in(world.people[role])
    taken, wrong = 0, []
    for form in forms_for(world, role, browser):
        plain, more = acted(browser, form, {}), acted(browser, form, EXTRA)
        taken += bool(plain.written.tables - {"django_session"}) and plain.status in (200, 201, 302)
        what = f"{form.action} {sorted(form.fields)}"
        if more.status >= 500 or (plain.word, plain.written.tables) != (more.word, more.written.tables):
            wrong.append(f"{what}: {plain.word} {plain.written.tables}, {more.word} {more.written.tables}")
        kept = [each for each in more.written.values if "django_session" not in each]
        wrong += [f"{what}: wrote {each[:300]}" for each in kept if any(mark in each for mark in MARKS)]
    assert not wrong, "\n".join(wrong)
    assert taken >= least, f"only {taken} forms were taken as they stood"


def test_every_other_address_that_takes_a_post(world: World) -> None:
    """Sent nothing but what it does not ask for, by whoever may."""
    browsers: dict[str, Quick] = {}
    wrong = []
    for (route, method), cells in read().items():
        if method != "POST" or addresses()[route].is_of_admin:
            continue
        may = [who for who in ("sara", "rosa", "edith", "petra", "ada") if _is_let(cells[who])]
        if not may:
            continue
        role = may[0]
        browser = browsers.setdefault(role, Quick().signed_in(world.people[role]))
        answer = browser.undone("POST", world.addresses[route], EXTRA)
        kept = [each for each in answer.written.values if "django_session" not in each]
        if answer.status >= 500 or any(mark in each for each in kept for mark in MARKS):
            wrong.append(f"{role} /{route}: {answer.word} {kept}")
    assert not wrong, "\n".join(wrong)


def _is_let(cell: str) -> bool:
    return cell[0] in "23" and cell != "302 sign-in"


# --- What forms ask for -------------------------------------------------------------------------------------


def every_form() -> list[type[forms.BaseForm]]:
    """Of our apps; their modules are imported with the URLconf."""
    addresses()
    found, left = set(), [forms.BaseForm]
    while left:
        for each in left.pop().__subclasses__():
            left.append(each)
            if each.__module__.split(".")[0] in OURS:
                found.add(each)
    return sorted(found, key=lambda each: (each.__module__, each.__qualname__))


def test_every_form_of_a_model_names_its_fields() -> None:
    """None takes all that the model has, or all but some: a new column would be open to everybody."""
    found = every_form()
    assert len(found) > 40
    open_to_all = [
        each.__qualname__
        for each in found
        if issubclass(each, forms.BaseModelForm)
        and each._meta.model is not None
        and (each._meta.exclude or each._meta.fields in (None, "__all__"))
    ]
    assert open_to_all == []


RIGHTS = {"is_superuser", "user_permissions", "password", "last_login", "date_joined"}


def test_the_admin_writes_no_rights_and_nothing_that_was_kept(world: World) -> None:
    """Its forms are made of the models, less what their pages leave out."""
    request: HttpRequest = RequestFactory().get("/")
    request.user = world.people["ada"]  # type: ignore[assignment]
    written: dict[str, set[str]] = {}
    for model, page in admin.site._registry.items():
        may = page.has_change_permission(request) or page.has_add_permission(request)
        for obj in (None, model()) if may and model._meta.app_label in OURS else ():
            form = page.get_form(request, obj, change=obj is not None)
            written.setdefault(model._meta.label, set()).update(form.base_fields)
    assert not {label: names & RIGHTS for label, names in written.items() if names & RIGHTS}
    assert written == {
        "accounts.User": {"name", "email", "is_active", "is_staff", "groups"},
        "accounts.CareTeam": written["accounts.CareTeam"],
        "accounts.Membership": {"user", "team", "role"},
        "accounts.Invitation": {"email", "name", "team", "role"},
    }
