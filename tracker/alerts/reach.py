"""Whom a team's policies reach at a moment, and how: one query a team, then plain values."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject

from accounts.models import CareTeam, Membership, PushDevice
from tracker.alerts.rota import Exchange, Rota, Slot
from tracker.models import Channel, EscalationStep, Shift, StepPerson, Swap
from tracker.statement import Given, Statement
from tracker.triage.report import Level

LOOK_AHEAD = dt.timedelta(weeks=5)
"""How far ahead a policy has to reach somebody: five weeks hold most of the swaps that are made by now."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where one message goes. Nobody is behind a webhook."""

    channel: str
    address: str
    user: int | None = None


def users(told: Iterable[Address]) -> list[int]:
    """Each person once, in the order in which they are told."""
    return list(dict.fromkeys(each.user for each in told if each.user is not None))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team who may sign in, with the addresses of each channel."""

    user: int
    name: str
    role: str
    addresses: Mapping[str, Sequence[str]]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        phone = [value["phone"]] if value["phone"] and settings.PHONE_PROVIDER else []
        return cls(
            value["user"],
            value["name"],
            value["role"],
            {
                Channel.EMAIL: [value["email"]] if value["email"] else [],
                Channel.PUSH: value["devices"] if settings.VAPID else [],
                Channel.SMS: phone,
                Channel.VOICE: phone,
            },
        )

    def reached_by(self, channels: Sequence[str]) -> list[Address]:
        """By those of the channels that reach them; by e-mail, which all of the team have, when none does."""
        found = self._by(channels)
        return found or self._by([Channel.EMAIL])

    def _by(self, channels: Sequence[str]) -> list[Address]:
        return [
            Address(channel, address, self.user)
            for channel in channels
            for address in self.addresses.get(channel, ())
        ]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a policy. `minutes` is how long it waits for an answer."""

    level: Level
    position: int
    minutes: int
    channels: tuple[str, ...] = (Channel.EMAIL,)
    on_call: bool = False
    roles: tuple[str, ...] = ()
    people: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            level=Level(value["level"]),
            position=value["position"],
            minutes=value["minutes"],
            channels=tuple(value["channels"]),
            on_call=value["on_call"],
            roles=tuple(value["roles"]),
            people=tuple(value["people"]),
        )

    @property
    def pause(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.minutes)

    @property
    def is_for_people(self) -> bool:
        return bool(self.on_call or self.roles or self.people)

    def names(self, member: Member, on_call: frozenset[int]) -> bool:
        return (
            member.role in self.roles
            or member.user in self.people
            or (self.on_call and member.user in on_call)
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """A team's members, rota and policies, from some moment on. `ladders` has each level's steps in order."""

    members: Sequence[Member]
    rota: Rota
    ladders: Mapping[Level, Sequence[Step]] = field(default_factory=dict)
    webhook: str = ""

    @classmethod
    def of(cls, team_id: int, since: dt.datetime) -> "Reach":
        """Everything about one team, in one query; without the swaps that were over by `since`."""
        row: Any
        [row] = _TEAM.run(team=team_id, since=since)
        return cls(
            members=tuple(Member.from_json(each) for each in row.members_json),
            rota=Rota(
                zone=ZoneInfo(row.time_zone),
                slots=tuple(Slot.from_json(each) for each in row.slots_json),
                exchanges=tuple(Exchange.from_json(each) for each in row.swaps_json),
                holidays=frozenset(row.holidays),
            ),
            ladders=ladders(Step.from_json(each) for each in row.steps_json),
            webhook=row.webhook_url,
        )

    def ladder(self, level: Level) -> Sequence[Step]:
        return self.ladders.get(level, ())

    def people(self, step: Step, at: dt.datetime) -> list[Member]:
        """Whom the step tells at `at`."""
        on_call = self.rota.on_call(at) if step.on_call else frozenset()
        return [each for each in self.members if step.names(each, on_call)]

    def told(self, step: Step, at: dt.datetime) -> list[Address]:
        """Every message that the step sends at `at`; nothing if it is for people and reaches nobody."""
        found = [address for each in self.people(step, at) for address in each.reached_by(step.channels)]
        if (found or not step.is_for_people) and self.webhook and Channel.WEBHOOK in step.channels:
            found.append(Address(Channel.WEBHOOK, self.webhook))
        return found

    def everybody(self) -> list[Address]:
        """The whole team, by e-mail."""
        return [address for each in self.members for address in each.reached_by([Channel.EMAIL])]

    def unreached(
        self, steps: Sequence[Step], since: dt.datetime, until: dt.datetime
    ) -> tuple[dt.datetime, dt.datetime] | None:
        """The first stretch of time in which none of `steps` reaches anybody; None when there is none."""
        gap: tuple[dt.datetime, dt.datetime] | None = None
        for start, end, _people in self.rota.spells(since, until):
            if any(self.people(step, start) for step in steps):
                if gap:
                    return gap
            else:
                gap = (gap[0] if gap else start, end)
        return gap


def ladders(steps: Iterator[Step]) -> dict[Level, list[Step]]:
    """The steps of each level, in their order."""
    found: dict[Level, list[Step]] = {}
    for step in sorted(steps, key=lambda each: each.position):
        found.setdefault(step.level, []).append(step)
    return found


def _team() -> models.QuerySet[CareTeam]:
    team = models.OuterRef("pk")
    devices = PushDevice.objects.in_use().filter(user=models.OuterRef("user")).values("pk")
    members = Membership.objects.filter(team=team, user__is_active=True).order_by("pk")
    people = StepPerson.objects.filter(step=models.OuterRef("pk")).values("person")
    steps = EscalationStep.objects.filter(policy__team=team)
    return CareTeam.objects.filter(pk=Given("team", models.BigAutoField())).annotate(
        members_json=ArraySubquery(
            members.values(
                json=JSONObject(
                    user="user",
                    name="user__name",
                    role="role",
                    email="user__email",
                    phone="user__phone",
                    devices=ArraySubquery(devices),
                )
            )
        ),
        steps_json=ArraySubquery(
            steps.values(
                json=JSONObject(
                    level="policy__level",
                    position="position",
                    minutes="minutes",
                    channels="channels",
                    on_call="on_call",
                    roles="roles",
                    people=ArraySubquery(people),
                )
            )
        ),
        slots_json=ArraySubquery(
            Shift.objects.filter(team=team).values(
                json=JSONObject(person="person", weekday="weekday", starts="starts", ends="ends")
            )
        ),
        swaps_json=ArraySubquery(
            Swap.objects.not_over(Given("since", models.DateTimeField()))
            .filter(team=team)
            .order_by("made_at", "pk")
            .values(
                json=JSONObject(
                    person="person", instead_of="instead_of", starts_at="starts_at", ends_at="ends_at"
                )
            )
        ),
    )


_TEAM = Statement(_team)
