"""A patient, the drugs of their plan and the doses they had."""

import datetime as dt
import uuid
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from accounts.models.teams import phone_number, validate_time_zone
from education.models import Drug
from tracker.models import rights
from tracker.models.base import PatientDataQuerySet

# Mood is asked about until six months after the last interferon dose, as the interferons' labels have it.
ASKED_AFTER_THE_END = dt.timedelta(days=183)


class Language(models.TextChoices):
    """What advice is given in. Notes are read in fewer: those of triage's language files."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    ARABIC = "ar", _("Arabic")


class ReminderWay(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push message")


def own_local_time(at: dt.datetime | models.F) -> models.Func:
    """A moment by the clock of a patient's row, without a zone."""
    zone = Coalesce(NullIf("time_zone", models.Value("")), "team__time_zone")
    moment = at if isinstance(at, models.F) else models.Value(at, output_field=models.DateTimeField())
    return models.Func(zone, moment, function="timezone", output_field=models.DateTimeField())


class PatientQuerySet(PatientDataQuerySet["Patient"]):
    def visible_to(self, user: rights.Reader, now: dt.datetime | None = None) -> Self:
        """The user, the patients of the teams that the user works in, and those open in an emergency.

        Of teams without those whose record is closed (`restricted_at`). With `now`, also those whose carer
        the user is then, whatever the scope.
        """
        seen = rights.seen_by(user, "")
        return self.filter(seen if now is None else seen | rights.is_cared_for_by(user, now, ""))

    def diaries_of(self, user: User, now: dt.datetime) -> Self:
        """The user's own, and those of the people whose carer they are; `scope` says as what."""
        this = user.cares_for.in_force(now).filter(patient=models.OuterRef("pk"))
        return (
            self.filter(rights.is_own(user, "") | rights.is_cared_for_by(user, now, ""))
            .annotate(scope=models.Subquery(this.values("scope")[:1]))
            .select_related("team", "user")
            .order_by(models.Case(models.When(user=user, then=0), default=1), "name", "pk")
        )

    def cared_for_by(self, user: User) -> Self:
        """The patients of the teams that the user works in, and nobody else."""
        return self.filter(rights.is_in_care_of(user, ""))

    def expected_to_report(self, now: dt.datetime, *, days_ago: int = 0) -> Self:
        """Those of whom a report of `local_day` is expected; `local` is their clock.

        `local_day` is today, or so many days ago: then without those who have left since.
        """
        local = own_local_time(now)
        day = Cast(local - dt.timedelta(days=days_ago), models.DateField())
        return (
            self.annotate(local=local, local_day=day)
            .filter(models.Q(left_on=None) | models.Q(left_on__gt=Cast("local", models.DateField())))
            .filter(models.Q(paused_until=None) | models.Q(paused_until__lt=models.F("local_day")))
            .filter(enrolled_on__lte=models.F("local_day"), user__is_active=True)
        )

    def never_away_on_their_day(self) -> Self:
        """Of those with a `local_day`, those whose row never said that they are away then.

        Whoever came back sooner than was thought was not expected while they were away.
        """
        day = models.F("local_day")
        return self.exclude(events__paused_until__gte=day).exclude(events__left_on__lte=day)


@pghistory.track()
class Patient(models.Model):
    """Somebody on cytokine treatment, in the care of one team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="patients", verbose_name=_("care team"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="patient", verbose_name=_("signs in as")
    )
    name = models.CharField(_("name"), max_length=120)
    born_on = models.DateField(_("born on"))
    record_number = models.CharField(
        _("hospital number"),
        max_length=40,
        blank=True,
        help_text=_("As the clinic knows the patient. Leave it empty when there is none."),
    )
    phone = models.CharField(_("phone"), max_length=40, validators=[phone_number])
    contact_name = models.CharField(_("emergency contact"), max_length=120, blank=True)
    contact_relation = models.CharField(_("relation of the emergency contact"), max_length=60, blank=True)
    contact_phone = models.CharField(
        _("phone of the emergency contact"), max_length=40, blank=True, validators=[phone_number]
    )
    allergies = models.TextField(
        _("allergies"), blank=True, help_text=_("In words, as on the chart. Nothing is worked out from it.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=Language,
        default=Language.ENGLISH,
        help_text=_("What the patient writes notes in, and reads advice in unless they choose another."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Leave this empty when it is the team's. It decides which day a report belongs to."),
    )
    last_chemo_on = models.DateField(
        _("last chemotherapy on"), null=True, blank=True, help_text=_("Opens the window of low counts.")
    )
    extra_readings = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("more readings to ask for"),
        default=list,
        blank=True,
        help_text=_("Beside those of the drugs: temperature, blood_pressure, pulse, weight, spo2."),
    )
    usual_systolic = models.PositiveSmallIntegerField(
        _("usual upper blood pressure, mmHg"), null=True, blank=True
    )
    usual_diastolic = models.PositiveSmallIntegerField(
        _("usual lower blood pressure, mmHg"), null=True, blank=True
    )
    usual_pulse = models.PositiveSmallIntegerField(_("usual pulse, beats a minute"), null=True, blank=True)
    usual_spo2 = models.PositiveSmallIntegerField(
        _("usual oxygen, %"),
        null=True,
        blank=True,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
    )
    usual_temperature = models.DecimalField(
        _("usual temperature, °C"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    usual_weight = models.DecimalField(
        _("usual weight, kg"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    remind_at = models.TimeField(
        _("reminder at"),
        null=True,
        blank=True,
        help_text=_("By the patient's clock, on days without a report. Leave it empty for none."),
    )
    remind_by = models.CharField(
        _("reminder by"),
        max_length=10,
        choices=ReminderWay,
        default=ReminderWay.EMAIL,
        help_text=_("By push message only while a phone or browser takes them; else by e-mail."),
    )
    # A time that was chosen too late for its own day is not made up for: the next one counts.
    remind_from = models.DateTimeField(_("reminders count from"), null=True, editable=False)
    report_by = models.TimeField(
        _("reports by"),
        default=dt.time(20),
        help_text=_("The time of day, by the patient's clock, after which a day without a report is silent."),
    )
    # Since when nothing is expected; not known of pauses from before it was kept.
    paused_from = models.DateField(_("paused from"), null=True, editable=False)
    paused_until = models.DateField(
        _("paused until"),
        null=True,
        blank=True,
        help_text=_("Nothing is expected up to this day, as during a stay in hospital."),
    )
    # Set by privacy officers, who then see every look at them; the team is not told.
    is_vip = models.BooleanField(_("looks are watched"), default=False, db_default=False, editable=False)
    # Set while a `Restriction` is in force: kept, and closed to all but the patient and privacy officers.
    restricted_at = models.DateTimeField(_("closed since"), null=True, editable=False)
    enrolled_on = models.DateField(_("enrolled on"))
    left_on = models.DateField(_("left the programme on"), null=True, blank=True)

    objects: ClassVar[PatientQuerySet] = PatientQuerySet.as_manager()  # type: ignore[assignment]

    USUAL: ClassVar = ("systolic", "diastolic", "pulse", "spo2", "temperature", "weight")

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "record_number"],
                condition=~models.Q(record_number=""),
                name="patient_record_number_once_a_team",
                violation_error_message=_("Another patient of the team has this hospital number."),
            ),
            models.CheckConstraint(
                condition=models.Q(contact_phone="") | ~models.Q(contact_name=""),
                name="patient_contact_has_a_name",
                violation_error_message=_("Whose number is this? Give the emergency contact a name."),
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("enrolled_on")),
                name="patient_leaves_after_enrolling",
                violation_error_message=_("Nobody leaves before they came."),
            ),
            models.CheckConstraint(
                condition=models.Q(usual_systolic=None)
                | models.Q(usual_diastolic=None)
                | models.Q(usual_systolic__gt=models.F("usual_diastolic")),
                name="patient_usual_pressure_upper_above_lower",
                violation_error_message=_("The upper blood pressure has to be above the lower one."),
            ),
            models.CheckConstraint(
                condition=models.Q(remind_by__in=ReminderWay.values), name="patient_remind_by_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(paused_from=None) | models.Q(paused_until__gte=models.F("paused_from")),
                name="patient_pause_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """For messages, which carry no names."""
        return "".join(part[0] for part in self.name.split()[:3]).upper()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else self.team.zone

    def today(self, now: dt.datetime) -> dt.date:
        """The patient's own date at `now`."""
        return now.astimezone(self.zone).date()

    def is_expected(self, day: dt.date) -> bool:
        """Whether a report of this day is waited for."""
        return self.enrolled_on <= day and not self.has_left(day) and not self.is_paused(day)

    def has_left(self, day: dt.date) -> bool:
        """From then on nobody watches what they send; their diary stays theirs to read."""
        return self.left_on is not None and self.left_on <= day

    def is_paused(self, day: dt.date) -> bool:
        return self.paused_until is not None and day <= self.paused_until

    def last_day_away(self, day: dt.date) -> dt.date | None:
        """Up to `day`, the last day on which nothing was expected because of a pause that is known."""
        if self.paused_until is None or (self.paused_from is not None and self.paused_from > day):
            return None
        if self.paused_from is None and self.paused_until > day:
            return None
        return min(self.paused_until, day)

    @property
    def usual(self) -> dict[str, float]:
        """The person's usual readings that are known, by kind, in the units that triage keeps."""
        values = {kind: getattr(self, f"usual_{kind}") for kind in self.USUAL}
        return {kind: float(value) for kind, value in values.items() if value is not None}

    def choose_reminders(self, *, remind_at: dt.time | None, remind_by: str, now: dt.datetime) -> None:
        """The patient's own choice, by their own clock."""
        if remind_at != self.remind_at:
            self.remind_from = now
        self.remind_at, self.remind_by = remind_at, remind_by
        self.save(update_fields=["remind_at", "remind_by", "remind_from"])

    def move_to(self, time_zone: str, now: dt.datetime) -> None:
        """To the clock of another place; "" is the team's. A reminder of today that it jumps over is lost."""
        if time_zone != self.time_zone:
            self.remind_from = now
        self.time_zone = time_zone
        self.save(update_fields=["time_zone", "remind_from"])

    def pause(self, until: dt.date, today: dt.date) -> None:
        """Nothing is expected from today to `until`. Of a pause that runs, only the end moves."""
        before, self.paused_until = self.paused_until, until
        self.begin_pause(today, before)
        self.save(update_fields=["paused_from", "paused_until"])

    def begin_pause(self, today: dt.date, before: dt.date | None) -> None:
        """Set since when `paused_until` holds, not saved yet; `before` is what it was until now."""
        if self.paused_until is None:
            self.paused_from = None
            return
        runs_on = before is not None and before >= today and self.paused_from is not None
        self.paused_from = min(self.paused_from if runs_on and self.paused_from else today, self.paused_until)

    def end_pause(self, today: dt.date) -> None:
        """With the end of today: whoever comes home tonight is not missed tonight."""
        if self.is_paused(today):
            self.paused_until = today
            self.save(update_fields=["paused_until"])


class CourseQuerySet(PatientDataQuerySet["Course"]):
    def running(self, today: dt.date) -> Self:
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gte=today), started_on__lte=today)

    def asked_about(
        self, today: dt.date | models.Expression, *, until: models.Expression | None = None
    ) -> Self:
        """Running, or ended so lately that late effects are still asked about; on some day up to `until`."""
        return self.filter(
            models.Q(ended_on=None) | models.Q(ended_on__gte=today - ASKED_AFTER_THE_END),
            started_on__lte=until or today,
        )


@pghistory.track()
class Course(models.Model):
    """One drug over one stretch of time. Day 1 is the day it started."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="courses", verbose_name=_("patient"))
    drug = models.ForeignKey(Drug, models.PROTECT, related_name="+", verbose_name=_("drug"))
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1, validators=[MinValueValidator(1)])
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    regimen = models.CharField(
        _("how it is given"),
        max_length=200,
        blank=True,
        help_text=_("In words: 5 days a week for 4 weeks, then 2 weeks of rest."),
    )
    taken_at_home = models.BooleanField(
        _("taken at home"),
        null=True,
        blank=True,
        help_text=_("Whether the check-in asks about doses. Unknown: as the drug has it."),
    )

    objects: ClassVar[CourseQuerySet] = CourseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("course of treatment")
        verbose_name_plural = _("courses of treatment")
        ordering = ["-started_on"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "drug", "started_on"], name="course_starts_once"),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="course_ends_after_it_starts",
                violation_error_message=_("A course cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drug}, {self.patient}"

    def is_running(self, today: dt.date) -> bool:
        return self.started_on <= today and (self.ended_on is None or self.ended_on >= today)

    def treatment_day(self, today: dt.date) -> int:
        return (today - self.started_on).days + 1

    @property
    def is_taken_at_home(self) -> bool:
        """Whether the person takes it alone, and can tell us of it."""
        return self.drug.taken_at_home if self.taken_at_home is None else self.taken_at_home


@pghistory.track()
class Dose(models.Model):
    """One dose that was given or taken.

    One that a patient told of has the day that their report is about, and goes or changes with a correction;
    the team's own have none. Where it is not timed nobody said when that day it was: `given_at` has a guess.
    """

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="doses", verbose_name=_("patient"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="doses", verbose_name=_("course"))
    given_at = models.DateTimeField(_("given at"))
    is_timed = models.BooleanField(_("its time is known"), default=True)
    told_on = models.DateField(_("told by the patient for"), null=True, editable=False)

    objects: ClassVar[PatientDataQuerySet["Dose"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("dose")
        verbose_name_plural = _("doses")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(fields=["course", "given_at"], name="dose_once_a_moment"),
            models.UniqueConstraint(fields=["course", "told_on"], name="dose_told_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.course}, {self.given_at:%Y-%m-%d}"
