"""Shifts, swaps and holidays: who changes them, and that no change leaves an hour to nobody."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from tests.cover.test_who_is_told import A_WEDNESDAY
from tracker.alerts.reach import Reach
from tracker.cover.week import week_of
from tracker.models import Shift, Swap

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday():
    """Wednesday 25 November 2026, noon in Madrid."""
    with time_machine.travel(A_WEDNESDAY, tick=False):
        yield


@pytest.fixture
def address(team):
    """Of a page of the rota: `address("add_shift")`, `address("remove_swap", swap.pk)`."""
    return lambda name="rota", *args: reverse(f"cover:{name}", args=[team.pk, *args])


@pytest.fixture
def saras(sara, browser_of):
    return browser_of(sara)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


def a_shift(person, **changed):
    return {"person": person.pk, "weekdays": ["6", "7"], "starts": "20:00", "ends": "08:00"} | changed


def a_swap(person, **changed):
    times = {"starts_at": "2026-11-28T08:00", "ends_at": "2026-11-28T20:00"}
    return {"person": person.pk, "instead_of": "", "reason": "A wedding"} | times | changed


@pytest.fixture
def swap(team, ben, amira):
    """Ben comes in Amira's place on Saturday; she wrote it down."""
    now = timezone.now()
    return Swap.objects.create(
        team=team,
        person=ben,
        instead_of=amira,
        starts_at=now + dt.timedelta(days=3),
        ends_at=now + dt.timedelta(days=3, hours=6),
        made_by=amira,
        made_at=now,
    )


# --- Who may ------------------------------------------------------------------------------------------------


def test_every_member_reads_it_and_only_the_lead_sees_forms_for_shifts(address, amiras, saras):
    page, leads = (browser.get(address()).text for browser in (amiras, saras))
    assert "Swap a shift" in page
    assert "Add a shift" not in page
    assert "Add a holiday" not in page
    assert "Add a shift" in leads


@pytest.mark.parametrize("who", ["noor", "rosa", "lena", "ada"])
def test_others_find_nothing_and_do_nothing(who, amira, on_call, swap, team, address, request, browser_of):
    on_call(amira, days=[1])
    person = request.getfixturevalue(who)
    browser = browser_of(person.user if who == "rosa" else person)
    assert browser.get(address()).status_code == 404
    for name, args, form in (
        ("add_shift", [], a_shift(amira)),
        ("remove_shift", [Shift.objects.get().pk], {}),
        ("add_swap", [], a_swap(amira)),
        ("remove_swap", [swap.pk], {}),
        ("add_holiday", [], {"day": "2026-12-25"}),
        ("remove_holiday", [], {"day": "2026-12-25"}),
    ):
        assert browser.post(address(name, *args), form).status_code == 404, name
    assert (Shift.objects.count(), Swap.objects.count()) == (1, 1)


def test_a_nurse_changes_neither_shifts_nor_holidays(amira, on_call, address, amiras, team):
    on_call(amira, days=[1])
    for name, args, form in (
        ("add_shift", [], a_shift(amira)),
        ("remove_shift", [Shift.objects.get().pk], {}),
        ("add_holiday", [], {"day": "2026-12-25"}),
        ("remove_holiday", [], {"day": "2026-12-25"}),
    ):
        assert amiras.post(address(name, *args), form).status_code == 404, name
    team.refresh_from_db()
    assert (Shift.objects.count(), team.holidays) == (1, [])


def test_a_shift_of_another_team_is_not_removed_from_here(noor, other_team, address, saras):
    theirs = Shift.objects.create(team=other_team, person=noor, weekday=1, starts=dt.time(8), ends=dt.time(9))
    assert saras.post(address("remove_shift", theirs.pk)).status_code == 404


# --- Shifts -------------------------------------------------------------------------------------------------


def test_one_form_makes_a_shift_for_each_day(amira, address, saras):
    answer = saras.post(address("add_shift"), a_shift(amira))
    assert answer["Location"] == address()
    assert list(Shift.objects.values_list("weekday", "starts", "ends", "person")) == [
        (day, dt.time(20), dt.time(8), amira.pk) for day in (6, 7)
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weekdays", [], "Choose at least one day."),
        ("weekdays", ["8"], "8 is not one of the available choices"),
        ("starts", "", "This field is required."),
        ("ends", "25:00", "Enter a valid time."),
        ("person", "0", "not one of the available choices"),
    ],
)
def test_a_wrong_shift_is_told_beside_its_field_and_stays_open(field, value, words, amira, address, saras):
    page = saras.post(address("add_shift"), a_shift(amira) | {field: value})
    assert page.status_code == 200
    assert words in page.text
    assert f'id="shift_{field}_error"' in page.text or f'id="div_shift_{field}"' in page.text
    assert page.context["shift_form"].data["starts" if field != "starts" else "ends"]
    assert 'class="fold" open>' in page.text
    assert not Shift.objects.exists()


def test_somebody_of_another_team_is_not_put_on_the_rota(noor, address, saras):
    assert "not one of the available choices" in saras.post(address("add_shift"), a_shift(noor)).text


def test_the_same_shift_twice_is_told(amira, address, saras):
    saras.post(address("add_shift"), a_shift(amira))
    page = saras.post(address("add_shift"), a_shift(amira, weekdays=["5", "7"])).text
    assert "There is such a shift already on Sunday." in page
    assert Shift.objects.count() == 2


def test_a_shift_that_nobody_relies_on_is_removed(amira, on_call, address, saras):
    on_call(amira, days=[1])
    saras.post(address("remove_shift", Shift.objects.get().pk))
    assert not Shift.objects.exists()


def test_a_shift_that_a_policy_relies_on_is_not_removed(amira, on_call, emergencies, address, saras):
    on_call(amira)
    page = saras.post(address("remove_shift", Shift.objects.get(weekday=6).pk), follow=True).text
    assert (
        "Not saved: emergency flags would reach nobody"
        " from Saturday 28 November, 08:00 to Sunday 29 November, 08:00." in page
    )
    assert Shift.objects.count() == 7


def test_a_shift_that_somebody_else_covers_too_is_removed(amira, ben, on_call, emergencies, address, saras):
    on_call(amira)
    on_call(ben, days=[6])
    saras.post(address("remove_shift", Shift.objects.get(weekday=6, person=amira).pk))
    assert Shift.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_each_remove_the_others_reserve_leave_one(
    amira, ben, sara, on_call, emergencies, address, browser_of
):
    on_call(amira)
    on_call(ben, days=[6])
    urls = [address("remove_shift", each.pk) for each in Shift.objects.filter(weekday=6)]
    together = Barrier(2)

    def remove(url):
        browser: Client = browser_of(sara)
        together.wait()
        answer = browser.post(url)
        connection.close()
        return answer.status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(remove, urls)) == [302, 302]
    assert Shift.objects.filter(weekday=6).count() == 1


# --- Swaps --------------------------------------------------------------------------------------------------


def test_any_member_swaps_by_the_clock_of_the_team(amira, ben, on_call, address, amiras, team):
    on_call(amira)
    assert amiras.post(address("add_swap"), a_swap(ben, instead_of=amira.pk))["Location"] == address()
    kept = Swap.objects.get()
    assert kept.starts_at == dt.datetime.fromisoformat("2026-11-28T07:00Z")  # 08:00 in Madrid
    assert (kept.made_by, kept.reason) == (amira, "A wedding")
    rota = Reach.of(team.pk, timezone.now()).rota
    assert rota.on_call(kept.starts_at) == {ben.pk}
    assert rota.on_call(kept.ends_at) == {amira.pk}


def test_times_are_the_teams_for_somebody_of_two_teams(amira, other_team, browser_of):
    """Amira's other team works an hour behind; her pages otherwise go by the first one's clock."""
    Membership.objects.create(team=other_team, user=amira, role="nurse")
    browser_of(amira).post(reverse("cover:add_swap", args=[other_team.pk]), a_swap(amira))
    assert Swap.objects.get().starts_at == dt.datetime.fromisoformat("2026-11-28T08:00Z")  # in London
    page = browser_of(amira).get(reverse("cover:rota", args=[other_team.pk])).text
    assert "Sat 28 Nov, 08:00" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ends_at": "2026-11-28T08:00"}, "It has to begin before it ends."),
        ({"starts_at": "2026-11-20T08:00", "ends_at": "2026-11-25T12:00"}, "This is over already."),
        ({"starts_at": "0001-01-01T00:00"}, "This is long ago. Check the date."),
        ({"ends_at": "9999-12-31T23:59"}, "This is more than a year ahead. Check the date."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
        ({"ends_at": ""}, "This field is required."),
        ({"person": ""}, "This field is required."),
        ({"reason": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_wrong_swap_is_told_and_nothing_typed_is_lost(changed, words, ben, address, amiras):
    page = amiras.post(address("add_swap"), a_swap(ben) | changed)
    assert page.status_code == 200
    assert words in page.text
    assert 'class="fold" open>' in page.text
    assert changed.get("reason", "A wedding") in page.text
    assert not Swap.objects.exists()


def test_a_swap_is_between_two_people(ben, address, amiras):
    page = amiras.post(address("add_swap"), a_swap(ben, instead_of=ben.pk)).text
    assert "Choose two different people." in page


def test_nobody_of_another_team_is_swapped_in(noor, address, amiras):
    for changed in ({"person": noor.pk}, {"instead_of": noor.pk}):
        page = amiras.post(address("add_swap"), a_swap(noor) | changed).text
        assert "not one of the available choices" in page
    assert not Swap.objects.exists()


@pytest.mark.parametrize("time", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_an_hour_that_comes_twice_or_never_is_asked_about(time, ben, amira, address, browser_of):
    with time_machine.travel(dt.datetime.fromisoformat(time).replace(tzinfo=dt.UTC) - dt.timedelta(days=2)):
        page = browser_of(amira).post(
            address("add_swap"), a_swap(ben, starts_at=time, ends_at=time[:-5] + "09:00")
        )
    assert "The clocks change in this hour" in page.text
    assert not Swap.objects.exists()


@pytest.mark.parametrize(("night", "hours"), [("2027-03-27", 11), ("2027-10-30", 13), ("2027-01-09", 12)])
def test_a_night_is_as_long_as_the_clocks_make_it(night, hours, ben, amira, address, browser_of):
    day = dt.date.fromisoformat(night)
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC)):
        ends = day + dt.timedelta(days=1)
        night_shift = a_swap(ben, starts_at=f"{day}T20:00", ends_at=f"{ends}T08:00")
        browser_of(amira).post(address("add_swap"), night_shift)
    kept = Swap.objects.get()
    assert kept.ends_at - kept.starts_at == dt.timedelta(hours=hours)


def test_who_made_a_swap_removes_it(swap, address, amiras):
    amiras.post(address("remove_swap", swap.pk))
    assert not Swap.objects.exists()


def test_the_lead_removes_anybodys_swap(swap, address, saras):
    saras.post(address("remove_swap", swap.pk))
    assert not Swap.objects.exists()


def test_whoever_is_swapped_in_does_not_remove_it_alone(swap, ben, address, browser_of):
    assert browser_of(ben).post(address("remove_swap", swap.pk)).status_code == 404
    assert "remove/" not in browser_of(ben).get(address()).text
    assert Swap.objects.exists()


def test_a_swap_that_is_over_stays_as_it_was(swap, address, amiras):
    with time_machine.travel(swap.ends_at):
        assert amiras.post(address("remove_swap", swap.pk)).status_code == 404
        assert str(swap.person) not in amiras.get(address()).context["swaps"]


def test_a_swap_with_somebody_who_left_opens_no_gap(amira, ben, on_call, emergencies, address, amiras):
    on_call(amira)
    ben.is_active = False
    ben.save()
    page = amiras.post(address("add_swap"), a_swap(ben, instead_of=amira.pk)).text
    assert "not one of the available choices" in page


def test_a_swap_that_a_policy_relies_on_is_not_removed(
    swap, amira, ben, on_call, emergencies, address, amiras
):
    on_call(amira, days=[1, 2, 3, 4, 5, 7])
    Swap.objects.filter(pk=swap.pk).update(
        instead_of=None,
        starts_at=dt.datetime.fromisoformat("2026-11-28T07:00Z"),
        ends_at=dt.datetime.fromisoformat("2027-01-31T07:00Z"),
    )
    page = amiras.post(address("remove_swap", swap.pk), follow=True).text
    assert "would reach nobody from Saturday 28 November, 08:00" in page
    assert Swap.objects.exists()


def test_swaps_that_are_over_are_not_read_and_stand_in_todays_row(swap, amira, ben, on_call, team):
    """A team swaps for years, and every serious report reads whom to tell."""
    on_call(amira)
    now = timezone.now()
    for end in (now - dt.timedelta(hours=1), now, now + dt.timedelta(minutes=1)):
        starts_at = now - dt.timedelta(hours=3)
        Swap.objects.create(
            team=team, person=ben, starts_at=starts_at, ends_at=end, made_by=amira, made_at=now
        )
    ends = [each.ends_at for each in Reach.of(team.pk, now).rota.exchanges]
    assert ends == [swap.ends_at, now + dt.timedelta(minutes=1)]
    Swap.objects.filter(ends_at__gte=now).delete()
    [before, both, _after] = week_of(team, now)[0].spells
    assert (before.names, len(both.names)) == ((amira.name,), 2)
    assert both.ends_at == now - dt.timedelta(hours=1)


# --- Holidays -----------------------------------------------------------------------------------------------


def test_the_lead_adds_and_removes_holidays(address, team, saras):
    for day in ("2026-12-26", "2026-12-25"):
        saras.post(address("add_holiday"), {"day": day})
    team.refresh_from_db()
    assert team.holidays == [dt.date(2026, 12, 25), dt.date(2026, 12, 26)]
    saras.post(address("remove_holiday"), {"day": "2026-12-25"})
    team.refresh_from_db()
    assert team.holidays == [dt.date(2026, 12, 26)]
    assert not team.hours.opens_on(dt.date(2026, 12, 26))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-24", "This day is over."),
        ("2026-12-25", "This day is a holiday already."),
        ("", "This field is required."),
        ("2026-02-30", "Enter a valid date."),
    ],
)
def test_a_wrong_holiday_is_told(day, words, address, team, saras):
    team.holidays = [dt.date(2026, 12, 25)]
    team.save()
    assert words in saras.post(address("add_holiday"), {"day": day}).text
    team.refresh_from_db()
    assert team.holidays == [dt.date(2026, 12, 25)]


def test_today_is_today_by_the_clock_of_the_team(address, team, saras):
    with time_machine.travel(dt.datetime.fromisoformat("2026-11-25T23:30Z")):  # 00:30 in Madrid
        assert "This day is over." in saras.post(address("add_holiday"), {"day": "2026-11-25"}).text
        saras.post(address("add_holiday"), {"day": "2026-11-26"})
    team.refresh_from_db()
    assert team.holidays == [dt.date(2026, 11, 26)]


def test_a_holiday_that_leaves_hours_to_nobody_is_refused(amira, on_call, emergencies, address, team, saras):
    """Nights only on Sundays: a holiday in the week would take its day shift away."""
    on_call(amira, days=range(1, 7))
    on_call(amira, days=[7], starts=20)
    Shift.objects.create(team=team, person=amira, weekday=6, starts=dt.time(20), ends=dt.time(20))
    page = saras.post(address("add_holiday"), {"day": "2026-12-03"}).text
    assert "would reach nobody from Thursday 3 December, 08:00 to Thursday 3 December, 20:00" in page
    assert 'value="2026-12-03"' in page
    assert "Thursday 3 December 2026" not in page
    team.refresh_from_db()
    assert team.holidays == []


@pytest.mark.parametrize("day", ["", "x", "2026-99-99", "2027-01-01"])
def test_removing_what_is_no_holiday_changes_nothing(day, address, team, saras):
    assert saras.post(address("remove_holiday"), {"day": day}).status_code == 302
    team.refresh_from_db()
    assert team.holidays == []


def test_there_is_an_end_to_holidays(address, team, saras):
    team.holidays = [dt.date(2027, 1, 1) + dt.timedelta(days=each) for each in range(60)]
    team.save()
    assert "Remove old ones first." in saras.post(address("add_holiday"), {"day": "2026-12-25"}).text


# --- The week ahead -----------------------------------------------------------------------------------------


def test_the_week_says_who_is_on_call_and_when_nobody_is(amira, ben, on_call, team):
    on_call(amira, days=[4], starts=8, ends=20)
    week = week_of(team, timezone.now())
    thursday = [(f"{spell.starts_at.astimezone(team.zone):%H:%M}", spell.names) for spell in week[1].spells]
    assert thursday == [("00:00", ()), ("08:00", ("Amira Nasser",)), ("20:00", ())]
    assert [day.day.day for day in week] == [25, 26, 27, 28, 29, 30, 1]


def test_a_day_without_changes_is_all_day(amira, on_call, address, amiras):
    assert amiras.get(address()).text.count("all day") == 7


def test_two_shifts_of_one_person_are_one_spell(amira, on_call, team):
    on_call(amira, starts=8, ends=16)
    on_call(amira, starts=16, ends=8)
    assert [len(day.spells) for day in week_of(team, timezone.now())] == [1] * 7


def test_a_holiday_is_marked(address, team, amiras):
    team.holidays = [dt.date(2026, 11, 27)]
    team.save()
    assert "Holiday</span>" in amiras.get(address()).text
