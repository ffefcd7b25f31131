"""Alerts reach a mailbox, once when all goes well and sooner or later when it does not."""

import datetime as dt
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connections
from django.utils import timezone

from accounts.models import CareTeam, User
from config.mail import mailers
from tests.alerts.conftest import BAD_NAUSEA, CHEST_PAIN
from tests.alerts.test_channels import FakeProvider, fake
from tests.conftest import Mailbox
from tests.people import member
from tracker.alerts import outcome
from tracker.alerts.channels import Receipt
from tracker.alerts.channels.twilio import Twilio
from tracker.alerts.deliver import LEASE, Delivery, lease_alerts
from tracker.alerts.outcome import pause_after
from tracker.models import Alert, Channel, Flag, Patient

__all__ = ["fake"]

State = Alert.State
SECOND = dt.timedelta(seconds=1)
Deliver = Callable[[dt.datetime], None]
pytestmark = pytest.mark.django_db


class TestMessage:
    def test_the_nurse_is_told_of_the_level_and_whose_it_is(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        [mail] = smtp_server.to("amira@example.org")
        assert mail["Subject"] == "Urgent: R.M. is waiting for you"
        assert f"http://localhost:8000/team/flags/{flag.pk}/" in mail.get_content()

    def test_it_says_nothing_of_the_patients_health_or_name(
        self,
        raise_flag: Callable[..., Flag],
        amira: User,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
    ) -> None:
        flag = raise_flag(CHEST_PAIN)
        deliver(now)
        [mail] = smtp_server.messages
        said = mail.as_string().lower()
        findings = " ".join(each.team_words for each in flag.findings).lower()
        assert "chest" in findings
        for secret in ("chest", "pain", "rosa", "martín", "mart=c3", "interleukin", "aldesleukin", "555"):
            assert secret not in said, secret

    def test_it_tells_times_by_the_teams_clock(
        self, flag: Flag, team: CareTeam, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        there = now.astimezone(team.zone)
        text = smtp_server.messages[0].get_content()
        assert f"since {there:%H:%M} on" in text
        assert "(Europe/Madrid)" in text
        assert f"claims it by {there + dt.timedelta(minutes=15):%H:%M}" in text

    def test_a_second_copy_can_be_told_by_its_message_id(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        alert = Alert.objects.get()
        assert smtp_server.messages[0]["Message-ID"] == f"<{alert.pk}@alerts.sidelight>"
        assert smtp_server.messages[0]["Auto-Submitted"] == "auto-generated"

    def test_what_a_name_holds_cannot_add_a_header(
        self, flag: Flag, rosa: Patient, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        Patient.objects.filter(pk=rosa.pk).update(name="Rosa\r\nBcc: all@example.org <b>")
        deliver(now)
        [mail] = smtp_server.messages
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Urgent: R.B.A. is waiting for you"


class TestSending:
    def test_what_was_handed_over_is_marked_and_not_sent_again(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        deliver(now)
        deliver(now + dt.timedelta(hours=2))
        alert = Alert.objects.get()
        assert (alert.state, alert.accepted_at, alert.attempts) == (State.ACCEPTED, now, 1)
        assert len(smtp_server.messages) == 1

    def test_refused_mail_is_tried_again_a_little_later_each_time(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        smtp_server.refuse_with = "451 Not now, R.M. is waiting for you"
        pauses = []
        for attempt in range(1, 7):
            deliver(now)
            alert = Alert.objects.get()
            assert (alert.state, alert.attempts) == (State.QUEUED, attempt)
            assert alert.last_error == "SMTPDataError 451"  # the server's words repeat ours
            pauses.append((alert.due_at - now).total_seconds())
            deliver(alert.due_at - SECOND)  # not yet
            now = alert.due_at
        assert pauses == [5, 10, 20, 40, 60, 60]
        smtp_server.refuse_with = None
        deliver(now)
        assert Alert.objects.get().state == State.ACCEPTED
        assert Alert.objects.get().last_error == ""
        assert len(smtp_server.messages) == 1

    def test_the_pause_stays_at_a_minute_however_often_it_failed(self) -> None:
        assert pause_after(100_000) == dt.timedelta(seconds=60)

    def test_no_mail_server_is_a_failure_like_any_other(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, settings: Any, tmp_path: Any
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        settings.MAILERS = mailers(f"smtp://127.0.0.1:{port}", tmp_path)
        deliver(now)
        alert = Alert.objects.get()
        assert (alert.state, alert.last_error) == (State.QUEUED, "ConnectionRefusedError")

    def test_a_silent_mail_server_is_given_up_after_the_time_out(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, settings: Any, tmp_path: Any
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.MAILERS = mailers(f"smtp://127.0.0.1:{silent.getsockname()[1]}", tmp_path)
            assert settings.MAILERS["default"]["OPTIONS"]["timeout"] < LEASE.total_seconds()
            settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.2
            deliver(now)
        alert = Alert.objects.get()
        assert (alert.state, alert.last_error) == (State.QUEUED, "SMTPServerDisconnected")

    @pytest.mark.parametrize(
        "address", ["", "nobody", "amira@", "a b@example.org", "x@example.org\nBcc: y@z"]
    )
    def test_one_bad_address_never_stops_the_others(
        self,
        raise_flag: Callable[..., Flag],
        amira: User,
        team: CareTeam,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
        address: str,
    ) -> None:
        raise_flag()
        good = Alert.objects.get()
        bad = Alert(
            team=good.team,
            patient=good.patient,
            flag=good.flag,
            recipient=member("ben", team),
            channel=Channel.EMAIL,
            address=address,
            level=good.level,
            round=good.round,
            created_at=now,
            wanted_at=now,
            due_at=now - SECOND,
        )
        bad.save()
        deliver(now)
        good.refresh_from_db()
        assert good.state == State.ACCEPTED
        if address != "nobody":  # a local mailbox: the server's business
            bad.refresh_from_db()
            assert bad.state == State.FAILED
            assert bad.last_error

    def test_one_alert_that_cannot_be_worded_never_stops_the_others(
        self,
        raise_flag: Callable[..., Flag],
        amira: User,
        team: CareTeam,
        dev: Patient,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        raise_flag(CHEST_PAIN)
        raise_flag(BAD_NAUSEA, patient=dev)
        CareTeam.objects.filter(pk=team.pk).update(time_zone="Atlantis/Capital")
        other = CareTeam.objects.create(
            name="Elsewhere", phone="1", line_24h="1", emergency_number="112", time_zone="UTC"
        )
        Flag.objects.filter(patient=dev).update(team=other)
        deliver(now)
        states = dict(Alert.objects.values_list("patient__name", "state"))
        assert states == {"Rosa Martín": State.QUEUED, "Dev Patel": State.ACCEPTED}
        assert "cannot be worded: ZoneInfoNotFoundError at" in caplog.text
        assert "Atlantis" not in caplog.text


class TestOddAnswers:
    """Whatever a provider answers, what can be kept of it is kept, and no other message waits for it."""

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (201, b'{"sid": "SM%s", "status": "queued"}' % (b"1" * 5000)),
            (201, b'{"sid": "SM\\u0000", "status": "queued"}'),
            (201, b'{"sid": "SM\\ud800", "status": "queued"}'),
            (201, b'{"sid": "SM1", "status": "%s"}' % (b"q" * 5000)),
            (201, b'{"sid": "SM1", "status": "\\u0000"}'),
            (201, b'{"sid": "SM1", "status": "\\ud800"}'),
            (201, b'{"sid": "SM1", "status": {"a": [1]}}'),
        ],
    )
    def test_what_was_taken_is_marked_whatever_it_is_called(
        self,
        flag: Flag,
        now: dt.datetime,
        deliver: Deliver,
        texts: FakeProvider,
        status: int,
        body: bytes,
    ) -> None:
        texts.status, texts.body = status, body
        deliver(now)
        alert = Alert.objects.get()
        assert alert.state == State.ACCEPTED
        assert alert.provider_id.startswith("SM")
        assert len(alert.provider_id) <= 200
        assert alert.provider_id.isprintable()

    @pytest.mark.parametrize("code", [b"9" * 4000, b"9" * 5000, b"[21211]", b'"\\u0000"', b'"\\ud800"'])
    def test_what_was_not_is_tried_again(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, texts: FakeProvider, code: bytes
    ) -> None:
        texts.status, texts.body = 400, b'{"code": %s}' % code
        deliver(now)
        alert = Alert.objects.get()
        assert (alert.state, alert.due_at) == (State.QUEUED, now + 5 * SECOND)
        assert alert.last_error.startswith("HTTP 400")

    def test_what_cannot_be_written_down_is_sent_again_and_stops_no_other(
        self,
        raise_flag: Callable[..., Flag],
        dev: Patient,
        amira: User,
        now: dt.datetime,
        deliver: Deliver,
        smtp_server: Mailbox,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        odd, other = raise_flag(), raise_flag(patient=dev)
        accepted, words = outcome.accepted, "R.M. is waiting for you"

        def accepted_unless_odd(row: Alert, *rest: Any) -> None:
            if row.flag == odd:
                raise DataError(words)
            accepted(row, *rest)

        monkeypatch.setattr(outcome, "accepted", accepted_unless_odd)
        deliver(now)
        assert odd.alerts.get().state == State.LEASED
        assert other.alerts.get().state == State.ACCEPTED
        assert f"message {odd.alerts.get().pk}" in caplog.text
        assert words not in caplog.text
        monkeypatch.undo()
        deliver(now + LEASE)
        assert odd.alerts.get().state == State.ACCEPTED

    @pytest.fixture
    def texts(self, fake: FakeProvider, settings: Any, flag: Flag) -> FakeProvider:
        """The flag is told by text message."""
        settings.PHONE_PROVIDER = Twilio("AC1", "secret", "+15005550006", fake.address)
        flag.alerts.update(channel=Channel.SMS, address="+34600123456")
        return fake


class TestAnswered:
    def test_a_claim_stops_what_has_not_gone_out(
        self, flag: Flag, amira: User, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        flag.claim(by=amira, now=now)
        deliver(now)
        assert Alert.objects.get().state == State.CANCELLED
        assert not smtp_server.messages

    def test_a_claim_stops_the_retries_too(
        self, flag: Flag, amira: User, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        smtp_server.refuse_with = "550 No"
        deliver(now)
        flag.claim(by=amira, now=now + SECOND)
        deliver(now + 2 * SECOND)
        assert Alert.objects.get().state == State.CANCELLED

    def test_a_message_in_another_workers_hands_is_left_there(
        self, flag: Flag, amira: User, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        lease_alerts(now, room(10))
        flag.claim(by=amira, now=now)
        deliver(now + LEASE - SECOND)
        assert Alert.objects.get().state == State.LEASED
        deliver(now + LEASE)
        assert Alert.objects.get().state == State.CANCELLED


def room(count: int) -> Callable[[str], int]:
    """For so many messages of every channel."""
    return lambda channel: count


class TestLeases:
    def test_a_dead_workers_alert_is_sent_when_its_lease_ends(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        lease_alerts(now, room(10))  # and then the worker is killed
        deliver(now + LEASE - SECOND)
        assert not smtp_server.messages
        deliver(now + LEASE)
        assert len(smtp_server.messages) == 1
        assert Alert.objects.get().attempts == 2

    def test_who_comes_back_after_the_lease_changes_nothing(
        self, flag: Flag, now: dt.datetime, deliver: Deliver, smtp_server: Mailbox
    ) -> None:
        [late] = lease_alerts(now, room(10))
        [theirs] = lease_alerts(now + LEASE, room(10))
        outcome.accepted(late, Receipt("250 Kept"), now + LEASE)
        outcome.failed_for_now(late, "too late", now + LEASE)
        outcome.failed_for_good(late, "too late", now + LEASE)
        alert = Alert.objects.get()
        assert (alert.state, alert.lease, alert.last_error) == (State.LEASED, theirs.lease, "")

    def test_the_worst_level_goes_first(
        self, raise_flag: Callable[..., Flag], amira: User, dev: Patient, now: dt.datetime
    ) -> None:
        raise_flag(BAD_NAUSEA, at=now - dt.timedelta(minutes=5))
        raise_flag(CHEST_PAIN, patient=dev)
        [first] = lease_alerts(now, room(1))
        assert first.patient == dev

    def test_no_more_is_leased_than_can_be_sent_at_once(
        self,
        raise_flag: Callable[..., Flag],
        amira: User,
        dev: Patient,
        now: dt.datetime,
        smtp_server: Mailbox,
    ) -> None:
        raise_flag(BAD_NAUSEA)
        raise_flag(CHEST_PAIN, patient=dev)
        delivery = Delivery(senders=1)
        delivery.begin(now)
        delivery.begin(now)
        assert sorted(Alert.objects.values_list("state", flat=True)) == [State.LEASED, State.QUEUED]
        delivery.wait(5)
        delivery.collect(now)
        delivery.close()

    def test_messages_of_one_channel_leave_room_for_those_of_another(
        self, flag: Flag, now: dt.datetime
    ) -> None:
        [mail] = Alert.objects.all()
        for number in range(3):
            Alert.objects.create(
                team=mail.team,
                patient=mail.patient,
                flag=flag,
                recipient=mail.recipient,
                channel=Channel.SMS if number == 2 else Channel.EMAIL,
                address=f"address {number}",
                level=mail.level,
                round=1,
                created_at=now,
                wanted_at=now,
                due_at=now + dt.timedelta(seconds=number),
            )
        later = now + dt.timedelta(seconds=5)
        sending = lease_alerts(later, lambda channel: 1)
        assert sorted(each.channel for each in sending) == [Channel.EMAIL, Channel.SMS]
        assert not lease_alerts(later, lambda channel: 0)

    def test_leasing_takes_as_many_queries_for_many_as_for_one(
        self, flag: Flag, now: dt.datetime, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(6):  # savepoint and release included
            lease_alerts(now, room(100))


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_alert_once(
    flag: Flag, now: dt.datetime, smtp_server: Mailbox, deliver: Deliver
) -> None:
    first = Alert.objects.get()
    for number in range(2, 41):
        Alert.objects.create(
            team=first.team,
            patient=first.patient,
            flag=first.flag,
            recipient=first.recipient,
            address=f"{number}@example.org",
            level=first.level,
            round=number,
            created_at=now,
            wanted_at=now,
            due_at=now,
        )

    def work(_: int) -> None:
        deliver(timezone.now())
        connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    assert Alert.objects.filter(state=State.ACCEPTED).count() == 40
    assert len(smtp_server.messages) == 40
    assert len({str(mail["To"]) for mail in smtp_server.messages}) == 40
