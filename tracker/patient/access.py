"""The one door to a diary: whose it is, who has it open, and what that person may see of it."""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import AccessEvent, User
from tracker.models import CheckIn, Flag, Message, OfflineDevice, Patient
from tracker.models.carers import Scope
from tracker.models.checkins import CheckInQuerySet
from tracker.models.flags import FlagQuerySet
from tracker.models.inbox import OfflineDeviceQuerySet
from tracker.models.messages import MessageQuerySet

CHOSEN = "diary"
"""Where the session keeps the chosen diary, and the field in which a form says whose it was made for."""
WHOLE_DIARY = (Scope.DIARY,)
ANY_CARER = (Scope.REPORT, Scope.DIARY)


@dataclass(frozen=True, slots=True)
class Diary:
    """One patient's diary as `user` has it open; `scope` is "" for the patient's own account.

    `has_others`: this person has other diaries to open beside it.
    """

    patient: Patient
    user: User
    scope: str
    has_others: bool
    now: dt.datetime

    @property
    def is_own(self) -> bool:
        return self.patient.user_id == self.user.pk

    @property
    def sees_all(self) -> bool:
        return self.is_own or self.scope == Scope.DIARY

    @property
    def draft(self) -> str:
        """Under which a browser keeps what is not sent yet: what one has begun is not another's to read."""
        return str(self.patient.pk) if self.is_own else f"{self.patient.pk}-{self.user.pk}"

    @property
    def check_ins(self) -> CheckInQuerySet:
        """What may be seen of it: all, or what this person sent themselves."""
        own = CheckIn.objects.filter(patient=self.patient).select_related("reported_by")
        return own.visible_to(self.user, self.now) if self.sees_all else own.filter(reported_by=self.user)

    @property
    def flags(self) -> FlagQuerySet:
        """Those that may be seen: all, or those whose level is that of a report which this person sent."""
        flags = Flag.objects.filter(patient=self.patient)
        return flags if self.sees_all else flags.filter(check_in__reported_by=self.user)

    @property
    def messages(self) -> MessageQuerySet:
        """Those that may be seen: all, or what this person wrote themselves."""
        messages = Message.objects.filter(patient=self.patient)
        return messages if self.sees_all else messages.filter(author=self.user)

    @property
    def devices(self) -> OfflineDeviceQuerySet:
        """The phones that may send for it: all for the patient, a carer's own for a carer."""
        trusted = OfflineDevice.objects.filter(patient=self.patient).trusted(self.now)
        return trusted if self.is_own else trusted.filter(user=self.user)

    def may_correct(self, report: CheckIn) -> bool:
        """The patient all; anybody else what they said themselves. `checkins.submit` holds to it too.

        A message stays as it was written: there is no form to correct it in.
        """
        return not report.is_message and (self.is_own or report.reported_by_id == self.user.pk)

    def keep_look(self) -> None:
        """Without the note there is no look; the patient can read who looked."""
        if not self.is_own:
            self._keep(AccessEvent.What.DIARY, AccessEvent.Purpose.CARER)

    def keep_own(self, what: AccessEvent.What) -> None:
        """What the patient takes along, or prints. Their own pages are not written down."""
        self._keep(what, AccessEvent.Purpose.OWN)

    def _keep(self, what: AccessEvent.What, purpose: AccessEvent.Purpose) -> None:
        whose = (self.patient.team_id, self.patient.pk)
        AccessEvent.objects.keep([whose], by=self.user, what=what, purpose=purpose, now=self.now)


class DiaryRequest(HttpRequest):
    """A request that came through the door."""

    diary: Diary


def diaries(request: HttpRequest, now: dt.datetime) -> list[Diary]:
    """Every diary that this person may open, their own first; asked once a request."""
    if not hasattr(request, "_diaries"):
        user = cast(User, request.user)
        found: list[Any] = list(Patient.objects.diaries_of(user, now))
        several = len(found) > 1
        request._diaries = [  # type: ignore[attr-defined]
            Diary(each, user, "" if each.user_id == user.pk else each.scope, several, now) for each in found
        ]
    return cast("list[Diary]", request._diaries)  # type: ignore[attr-defined]


def chosen(request: HttpRequest, now: dt.datetime) -> Diary | None:
    """The diary that was chosen, one's own, or the only one. None: none, or nobody has said which."""
    known = diaries(request, now)
    wanted = request.session.get(CHOSEN)
    picked = next((each for each in known if str(each.patient.pk) == wanted), None)
    if picked or not known:
        return picked
    return known[0] if known[0].is_own or len(known) == 1 else None


def choose(request: HttpRequest, wanted: str, now: dt.datetime) -> Diary:
    """From now on this session has that diary open. Raises Http404 for one that is not theirs to open."""
    picked = next((each for each in diaries(request, now) if str(each.patient.pk) == wanted), None)
    if picked is None:
        raise Http404
    request.session[CHOSEN] = wanted
    return picked


type View[**P] = Callable[Concatenate[DiaryRequest, Patient, P], HttpResponseBase]
type Guarded[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def patient_required[**P](view: View[P]) -> Guarded[P]:
    """For the person whose diary it is: 404 for everybody else, carers too."""
    return _behind_the_door(view, ())


def patient_or_carer_required[**P](scopes: tuple[Scope, ...]) -> Callable[[View[P]], Guarded[P]]:
    """For the person whose diary it is, and for carers with one of these scopes, whose look is kept."""
    return lambda view: _behind_the_door(view, scopes)


def _behind_the_door[**P](view: View[P], scopes: tuple[Scope, ...]) -> Guarded[P]:
    """Hands the view the Patient, by whose clock the page is made; `request.diary` says who has it open."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        diary = _asked_for(request, now)
        if diary is None and diaries(request, now):
            return redirect("carers:whose")
        if diary is None or not (diary.is_own or diary.scope in scopes):
            raise Http404
        request.diary = diary  # type: ignore[attr-defined]
        # A page is made in the transaction of its note; what is sent has transactions of its own.
        reads_anothers = not diary.is_own and request.method in ("GET", "HEAD")
        with timezone.override(diary.patient.zone), transaction.atomic() if reads_anothers else nullcontext():
            diary.keep_look()
            return view(cast(DiaryRequest, request), diary.patient, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # mypy wants the request to be positional only


def _asked_for(request: HttpRequest, now: dt.datetime) -> Diary | None:
    """What a form was made for counts: another tab may have opened another diary since."""
    named = request.POST.get(CHOSEN, "") if request.method == "POST" else ""
    return choose(request, named, now) if named else chosen(request, now)
