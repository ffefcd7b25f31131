"""What providers report of messages that they took, and a test that somebody sends themselves."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.database.asking import Opening, asking_for, opened
from tracker.alerts import canary, outcome, trial
from tracker.alerts.channels import twilio, webhook
from tracker.team.access import CareTeamRequest, care_team_required

NO_CONTENT = 204
FORBIDDEN = 403


@login_not_required
@csrf_exempt  # signed by the provider instead
@require_POST
@opened(Opening.PROVIDER)
def phone_report(request: HttpRequest, pk: UUID, attempt: int) -> HttpResponse:
    """What became of a text message or call that was our `attempt` to send it."""
    provider = settings.PHONE_PROVIDER
    fields = {name: request.POST[name] for name in request.POST}
    signature = request.headers.get("X-Twilio-Signature", "")
    if not isinstance(provider, twilio.Twilio) or not provider.is_from_twilio(
        settings.SITE_URL + request.path, fields, signature
    ):
        return HttpResponse(status=FORBIDDEN)
    status = fields.get("MessageStatus") or fields.get("CallStatus") or ""
    if status in twilio.DELIVERED:
        outcome.delivered(pk, attempt, status, timezone.now())
    elif status in twilio.UNDELIVERED:
        outcome.undelivered(pk, attempt, status, timezone.now())
    return HttpResponse(status=NO_CONTENT)


@login_not_required
@csrf_exempt  # signed by ourselves instead
@require_POST
def canary_returns(request: HttpRequest) -> HttpResponse:
    """Our own webhook: the message about the invented patient's flag has arrived."""
    with asking_for(canary.bird()):
        return _canary_returns(request)


def _canary_returns(request: HttpRequest) -> HttpResponse:
    secret = canary.secret()
    key, sent_at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    signature = request.headers.get("webhook-signature", "")
    if not secret or not webhook.is_signed(secret, key, sent_at, request.body, signature):
        return HttpResponse(status=FORBIDDEN)
    canary.came_back(timezone.now())
    return HttpResponse(status=NO_CONTENT)


@require_POST
@care_team_required
def send_test(request: CareTeamRequest) -> HttpResponse:
    """Back to the page of one's own ways to be reached."""
    if many := trial.send_to(request.user, timezone.now()):
        words = ngettext(
            "A test message is on its way to %(many)d place.",
            "Test messages are on their way to %(many)d places.",
            many,
        )
        messages.success(request, words % {"many": many} + " " + _("It takes a minute at most."))
    else:
        messages.warning(request, _("You sent one a moment ago. Wait a minute before the next."))
    return redirect("reach:index")
