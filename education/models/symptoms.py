"""Words about a symptom. What it is asked, and what is serious, is decided in triage."""

from collections.abc import Iterable
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.models.published import Published, PublishedQuerySet
from education.models.translations import Translation

SELF_HARM = "self_harm_thoughts"
URGENT = frozenset(
    {
        *("bleeding", "chest_pain", "confusion", "face_arm_speech", "faint", "shortness_of_breath"),
        *("throat_or_lip_swelling", "vision_loss", SELF_HARM),
    }
)
"""Who looks for these is told at once whom to call: what triage takes for a red flag is among them."""


class SymptomQuerySet(PublishedQuerySet["Symptom"]):
    def urgent(self) -> Self:
        return self.filter(code__in=URGENT)

    def for_drugs(self, codes: Iterable[str]) -> Self:
        """What people on these drugs are asked about, each symptom once, in the order of the tick list.

        Unpublished symptoms are in: hiding a page must not silence a question.
        """
        return (
            self.filter(drug_symptoms__drug__code__in=[*codes])
            .annotate(place=Min("drug_symptoms__order"))
            .order_by("place", "order", "plain_name")
        )


class SymptomWords(models.Model):
    """The texts about a symptom, in one language."""

    plain_name = models.CharField(
        _("plain name"), max_length=120, help_text=_("As a patient would say it: Tiredness, not asthenia.")
    )
    synonyms = models.TextField(
        _("other words for it"),
        blank=True,
        help_text=_("One a line: what people type when they look for it. The medical word belongs here too."),
    )
    question = models.CharField(
        _("question"),
        max_length=200,
        blank=True,
        help_text=_("Only if “How bad was it?” would read oddly for this symptom."),
    )
    what_it_is = models.TextField(_("what it is"), help_text=_("Markdown. Two or three short sentences."))
    why_it_happens = models.TextField(_("why it happens"), blank=True, help_text=_("Markdown."))
    what_helps = models.TextField(
        _("what helps"), blank=True, help_text=_("Markdown. A list of things to do, one a line. No doses.")
    )
    when_to_call = models.TextField(
        _("when to call the team"),
        help_text=_("Markdown. A list: what the reader sees or measures, one a line."),
    )
    call_emergency_when = models.TextField(
        _("when to call the emergency number"),
        blank=True,
        help_text=_("Markdown. A list. Leave empty only if nothing about this symptom is an emergency."),
    )

    words: ClassVar[tuple[str, ...]] = (
        *("plain_name", "synonyms", "question", "what_it_is", "why_it_happens"),
        *("what_helps", "when_to_call", "call_emergency_when"),
    )
    named_by: ClassVar[str] = "plain_name"

    class Meta:
        abstract = True


@pghistory.track()
class Symptom(SymptomWords, Published):
    """One side effect, in the words of the person who has it."""

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        help_text=_(
            "Every report and rule knows the symptom by this. It can never be changed or used again."
        ),
    )
    objects = models.Manager.from_queryset(SymptomQuerySet)()

    class Meta(Published.Meta):
        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")
        ordering = ["order", "plain_name"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z]+(_[a-z]+)*$"),
                name="symptom_code_is_well_formed",
                violation_error_message=_("Write the code in small letters and single underscores."),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="symptom_code_never_changes", fields=["code"]),
            pgtrigger.Protect(name="symptom_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.plain_name

    def get_absolute_url(self) -> str:
        return reverse("education:symptom", args=[self.slug])


@pghistory.track()
class SymptomTranslation(SymptomWords, Translation):  # noqa: DJ008 -- Translation has one
    """A symptom in another language."""

    page = models.ForeignKey(Symptom, models.CASCADE, related_name="translations", verbose_name=_("symptom"))

    class Meta(Translation.Meta):
        pass
