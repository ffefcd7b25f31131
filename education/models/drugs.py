"""Treatments: how they are given, what they do, and what people on them are asked each day."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.models.cytokines import Cytokine
from education.models.published import SLUG, Published, PublishedQuerySet
from education.models.symptoms import Symptom
from education.models.translations import Translation


class Reading(models.TextChoices):
    """What somebody can measure at home."""

    TEMPERATURE = "temperature", _("Temperature")
    BLOOD_PRESSURE = "blood_pressure", _("Blood pressure")
    PULSE = "pulse", _("Pulse")
    WEIGHT = "weight", _("Weight")
    SPO2 = "spo2", _("Oxygen level")


class DrugWords(models.Model):
    """The texts about a drug, in one language. The names that it is sold by are the same everywhere."""

    name = models.CharField(_("name"), max_length=120)
    plain_name = models.CharField(
        _("plain name"), max_length=120, help_text=_("What a patient says aloud on the phone: interleukin-2.")
    )
    how_given = models.TextField(_("how it is given"), help_text=_("Markdown."))
    what_for = models.TextField(_("what it is for"), help_text=_("Markdown."))
    common_effects = models.TextField(_("common side effects"), help_text=_("Markdown. A list."))
    serious_effects = models.TextField(_("serious side effects"), help_text=_("Markdown. A list."))
    when_to_call = models.TextField(
        _("when to call the team"),
        help_text=_("Markdown. A list: what the reader sees or measures, one a line."),
    )
    call_emergency_when = models.TextField(
        _("when to call the emergency number"), blank=True, help_text=_("Markdown. A list, one a line.")
    )
    tell_emergency_room = models.TextField(
        _("what to tell an emergency room"),
        blank=True,
        help_text=_(
            "Markdown. A list for the card to print: what staff who do not know the drug must know. "
            "Short enough for a card: five or six lines."
        ),
    )
    availability = models.CharField(
        _("where it can be had"),
        max_length=300,
        blank=True,
        help_text=_("Only if it is not sold everywhere."),
    )

    words: ClassVar[tuple[str, ...]] = (
        *("name", "plain_name", "how_given", "what_for", "common_effects", "serious_effects"),
        *("when_to_call", "call_emergency_when", "tell_emergency_room", "availability"),
    )

    class Meta:
        abstract = True


@pghistory.track()
class Drug(DrugWords, Published):
    """One treatment, and the plan that comes with it unless a care team makes another for a person."""

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        help_text=_("Treatments and rules know the drug by this. It can never be changed or used again."),
    )
    brand_names = models.CharField(
        _("brand names"),
        max_length=200,
        blank=True,
        help_text=_("With commas between: Neupogen, Nivestym, Zarzio."),
    )
    cytokine = models.ForeignKey(
        Cytokine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drugs",
        verbose_name=_("cytokine"),
        help_text=_("Leave empty if the treatment is not a cytokine itself."),
    )
    symptoms = models.ManyToManyField(
        Symptom, through="DrugSymptom", related_name="drugs", verbose_name=_("symptoms to ask about")
    )
    readings = ArrayField(
        models.CharField(max_length=20, choices=Reading),
        verbose_name=_("readings to ask for"),
        default=list,
        blank=True,
    )
    asks_urine = models.BooleanField(
        _("asks about urine"),
        default=False,
        help_text=_("Ask how many hours ago the person last passed urine."),
    )

    taken_at_home = models.BooleanField(
        _("taken at home"),
        default=False,
        help_text=_("Ask each day whether the person took or injected it. A course may say otherwise."),
    )

    objects = models.Manager.from_queryset(PublishedQuerySet["Drug"])()

    class Meta(Published.Meta):
        verbose_name = _("drug")
        verbose_name_plural = _("drugs")
        ordering = ["order", "name"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(
                condition=Q(code__regex=SLUG),
                name="drug_code_is_well_formed",
                violation_error_message=_("Write the code in small letters, digits and single hyphens."),
            ),
            models.CheckConstraint(
                condition=Q(readings__contained_by=Reading.values),
                name="drug_readings_are_known",
                violation_error_message=_("There is a reading that no check-in can ask for."),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="drug_code_never_changes", fields=["code"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("education:drug", args=[self.slug])


@pghistory.track()
class DrugTranslation(DrugWords, Translation):  # noqa: DJ008 -- Translation has one
    """A drug in another language."""

    page = models.ForeignKey(Drug, models.CASCADE, related_name="translations", verbose_name=_("drug"))

    class Meta(Translation.Meta):
        pass


@pghistory.track()
class DrugSymptom(models.Model):
    """A symptom's place in the tick list of people on a drug."""

    drug = models.ForeignKey(Drug, models.CASCADE, related_name="drug_symptoms", verbose_name=_("drug"))
    symptom = models.ForeignKey(
        Symptom, models.PROTECT, related_name="drug_symptoms", verbose_name=_("symptom")
    )
    order = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("Lower is asked first. What is serious or very common goes on top."),
    )

    class Meta:
        verbose_name = _("symptom to ask about")
        verbose_name_plural = _("symptoms to ask about")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["drug", "symptom"],
                name="drugsymptom_once_a_drug",
                violation_error_message=_("This drug asks about that symptom already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drug}: {self.symptom}"
