"""The person who signs in. An e-mail address is the name."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.database.asking import asking_about


class Language(models.TextChoices):
    """What the pages can be read in."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
    ARABIC = "ar", "العربية"


class TemperatureUnit(models.TextChoices):
    CELSIUS = "C", _("Celsius (°C)")
    FAHRENHEIT = "F", _("Fahrenheit (°F)")


class WeightUnit(models.TextChoices):
    KILOGRAM = "kg", _("Kilograms (kg)")
    POUND = "lb", _("Pounds (lb)")


class TextSize(models.TextChoices):
    NORMAL = "normal", _("Normal")
    LARGE = "large", _("Large")
    LARGER = "larger", _("Very large")


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case, so that nobody exists twice."""

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """A person who signs in with a code by e-mail; `password` is for staff who want one.

        A patient without an address comes in with a printed code, each time anew.
        """
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A patient, a member of a care team, an editor or an admin; one person may be several of these."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Only a patient can do without one: they come in with a code on paper."),
        error_messages={"unique": _("Somebody with this e-mail address is here already.")},
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As the person wants to be called: Amira Nasser.")
    )
    phone = models.CharField(
        _("mobile phone"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(
                r"^\+[1-9][0-9]{6,14}$",
                _("Write the number with + and the country code, digits only: +34600123456."),
            )
        ],
        help_text=_("For text messages and calls about flags."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=Language,
        help_text=_("Of the pages and e-mails. Empty: as the browser asks."),
    )
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize, default=TextSize.NORMAL)
    temperature_unit = models.CharField(
        _("temperatures in"), max_length=1, choices=TemperatureUnit, default=TemperatureUnit.CELSIUS
    )
    weight_unit = models.CharField(
        _("weights in"), max_length=2, choices=WeightUnit, default=WeightUnit.KILOGRAM
    )
    is_active = models.BooleanField(
        _("may sign in"), default=True, help_text=_("Untick this instead of deleting the person.")
    )
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_is_in_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["", *Language.values]), name="user_language_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(text_size__in=TextSize.values), name="user_text_size_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(temperature_unit__in=TemperatureUnit.values),
                name="user_temperature_unit_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(weight_unit__in=WeightUnit.values), name="user_weight_unit_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or gettext("Somebody without a name")

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The first name, for greetings."""
        return self.name.split()[0] if self.name else str(self)

    def clean(self) -> None:
        self.email = self.email.strip().lower() if self.email else None

    @property
    def mail_language(self) -> str:
        """What we write to them in: as they read pages, or a patient's advice, or as the site is set."""
        if self.language:
            return self.language
        with asking_about(self.pk):
            advice: str = self.patient.language if hasattr(self, "patient") else ""
        return advice or settings.LANGUAGE_CODE

    @cached_property
    def is_care_team(self) -> bool:
        """Works in at least one care team."""
        return self.memberships.exists()

    @property
    def is_only_a_patient(self) -> bool:
        """Neither works here nor helps anybody: whoever comes in as them opens no more than one diary."""
        works = self.is_staff or self.is_superuser or self.memberships.exists() or self.groups.exists()
        with asking_about(self.pk):
            return not works and hasattr(self, "patient") and not self.cares_for.exists()

    @property
    def is_patient(self) -> bool:
        """Has a diary here."""
        with asking_about(self.pk):
            return hasattr(self, "patient")
