"""What each channel sends, to a provider on loopback; and what it makes of one that misbehaves."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from config.mail import mailers
from config.phone import provider
from config.push import make_private_key, vapid
from tests.conftest import Mailbox
from tracker.alerts.channels import NotSent, Receipt, Refused, email, http, webhook, webpush
from tracker.alerts.channels.phone import Message
from tracker.alerts.channels.twilio import Twilio
from tracker.models import Alert, AlertEvent, Flag

TAKEN = {"sid": "SM1", "status": "queued"}


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class FakeProvider:
    """An HTTP server on loopback. It answers `status` and `body`, a byte every `drip` seconds if given.

    One that is `endless` drips what is no answer yet: "header" lines, or the "chunk" of a body.
    """

    address: str = ""
    status: int = 201
    body: bytes = json.dumps(TAKEN).encode()
    silent_for: float = 0
    drip: float = 0
    endless: str = ""
    requests: list[Request] = field(default_factory=list)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    told = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.requests.append(Request(self.path, dict(self.headers), body))
            time.sleep(told.silent_for)
            if told.endless:
                self.drip_for_ever()
                return
            self.send_response(told.status)
            if told.status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            for part in [bytes([each]) for each in told.body] if told.drip else [told.body]:
                try:
                    self.wfile.write(part)
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(told.drip)

        def drip_for_ever(self) -> None:
            first = f"HTTP/1.1 {told.status} Well\r\n"
            if told.endless == "chunk":
                first += "Transfer-Encoding: chunked\r\n\r\n1;"
            with suppress(OSError):
                self.wfile.write(first.encode())
                for _ in range(100):
                    self.wfile.write(b"X: y\r\n" if told.endless == "header" else b"x")
                    time.sleep(0.05)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, in tenths of seconds."""
    monkeypatch.setattr(http, "SILENCE", 0.3)
    monkeypatch.setattr(http, "WHOLE", 0.5)


# --- Text messages and calls --------------------------------------------------------------------------------

MESSAGE = Message("+34600123456", "Urgent: R.M. is waiting for you", "https://diary.example/alerts/phone/1/")


def twilio(fake: FakeProvider) -> Twilio:
    return Twilio("AC1", "secret", "+15005550006", fake.address)


def a_text(fake: FakeProvider) -> Callable[[], Receipt]:
    return lambda: twilio(fake).text(MESSAGE)


class TestTwilio:
    def test_a_text_message(self, fake: FakeProvider) -> None:
        assert twilio(fake).text(MESSAGE) == Receipt("queued", "SM1")
        [request] = fake.requests
        assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
        assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:secret").decode()
        assert request.form == {
            "To": "+34600123456",
            "From": "+15005550006",
            "Body": "Urgent: R.M. is waiting for you",
            "StatusCallback": "https://diary.example/alerts/phone/1/",
        }

    def test_a_call_reads_the_words_twice_and_lets_none_of_them_be_markup(self, fake: FakeProvider) -> None:
        twilio(fake).call(Message("+34600123456", "R.M. <Hangup/> & more", "https://diary.example/"))
        [request] = fake.requests
        assert request.path.endswith("/Calls.json")
        assert request.form["Twiml"].count("R.M. &lt;Hangup/&gt; &amp; more") == 2

    def test_a_number_that_does_not_exist_is_never_tried_again(self, fake: FakeProvider) -> None:
        fake.status, fake.body = 400, b'{"code": 21211, "message": "The To number +34600123456 is not valid"}'
        with pytest.raises(Refused, match=r"^HTTP 400, code 21211$"):
            twilio(fake).text(MESSAGE)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (429, b'{"code": 20429}'),
            (500, b"<html>oops</html>"),
            (401, b'{"code": 20003}'),
            (200, b"not JSON"),
            (201, b"[1, 2]"),
            (201, b'{"sid": 7}'),
            (201, b"[" * 30_000),
            (201, b""),
            (302, b""),
        ],
    )
    def test_trouble_and_nonsense_are_tried_again(self, fake: FakeProvider, status: int, body: bytes) -> None:
        fake.status, fake.body = status, body
        with pytest.raises(NotSent) as told:
            twilio(fake).text(MESSAGE)
        assert not isinstance(told.value, Refused)
        assert "Urgent" not in str(told.value)

    def test_only_what_was_signed_with_our_token_is_believed(self, fake: FakeProvider) -> None:
        url, fields = (
            "https://diary.example/alerts/phone/1/",
            {"MessageStatus": "delivered", "MessageSid": "SM1"},
        )
        signed = url + "MessageSidSM1MessageStatusdelivered"
        good = base64.b64encode(hmac.new(b"secret", signed.encode(), hashlib.sha1).digest()).decode()
        assert twilio(fake).is_from_twilio(url, fields, good)
        assert not twilio(fake).is_from_twilio(url, fields | {"MessageStatus": "failed"}, good)
        for bad in ("", "\xe9", good[:-1] + "\xff"):  # as headers hold any byte
            assert not twilio(fake).is_from_twilio(url, fields, bad)


def test_a_phone_url_names_account_token_and_number() -> None:
    made = provider("twilio://AC1:s%2Fecret@api.twilio.com/+15005550006")
    assert made == Twilio("AC1", "s/ecret", "+15005550006", "https://api.twilio.com")
    assert provider("") is None


# --- A provider that misbehaves -----------------------------------------------------------------------------


class TestAnyProvider:
    def test_one_that_says_nothing_is_left_after_a_while(self, fake: FakeProvider) -> None:
        fake.silent_for = 2
        with pytest.raises(NotSent, match="ReadTimeout"):
            a_text(fake)()

    def test_one_that_drips_is_left_after_a_while(self, fake: FakeProvider) -> None:
        fake.body, fake.drip = b" " * 200, 0.05
        began = time.monotonic()
        with pytest.raises(NotSent):
            a_text(fake)()
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("endless", ["header", "chunk"])
    @pytest.mark.parametrize("channel", ["text", "webhook", "push"])
    def test_one_whose_answer_never_begins_is_left_after_a_while(
        self, fake: FakeProvider, channel: str, endless: str
    ) -> None:
        fake.endless = endless
        sends = {
            "text": a_text(fake),
            "webhook": lambda: webhook.send(an_event(fake)),
            "push": lambda: webpush.send(a_push(fake)),
        }
        began = time.monotonic()
        with suppress(NotSent) if endless == "chunk" else pytest.raises(NotSent):
            sends[channel]()
        assert time.monotonic() - began < 2
        assert len(fake.requests) == 1

    def test_one_whose_hand_shake_drips_is_left_after_a_while(self) -> None:
        def drip() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.sendall(b"\x16\x03\x03\x40\x00\x02")  # the beginning of a long TLS record
                for _ in range(100):
                    connection.sendall(b"\0")
                    time.sleep(0.05)

        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=drip, daemon=True).start()
            began = time.monotonic()
            with pytest.raises(NotSent):
                http.post(f"https://127.0.0.1:{server.getsockname()[1]}")
        assert time.monotonic() - began < 2

    def test_no_thread_waits_for_what_has_ended(self, fake: FakeProvider) -> None:
        for fake.endless in ("header", "chunk", ""):
            with suppress(NotSent):
                http.post(fake.address)
        assert not [each for each in threading.enumerate() if isinstance(each, threading.Timer)]

    def test_one_that_is_not_there(self, fake: FakeProvider) -> None:
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            gone = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        with pytest.raises(NotSent, match="ConnectionError"):
            Twilio("AC1", "secret", "+15005550006", gone).text(MESSAGE)

    def test_what_is_endless_is_not_read_to_its_end(self, fake: FakeProvider) -> None:
        fake.body = b"x" * 5_000_000
        assert len(http.post(fake.address).body) <= http.LONGEST_ANSWER + 4096


# --- The clinic's own webhook -------------------------------------------------------------------------------

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()


def an_event(fake: FakeProvider) -> webhook.Event:
    return webhook.Event("msg-1", fake.address + "/hook", SECRET, 1_764_240_000, {"level": "urgent"})


class TestWebhook:
    def test_it_is_signed_over_name_time_and_body(self, fake: FakeProvider) -> None:
        assert webhook.send(an_event(fake)) == Receipt("HTTP 201")
        [request] = fake.requests
        signed = b"msg-1.1764240000." + request.body
        made = base64.b64encode(hmac.new(b"0123456789abcdef", signed, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{made}"
        assert request.headers["webhook-id"] == "msg-1"
        assert json.loads(request.body) == {"level": "urgent"}

    def test_an_address_that_is_gone_is_given_up(self, fake: FakeProvider) -> None:
        fake.status = 410
        with pytest.raises(Refused, match="HTTP 410"):
            webhook.send(an_event(fake))

    @pytest.mark.parametrize("status", [302, 404, 429, 500])
    def test_anything_else_is_tried_again(self, fake: FakeProvider, status: int) -> None:
        fake.status = status
        with pytest.raises(NotSent) as told:
            webhook.send(an_event(fake))
        assert not isinstance(told.value, Refused)


# --- E-mail by a provider -----------------------------------------------------------------------------------

MAIL = email.Mail("7f0c", "amira@example.org", "Urgent: R.M. is waiting for you", "https://diary.example/")
ACCEPTED_BY_POSTMARK = {
    "ErrorCode": 0,
    "Message": "OK",
    "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
    "To": "amira@example.org",
}
NONSENSE = [
    b"<html>oops</html>",
    b"",
    b"[]",
    b"[1, 2]",
    b'"OK"',
    b"null",
    b"{}",
    b'{"ErrorCode": "0"}',
    b"[" * 30_000,
]


@pytest.fixture
def postmark(fake: FakeProvider, settings: Any) -> FakeProvider:
    """Mail goes to the fake, in Postmark's manner."""
    environment = {"ANYMAIL_POSTMARK_SERVER_TOKEN": "secret", "ANYMAIL_POSTMARK_API_URL": fake.address}
    settings.MAILERS = mailers("", Path(os.devnull), "postmark", environment)
    fake.status, fake.body = 200, json.dumps(ACCEPTED_BY_POSTMARK).encode()
    return fake


class TestMailProvider:
    def test_what_it_is_sent_and_what_it_calls_it(self, postmark: FakeProvider) -> None:
        assert email.send(MAIL) == Receipt("sent", "b7bc2f4a-e38e-4336-af7d-e6c392c2f817")
        [request] = postmark.requests
        assert request.path == "/email"
        assert request.headers["X-Postmark-Server-Token"] == "secret"
        sent = json.loads(request.body)
        assert (sent["To"], sent["Subject"], sent["TextBody"]) == (MAIL.to, MAIL.subject, MAIL.body)
        assert {"Name": "Message-ID", "Value": "<7f0c@alerts.sidelight>"} in sent["Headers"]

    @pytest.mark.django_db
    def test_its_name_for_the_message_is_kept_with_the_alert(
        self, postmark: FakeProvider, flag: Flag, deliver: Callable[[dt.datetime], None], now: dt.datetime
    ) -> None:
        deliver(now)
        alert = Alert.objects.get(flag=flag)
        assert (alert.state, alert.provider_id) == (Alert.State.ACCEPTED, ACCEPTED_BY_POSTMARK["MessageID"])
        assert alert.events.filter(kind=AlertEvent.Kind.ACCEPTED, answer="sent").exists()

    @pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 413, 422, 429, 500, 503])
    def test_whatever_is_wrong_with_us_is_tried_again(self, postmark: FakeProvider, status: int) -> None:
        postmark.status, postmark.body = (
            status,
            b'{"ErrorCode": 10, "Message": "Urgent: bad amira@example.org"}',
        )
        with pytest.raises(NotSent) as told:
            email.send(MAIL)
        assert not isinstance(told.value, Refused)
        assert str(told.value) == ("TooManyRedirects" if status == 302 else f"HTTP {status}")
        assert len(postmark.requests) == 1

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            (300, "Invalid 'To' address: 'amira@example.org'."),
            (
                406,
                "You tried to send to a recipient that has been marked as inactive.\n"
                "Found inactive addresses: amira@example.org.\nInactive recipients are ones that bounced.",
            ),
        ],
    )
    def test_a_recipient_that_is_refused_is_given_up(
        self, postmark: FakeProvider, code: int, words: str
    ) -> None:
        postmark.status, postmark.body = 422, json.dumps({"ErrorCode": code, "Message": words}).encode()
        with pytest.raises(Refused, match=r"^AnymailRecipientsRefused$"):
            email.send(MAIL)

    def test_what_is_no_address_is_given_up_unsent(self, postmark: FakeProvider) -> None:
        with pytest.raises(Refused):
            email.send(replace(MAIL, to="nobody"))
        assert not postmark.requests

    @pytest.mark.parametrize("body", NONSENSE)
    def test_nonsense_is_tried_again(self, postmark: FakeProvider, body: bytes) -> None:
        postmark.body = body
        with pytest.raises(NotSent) as told:
            email.send(MAIL)
        assert not isinstance(told.value, Refused)

    def test_silence_is_tried_again(self, postmark: FakeProvider) -> None:
        postmark.silent_for = 2
        with pytest.raises(NotSent, match="Timeout"):
            email.send(MAIL)

    def test_an_answer_that_drips_is_left_in_time(self, postmark: FakeProvider) -> None:
        postmark.drip = 0.1
        began = time.monotonic()
        with pytest.raises(NotSent):
            email.send(MAIL)
        assert time.monotonic() - began < 2

    def test_nobody_there_is_tried_again(self, postmark: FakeProvider, settings: Any) -> None:
        settings.MAILERS["default"]["OPTIONS"]["api_url"] = "http://127.0.0.1:9"
        with pytest.raises(NotSent) as told:
            email.send(MAIL)
        assert not isinstance(told.value, Refused)

    @pytest.mark.parametrize(
        ("provider", "options", "answer", "name"),
        [
            ("brevo", {"API_KEY": "k"}, b'{"messageId": "<1@x>"}', "<1@x>"),
            (
                "mailgun",
                {"API_KEY": "k", "SENDER_DOMAIN": "x.example"},
                b'{"id": "<1@x>", "message": "Queued"}',
                "<1@x>",
            ),
            ("resend", {"API_KEY": "k"}, b'{"id": "1"}', "1"),
            (
                "sparkpost",
                {"API_KEY": "k"},
                b'{"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "1"}}',
                "1",
            ),
            (
                "postal",
                {"API_KEY": "k"},
                b'{"status": "success", "data": {"messages": {"amira@example.org": {"id": 1}}}}',
                "1",
            ),
        ],
    )
    def test_the_other_providers_name_it_too(
        self,
        provider: str,
        options: dict[str, str],
        answer: bytes,
        name: str,
        fake: FakeProvider,
        settings: Any,
    ) -> None:
        prefix = f"ANYMAIL_{provider.upper()}_"
        environment = {prefix + key: value for key, value in {**options, "API_URL": fake.address}.items()}
        settings.MAILERS = mailers("", Path(os.devnull), provider, environment)
        fake.status, fake.body = 200, answer
        assert email.send(MAIL) == Receipt("queued", name)
        assert len(fake.requests) == 1


# --- E-mail by a server -------------------------------------------------------------------------------------


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[int]:
    """The port of a mail server whose certificate has run out."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(made)
        .not_valid_after(made + dt.timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "server.pem"
    both.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)

    def answer() -> None:
        with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True):
            pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]


class TestMailServer:
    def test_a_certificate_that_has_run_out_is_tried_again(self, expired: int, settings: Any) -> None:
        settings.MAILERS = mailers(f"smtp+ssl://127.0.0.1:{expired}", Path(os.devnull))
        with pytest.raises(NotSent, match=r"^SSLCertVerificationError$") as told:
            email.send(MAIL)
        assert not isinstance(told.value, Refused)

    @pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "550 Who?", "553 5.1.3 Bad address"])
    def test_a_mailbox_that_does_not_exist_is_given_up(self, smtp_server: Mailbox, answer: str) -> None:
        smtp_server.refuse_recipient_with = answer
        with pytest.raises(Refused, match=r"^SMTPRecipientsRefused 55\d$"):
            email.send(MAIL)

    @pytest.mark.parametrize("answer", ["550 5.7.1 Unable to relay", "553 5.7.1 Not yours", "451 Later"])
    def test_what_is_about_us_is_tried_again(self, smtp_server: Mailbox, answer: str) -> None:
        smtp_server.refuse_recipient_with = answer
        with pytest.raises(NotSent) as told:
            email.send(MAIL)
        assert not isinstance(told.value, Refused)


# --- Push messages ------------------------------------------------------------------------------------------


def a_browsers_key() -> str:
    browser = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = browser.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def a_push(fake: FakeProvider) -> webpush.Push:
    """To a browser with a key of its own."""
    ours = vapid(make_private_key(), "https://diary.example")
    assert ours
    return webpush.Push(
        endpoint=fake.address + "/push/1",
        p256dh=a_browsers_key(),
        auth=base64.urlsafe_b64encode(b"0123456789abcdef").decode().rstrip("="),
        body={"title": "Urgent: R.M. is waiting for you"},
        topic="0" * 32,
        private_key=ours.private_key,
        contact=ours.contact,
    )


class TestWebPush:
    def test_it_is_sealed_to_the_browser_and_signed_by_us(self, fake: FakeProvider) -> None:
        assert webpush.send(a_push(fake)) == Receipt("HTTP 201")
        [request] = fake.requests
        sent = {name.lower(): value for name, value in request.headers.items()}
        assert sent["content-encoding"] == "aes128gcm"
        assert sent["authorization"].startswith("vapid t=")
        assert (sent["urgency"], sent["topic"]) == ("high", "0" * 32)
        assert b"Urgent" not in request.body

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_browser_that_the_service_forgot_is_given_up(self, fake: FakeProvider, status: int) -> None:
        fake.status = status
        with pytest.raises(Refused, match=f"HTTP {status}"):
            webpush.send(a_push(fake))

    @pytest.mark.parametrize("status", [400, 413, 429, 500])
    def test_trouble_is_tried_again(self, fake: FakeProvider, status: int) -> None:
        fake.status = status
        with pytest.raises(NotSent) as told:
            webpush.send(a_push(fake))
        assert not isinstance(told.value, Refused)

    def test_silence_is_tried_again(self, fake: FakeProvider) -> None:
        fake.silent_for = 2
        with pytest.raises(NotSent):
            webpush.send(a_push(fake))

    def test_an_answer_that_drips_is_left_in_time(self, fake: FakeProvider) -> None:
        fake.body, fake.drip = b" " * 200, 0.05
        began = time.monotonic()
        webpush.send(a_push(fake))
        assert time.monotonic() - began < 2

    def test_it_goes_to_no_other_address(self, fake: FakeProvider) -> None:
        fake.status = 302
        with pytest.raises(NotSent, match=r"^TooManyRedirects$"):
            webpush.send(a_push(fake))
        assert len(fake.requests) == 1

    def test_keys_that_are_nonsense_are_no_crash(self, fake: FakeProvider) -> None:
        broken = webpush.Push(
            fake.address, "AAAA", "AAAA", {}, "0", make_private_key(), "https://diary.example"
        )
        with pytest.raises(NotSent):
            webpush.send(broken)
