"""What became of a message is written down; an address that is no more leads to the next person at once."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from model_bakery import baker

from accounts.models import CareTeam, PushDevice, User
from tests.alerts.conftest import BAD_NAUSEA, CHEST_PAIN
from tests.alerts.test_channels import FakeProvider, a_browsers_key, fake
from tests.conftest import Mailbox
from tracker.alerts import escalate, outcome
from tracker.alerts.channels import Receipt
from tracker.alerts.channels.twilio import Twilio
from tracker.alerts.deliver import lease_alerts
from tracker.models import Alert, AlertEvent, Channel, EscalationStep, Flag, Notice, Patient
from tracker.triage.report import Level

__all__ = ["fake"]

State, Kind = Alert.State, AlertEvent.Kind
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
Deliver = Callable[[dt.datetime], None]
pytestmark = pytest.mark.django_db


def tell_by(team: CareTeam, *channels: str) -> None:
    """The first step of urgent flags goes by these."""
    EscalationStep.objects.filter(policy__team=team, policy__level=Level.URGENT, position=0).update(
        channels=list(channels)
    )


def kinds(alert: Alert) -> list[str]:
    return list(alert.events.values_list("kind", flat=True))


@pytest.fixture
def twilio(fake: FakeProvider, settings: Any, amira: User) -> FakeProvider:
    """A provider of text messages, and Amira with a number."""
    settings.PHONE_PROVIDER = Twilio("AC1", "secret", "+15005550006", fake.address)
    amira.phone = "+34600123456"
    amira.save()
    return fake


@pytest.fixture
def phone(fake: FakeProvider, amira: User) -> PushDevice:
    """Amira's phone, which takes push messages."""
    return baker.make(
        PushDevice,
        user=amira,
        endpoint=fake.address + "/push/1",
        p256dh=a_browsers_key(),
        auth="MDEyMzQ1Njc4OWFiY2RlZg",
    )


class TestTheRecord:
    def test_a_message_that_arrives_has_each_step_with_the_answer(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        alert = Alert.objects.get()
        assert list(alert.events.values_list("kind", "answer")) == [
            ("leased", ""),
            ("accepted", "taken by the mail server"),
        ]

    def test_failures_are_kept_with_their_reason_and_repeat_nothing_of_the_message(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        smtp_server.refuse_with = "451 Not now: Urgent: R.M. is waiting for you"
        deliver(now)
        alert = Alert.objects.get()
        assert alert.events.get(kind=Kind.FAILED_FOR_NOW).answer == "SMTPDataError 451"
        assert alert.state == State.QUEUED

    def test_opening_the_flag_says_that_the_message_was_read(
        self, flag: Flag, amira: User, ben: User, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        for who in (ben, amira):
            browser = Client()
            browser.force_login(who)
            assert browser.get(reverse("team:flag", args=[flag.pk])).status_code == 200
        alert = Alert.objects.get()
        assert alert.state == State.OPENED
        assert kinds(alert) == ["leased", "accepted", "opened"]

    def test_the_flags_page_shows_it(
        self, flag: Flag, amira: User, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        browser = Client()
        browser.force_login(amira)
        page = browser.get(reverse("team:flag", args=[flag.pk])).text
        assert "taken by the mail server" in page


class TestForGood:
    def test_a_number_that_does_not_exist_is_given_up_and_the_next_step_told_at_once(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        ben: User,
        now: dt.datetime,
        deliver: Deliver,
    ) -> None:
        tell_by(team, Channel.SMS)
        twilio.status, twilio.body = 400, b'{"code": 21211}'
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        flag.refresh_from_db()
        assert flag.next_due_at == now
        escalate.due(now)
        assert flag.alerts.get(round=2).recipient == ben

    def test_as_long_as_another_message_may_arrive_nobody_else_is_told(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        tell_by(team, Channel.SMS, Channel.EMAIL)
        twilio.status, twilio.body = 400, b'{"code": 21211}'
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        flag.refresh_from_db()
        assert flag.next_due_at == now + 15 * MINUTE
        assert len(smtp_server.messages) == 1

    def test_a_phone_that_its_service_forgot_is_retired_and_its_owner_told(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        fake: FakeProvider,
        phone: PushDevice,
        amira: User,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        tell_by(team, Channel.PUSH)
        fake.status = 410
        raise_flag(BAD_NAUSEA)
        deliver(now)
        phone.refresh_from_db()
        assert phone.retired_at == now
        notice = Notice.objects.get()
        assert (notice.recipient, notice.kind) == (amira, Notice.Kind.DEVICE_RETIRED)
        deliver(now + SECOND)
        [mail] = smtp_server.to(amira.email)
        assert "gets no more messages" in mail["Subject"]


class TestTheLastStepRepeats:
    """A step that comes again goes to the same people: what failed there needs no hurry."""

    @pytest.fixture
    def unreachable(self, twilio: FakeProvider, team: CareTeam, ben: User, sara: User) -> FakeProvider:
        """Urgent flags are told by text message, to numbers that do not exist."""
        ben.phone, sara.phone = "+34600123457", "+34600123458"
        ben.save()
        sara.save()
        EscalationStep.objects.filter(policy__team=team).update(channels=[Channel.SMS])
        twilio.status, twilio.body = 400, b'{"code": 21211}'
        return twilio

    def test_numbers_that_do_not_exist_are_tried_as_often_as_the_policy_says(
        self,
        raise_flag: Callable[..., Flag],
        unreachable: FakeProvider,
        sara: User,
        now: dt.datetime,
        deliver: Deliver,
    ) -> None:
        flag = raise_flag(BAD_NAUSEA)
        for second in (*range(20), *range(20, 3600, 20)):
            escalate.due(now + second * SECOND)
            deliver(now + second * SECOND)
        rounds = list(flag.alerts.order_by("round").values_list("recipient__name", "created_at"))
        first, second, *last = [(at - now) // MINUTE for _name, at in rounds]
        assert (first, second, last) == (0, 0, [0, 10, 20, 30, 40, 50])
        assert {name for name, _at in rounds[2:]} == {sara.name}
        assert len(unreachable.requests) == 8

    def test_a_call_that_nobody_picks_up_does_not_ring_again_at_once(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        sara: User,
        now: dt.datetime,
        deliver: Deliver,
    ) -> None:
        sara.phone = "+34600123458"
        sara.save()
        steps = EscalationStep.objects.filter(policy__team=team, policy__level=Level.URGENT)
        steps.exclude(roles=["lead"]).delete()
        steps.update(channels=[Channel.VOICE])
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        alert = flag.alerts.get()
        outcome.undelivered(alert.pk, 1, "no-answer", now + 30 * SECOND)
        flag.refresh_from_db()
        assert flag.next_due_at == now + 10 * MINUTE

    def test_who_lost_their_phone_is_told_in_another_way_within_a_minute(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        fake: FakeProvider,
        phone: PushDevice,
        amira: User,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        tell_by(team, Channel.PUSH)
        EscalationStep.objects.filter(policy__team=team, policy__level=Level.URGENT, position__gt=0).delete()
        fake.status = 410
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        assert escalate.due(now + MINUTE - SECOND) == 0
        assert escalate.due(now + MINUTE) == 1
        assert flag.alerts.get(round=2).address == amira.email
        assert escalate.due(now + 2 * MINUTE) == 0


class TestOneDownTheOthersGo:
    @pytest.mark.parametrize("trouble", [429, 500])
    def test_a_provider_in_trouble_holds_up_no_other_channel(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        phone: PushDevice,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
        trouble: int,
    ) -> None:
        tell_by(team, Channel.SMS, Channel.VOICE, Channel.PUSH, Channel.EMAIL)
        twilio.status, twilio.body = trouble, b"oops"
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        states = dict(flag.alerts.values_list("channel", "state"))
        assert states == {"sms": "queued", "voice": "queued", "push": "queued", "email": "accepted"}
        twilio.status, twilio.body = 201, b'{"sid": "SM1", "status": "queued"}'
        deliver(now + 5 * SECOND)
        assert set(flag.alerts.values_list("state", flat=True)) == {"accepted"}

    def test_who_has_none_of_a_steps_channels_is_told_by_mail(
        self, raise_flag: Callable[..., Flag], team: CareTeam, amira: User
    ) -> None:
        tell_by(team, Channel.SMS, Channel.PUSH)
        [alert] = raise_flag(BAD_NAUSEA).alerts.all()
        assert (alert.channel, alert.address) == (Channel.EMAIL, amira.email)

    def test_no_message_tells_anything_of_the_patients_health(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        now: dt.datetime,
        deliver: Deliver,
    ) -> None:
        team.webhook_url, team.webhook_secret = twilio.address + "/hook", "whsec_c2VjcmV0"
        team.save()
        EscalationStep.objects.filter(policy__team=team).update(channels=["sms", "voice", "webhook"])
        raise_flag(CHEST_PAIN)
        deliver(now)
        assert len(twilio.requests) == 3
        for request in twilio.requests:
            said = request.body.decode().lower()
            for secret in ("chest", "pain", "rosa", "mart", "interleukin", "aldesleukin"):
                assert secret not in said, (request.path, secret)
            assert "r.m." in said


class TestBundles:
    def test_the_same_again_within_minutes_goes_out_once_those_are_over(
        self,
        raise_flag: Callable[..., Flag],
        flag: Flag,
        amira: User,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        deliver(now)
        flag.claim(by=amira, now=now)
        raise_flag(BAD_NAUSEA, at=now + MINUTE)
        deliver(now + MINUTE)
        assert len(smtp_server.messages) == 1
        deliver(now + 3 * MINUTE)
        assert len(smtp_server.messages) == 2

    def test_something_worse_goes_out_at_once(
        self,
        raise_flag: Callable[..., Flag],
        flag: Flag,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        deliver(now)
        raise_flag(CHEST_PAIN, at=now + MINUTE)
        deliver(now + MINUTE)
        assert [mail["Subject"].split(":")[0] for mail in smtp_server.messages] == ["Urgent", "Emergency"]

    def test_another_patients_flag_is_no_part_of_it(
        self,
        raise_flag: Callable[..., Flag],
        flag: Flag,
        dev: Patient,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        deliver(now)
        raise_flag(BAD_NAUSEA, at=now + MINUTE, patient=dev)
        deliver(now + MINUTE)
        assert len(smtp_server.messages) == 2


class TestWhatAProviderReports:
    def report(self, alert: Alert, status: str, signature: str | None = None, attempt: int = 1) -> int:
        url = reverse("alerts:phone_report", args=[alert.pk, attempt])
        signed = f"http://localhost:8000{url}MessageStatus{status}"
        good = base64.b64encode(hmac.new(b"secret", signed.encode(), hashlib.sha1).digest()).decode()
        headers = {"X-Twilio-Signature": good if signature is None else signature}
        return Client().post(url, {"MessageStatus": status}, headers=headers).status_code

    @pytest.fixture
    def sent(
        self,
        raise_flag: Callable[..., Flag],
        team: CareTeam,
        twilio: FakeProvider,
        now: dt.datetime,
        deliver: Deliver,
    ) -> Alert:
        tell_by(team, Channel.SMS)
        flag = raise_flag(BAD_NAUSEA)
        deliver(now)
        return flag.alerts.get()

    def test_delivered(self, sent: Alert) -> None:
        assert self.report(sent, "delivered") == 204
        sent.refresh_from_db()
        assert (sent.state, sent.provider_id) == (State.DELIVERED, "SM1")

    def test_undelivered_is_the_next_persons_turn(self, sent: Alert) -> None:
        assert self.report(sent, "undelivered") == 204
        sent.refresh_from_db()
        assert sent.state == State.FAILED
        due = Flag.objects.get().next_due_at
        assert due
        assert due < sent.created_at + 15 * MINUTE

    def test_the_message_says_where_to_report_of_this_try(self, sent: Alert, twilio: FakeProvider) -> None:
        [request] = twilio.requests
        assert request.form["StatusCallback"].endswith(f"/alerts/phone/{sent.pk}/1/")

    @pytest.fixture
    def leased(
        self, raise_flag: Callable[..., Flag], team: CareTeam, twilio: FakeProvider, now: dt.datetime
    ) -> Alert:
        """On its way: what Twilio answered is not written down yet."""
        tell_by(team, Channel.SMS)
        raise_flag(BAD_NAUSEA)
        [alert] = lease_alerts(now, lambda channel: 10)
        return alert

    @pytest.mark.parametrize("mark", [outcome.accepted, outcome.failed_for_now, outcome.failed_for_good])
    @pytest.mark.parametrize(
        ("status", "state"), [("undelivered", State.FAILED), ("delivered", State.DELIVERED)]
    )
    def test_one_that_is_quicker_than_our_own_mark_counts(
        self, leased: Alert, now: dt.datetime, mark: Callable[..., None], status: str, state: str
    ) -> None:
        assert self.report(leased, status) == 204
        mark(leased, Receipt("queued", "SM1") if mark == outcome.accepted else "ReadTimeout", now)
        leased.refresh_from_db()
        assert (leased.state, leased.lease) == (state, None)
        leased.flag.refresh_from_db()
        due = leased.flag.next_due_at
        assert due
        assert (due < now + 15 * MINUTE) == (state == State.FAILED)

    def test_one_of_an_earlier_try_fails_no_later_one(self, leased: Alert, now: dt.datetime) -> None:
        outcome.failed_for_now(leased, "ReadTimeout", now)
        [again] = lease_alerts(now + 5 * SECOND, lambda channel: 10)
        for status in ("undelivered", "delivered"):
            self.report(again, status, attempt=1)
            again.refresh_from_db()
            assert again.state == State.LEASED
        outcome.accepted(again, Receipt("queued", "SM2"), now + 6 * SECOND)
        self.report(again, "undelivered", attempt=1)
        again.refresh_from_db()
        assert again.state == State.ACCEPTED
        self.report(again, "undelivered", attempt=2)
        again.refresh_from_db()
        assert again.state == State.FAILED

    def test_without_the_right_signature_nothing_is_believed(self, sent: Alert) -> None:
        for bad in ("AAAA", "", "\xe9"):
            assert self.report(sent, "delivered", signature=bad) == 403
        sent.refresh_from_db()
        assert sent.state == State.ACCEPTED

    def test_a_late_report_of_a_message_that_was_opened_changes_nothing(
        self, sent: Alert, amira: User, now: dt.datetime
    ) -> None:
        outcome.opened(sent.flag, amira, now)
        assert self.report(sent, "undelivered") == 204
        sent.refresh_from_db()
        assert sent.state == State.OPENED
