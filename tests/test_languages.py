"""In which language people are spoken to: on pages, in errors, and in what is mailed to them in a request."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core import mail
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts import invitations
from accounts.models import CareTeam, User
from accounts.models.teams import time_in_words
from accounts.reach.browsers import name_of
from config.formats.ar.formats import PATTERNS as ARABIC
from config.formats.es.formats import PATTERNS as SPANISH
from config.messages.sources import BASE_DIR
from tracker.models import Patient

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("account_request_login_code")
CHOOSE = reverse("choose_language")
COOKIE = settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def spanish() -> Client:
    """A browser that asks for Spanish."""
    return Client(headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"})


def speak(user: User, language: str) -> User:
    user.language = language
    user.save(update_fields=["language"])
    return user


class TestNobodySignedIn:
    @pytest.mark.parametrize(
        ("asked", "language", "direction", "words"),
        [
            ("", "en", "ltr", "Send me a code"),
            ("de-DE,de", "en", "ltr", "Send me a code"),
            ("es-MX,es;q=0.9,en;q=0.5", "es", "ltr", "Envíame un código"),
            ("ar-EG", "ar", "rtl", "أرسلوا إليّ رمزًا"),
        ],
    )
    def test_the_sign_in_page_is_in_the_browsers_language(self, asked, language, direction, words):
        page = Client(headers={"accept-language": asked}).get(SIGN_IN)
        assert page["Content-Language"] == language
        assert re.search(rf'<html lang="{language}"\s+dir="{direction}">', page.text)
        assert words in page.text

    def test_a_choice_wins_over_the_browsers_language(self, spanish):
        answer = spanish.post(CHOOSE, {"language": "ar", "next": SIGN_IN})
        assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)
        assert spanish.get(SIGN_IN)["Content-Language"] == "ar"

    def test_the_choice_offers_each_language_in_its_own_words_and_marks_the_one_that_is_spoken(self, spanish):
        page = spanish.get(SIGN_IN).text
        assert '<button name="language" value="en" lang="en">English</button>' in page
        assert '<button name="language" value="es" lang="es" aria-current="true">Español</button>' in page
        assert '<button name="language" value="ar" lang="ar">العربية</button>' in page

    @pytest.mark.django_db
    def test_pages_of_a_team_offer_what_they_are_in_and_what_somebody_has(self, amira, client):
        client.force_login(amira)
        offered = re.compile(r'name="language" value="(\w+)"')
        assert offered.findall(client.get("/team/").text) == ["en", "es"]
        client.post(CHOOSE, {"language": "ar", "next": "/team/"})
        assert offered.findall(client.get("/team/").text) == ["en", "es", "ar"]

    @pytest.mark.parametrize("language", ["", "de", "es-mx", "../en"])
    def test_a_language_that_we_do_not_speak_is_not_here(self, client, language):
        answer = client.post(CHOOSE, {"language": language, "next": SIGN_IN})
        assert answer.status_code == 404
        assert COOKIE not in client.cookies

    def test_the_choice_leads_to_no_other_site(self, client):
        answer = client.post(CHOOSE, {"language": "es", "next": "https://elsewhere.example/"})
        assert answer["Location"] == "/"

    def test_the_choice_is_made_by_a_press_only(self, client):
        assert client.get(CHOOSE).status_code == 405

    def test_the_choice_carries_a_token_against_forgery(self):
        assert Client(enforce_csrf_checks=True).post(CHOOSE, {"language": "es"}).status_code == 403

    def test_a_page_that_is_not_there_says_so_in_the_browsers_language(self, spanish):
        page = spanish.get("/nowhere/")
        assert page.status_code == 404
        assert "No encontramos esta página" in page.text

    def test_what_cannot_be_read_is_answered_in_the_language_of_who_sent_it(self, spanish):
        """Whoever was served before in this thread may have read another language."""
        Client(headers={"accept-language": "ar"}).get(SIGN_IN)
        page = spanish.get(SIGN_IN + "?next=%00")
        assert page.status_code == 400
        assert '<html lang="es"' in page.text
        assert "No pudimos leer eso" in page.text

    @pytest.mark.parametrize("path", ["/emergency/", "/learn/"])
    def test_the_choice_is_on_public_pages_too(self, client, path):
        assert 'value="es" lang="es"' in client.get(path).text

    def test_an_invitation_offers_the_choice(self, client, team, sara):
        _kept, token = invitations.invite(
            email="new@example.org", name="New Person", team=team, role="", by=sara, now=timezone.now()
        )
        page = client.get(reverse("invitations:accept", args=[token]))
        assert 'value="es" lang="es"' in page.text


class TestSomebodySignedIn:
    def page(self, client: Client, user: User) -> str:
        client.force_login(user)
        return client.get(reverse("patient:today"))["Content-Language"]

    def test_their_own_language_wins_over_the_browsers_and_its_cookie(self, spanish, rosa):
        spanish.cookies[COOKIE] = "en"
        assert self.page(spanish, speak(rosa.user, "ar")) == "ar"

    def test_without_one_the_browser_decides(self, spanish, rosa):
        assert self.page(spanish, rosa.user) == "es"

    def test_a_choice_is_kept_with_the_person(self, client, amira):
        client.force_login(amira)
        client.post(CHOOSE, {"language": "es", "next": "/team/"})
        amira.refresh_from_db()
        assert amira.language == "es"
        elsewhere = Client()
        elsewhere.force_login(amira)
        assert elsewhere.get(reverse("team:board"))["Content-Language"] == "es"

    def test_errors_are_in_their_language(self, client, rosa):
        client.force_login(speak(rosa.user, "es"))
        assert "No encontramos esta página" in client.get("/nowhere/").text

    def test_who_has_no_session_is_not_looked_up(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get(reverse("healthz"))

    def test_staff_choose_at_the_foot_of_their_pages_and_patients_in_their_settings(
        self, client, amira, rosa
    ):
        client.force_login(amira)
        assert CHOOSE in client.get(reverse("team:board")).text
        client.force_login(rosa.user)
        assert CHOOSE not in client.get(reverse("patient:today")).text


class TestMail:
    def code(self, client: Client, user: User) -> str:
        client.post(SIGN_IN, {"email": user.email})
        return str(mail.outbox[-1].subject)

    def test_a_code_is_sent_in_the_language_that_the_person_chose(self, spanish, amira):
        assert self.code(spanish, speak(amira, "en")) == "Your code for Sidelight"
        assert self.code(Client(), speak(amira, "es")) == "Tu código para Sidelight"

    def test_without_one_it_is_in_the_language_of_the_page_that_asked(self, spanish, amira):
        assert self.code(spanish, amira) == "Tu código para Sidelight"

    def invited(self, user: User, team: CareTeam, by: User) -> str:
        invitation, token = invitations.invite(
            email=str(user.email), name=user.name, team=team, role="", by=by, now=timezone.now()
        )
        invitations.send(invitation, token)
        return str(mail.outbox[-1].subject)

    def test_an_invitation_is_in_the_language_of_who_gets_it_and_not_of_who_sends_it(self, team, lena, sara):
        with translation.override("es"):
            assert self.invited(lena, team, by=sara) == "Your invitation to Sidelight"
        assert self.invited(speak(lena, "es"), team, by=sara) == "Tu invitación a Sidelight"

    def test_a_patient_is_invited_in_the_language_of_their_advice(self, rosa, sara):
        rosa.language = "es"
        rosa.save()
        assert self.invited(User.objects.get(pk=rosa.user.pk), rosa.team, sara) == "Tu invitación a Sidelight"


class TestMailLanguage:
    @pytest.mark.parametrize(
        ("pages", "advice", "mail_language"),
        [("es", "en", "es"), ("ar", "en", "ar"), ("", "es", "es"), ("", "en", "en")],
    )
    def test_of_a_patient(self, rosa: Patient, pages, advice, mail_language):
        rosa.language, rosa.user.language = advice, pages
        assert rosa.user.mail_language == mail_language

    def test_of_anybody_else_is_the_sites_own(self, amira):
        assert amira.mail_language == "en"


class TestDatesAndTimes:
    DAY = dt.datetime(2026, 11, 7, 8, 5, tzinfo=dt.UTC)

    @pytest.mark.parametrize(
        ("language", "pattern", "words"),
        [
            ("en", "j F", "7 November"),
            ("es", "j F", "7 de noviembre"),
            ("es", "l j F", "sábado 7 de noviembre"),
            ("es", "F Y", "noviembre de 2026"),
            ("es", "D j M, H:i", "sáb 7 nov, 08:05"),
            ("ar", "j F", "7 نوفمبر"),
            ("ar", "l j F", "السبت، 7 نوفمبر"),
        ],
    )
    def test_dates(self, language, pattern, words):
        with translation.override(language):
            assert date_format(self.DAY, pattern) == words
            shown = Template("{{ day|date:pattern }}").render(Context({"day": self.DAY, "pattern": pattern}))
        assert shown == words

    @pytest.mark.parametrize(
        ("language", "time", "words"),
        [
            ("en", dt.time(8), "8 am"),
            ("en", dt.time(17, 30), "5:30 pm"),
            ("en", dt.time(12), "noon"),
            ("es", dt.time(8), "8:00"),
            ("es", dt.time(17, 30), "17:30"),
            ("es", dt.time(12), "12:00"),
            ("ar", dt.time(0), "0:00"),
        ],
    )
    def test_times(self, language, time, words):
        with translation.override(language):
            assert time_in_words(time) == words

    def test_cover_reads_as_a_sentence(self, team):
        with translation.override("es"):
            assert team.cover_words == "de 8:00 a 18:00, de lunes a viernes"

    @pytest.mark.parametrize(("language", "known"), [("es", SPANISH), ("ar", ARABIC)])
    def test_every_pattern_with_words_in_it_is_known_or_needs_no_change(self, language, known):
        """Spanish joins a day and its month; Arabic has its own comma before a time and after a weekday."""
        needs = re.compile(r"F|M" if language == "es" else r"[lFMe],|[lD] |[FYM], ")
        assert {each for each in patterns() if needs.search(each)} - set(known) == set()


def patterns() -> set[str]:
    """Every pattern of a date that a template or a function of ours writes."""
    used = re.compile(r"""\|date:["']([^"']+)["']|date_format\([^"\n]*"([^"]+)"\)""")
    files = [*BASE_DIR.glob("templates/**/*.*"), *BASE_DIR.glob("tracker/**/*.py")]
    return {"".join(found) for path in files for found in used.findall(path.read_text(encoding="utf-8"))}


def test_a_browser_has_a_name_in_one_piece():
    assert name_of("Chrome Android") == "Chrome on Android"
