"""Words to translate: how they are found, how catalogs are kept, and every fault that the check tells of."""

from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.support import Translations

from config.messages.catalogs import compile_all, path_of, read, said, update
from config.messages.extract import Message, NotPlainText, in_python, in_template
from config.messages.faults import faults
from config.messages.sources import NEEDED, find, needed

IMPORTS = """
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext, npgettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext as many_of, ngettext_lazy
"""


class TestInPython:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            ('gettext("Chills")', Message("Chills")),
            ('gettext_lazy("Chills")', Message("Chills")),
            ('gettext_noop("Chills")', Message("Chills")),
            ('_("Chills")', Message("Chills")),
            ('translation.gettext("Chills")', Message("Chills")),
            ('_("Chills "\n  "and fever")', Message("Chills and fever")),
            ('gettext("%(day)s: chills") % {"day": day}', Message("%(day)s: chills")),
            ('ngettext("%(many)d day", "%(many)d days", many)', Message("%(many)d day", "%(many)d days")),
            ('ngettext_lazy("a day", "days", "many")', Message("a day", "days")),
            ('many_of("a day", "days", many)', Message("a day", "days")),
            ('pgettext("month", "May")', Message("May", context="month")),
            ('npgettext("dose", "one", "more", many)', Message("one", "more", "dose")),
        ],
    )
    def test_finds(self, call, message):
        assert list(in_python(IMPORTS + call)) == [message]

    @pytest.mark.parametrize("call", ["gettext(words)", 'other("Chills")', 'form._("Chills")'])
    def test_leaves_alone(self, call):
        assert list(in_python(IMPORTS + call)) == []

    def test_an_underscore_that_was_not_imported_is_no_gettext(self):
        assert list(in_python('_ = print\n_("Chills")')) == []

    def test_an_f_string_is_refused_with_its_line(self):
        with pytest.raises(NotPlainText, match="line 6"):
            list(in_python(IMPORTS + 'gettext(f"{day}: chills")'))


class TestInTemplates:
    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ('{% translate "Chills" %}', Message("Chills")),
            ("{% trans 'Chills' %}", Message("Chills")),
            ('{% translate "Chills" as words %}', Message("Chills")),
            ('{% translate "May" context "month" %}', Message("May", context="month")),
            ("{% blocktranslate %}Chills{% endblocktranslate %}", Message("Chills")),
            ("{% blocktranslate %}\n Chills\n{% endblocktranslate %}", Message("\n Chills\n")),
            ("{% blocktranslate trimmed %}\n  Chills\n  and\n{% endblocktranslate %}", Message("Chills and")),
            (
                "{% blocktranslate with n=a.b %}Be {{ n }}, 5%{% endblocktranslate %}",
                Message("Be %(n)s, 5%%"),
            ),
            (
                "{% blocktranslate trimmed count n=a|length %}one{% plural %}{{ n }}{% endblocktranslate %}",
                Message("one", "%(n)s"),
            ),
            (
                '{% blocktranslate context "dose" count n=a %}one{% plural %}more{% endblocktranslate %}',
                Message("one", "more", "dose"),
            ),
            ('{{ _("Chills") }}', Message("Chills")),
            ('{{ how|default:_("yes") }}', Message("yes")),
            ('{% include "a.html" with words=_("Chills") %}', Message("Chills")),
            ("    <p>\n  {% if a %}\n{% translate \"It’s 'so'\" %}", Message("It’s 'so'")),
        ],
    )
    def test_finds(self, source, message):
        assert list(in_template(source)) == [message]

    @pytest.mark.parametrize(
        "source", ["<p>Chills</p>", "{# translate #}", "{{ words }}", "{% comment %}a{% endcomment %}"]
    )
    def test_leaves_alone(self, source):
        assert list(in_template(source)) == []


def test_arabic_is_for_the_patients_interface_only():
    found = {
        Message("Today"): {"templates/ui/tabs.html"},
        Message("Board"): {"templates/tracker/team/board.html"},
        Message("Both"): {"templates/tracker/team/board.html", "templates/tracker/patient/parts/story.html"},
    }
    assert set(needed("es", found)) == set(found)
    assert needed("ar", found) == {
        Message("Today"): {"templates/ui/tabs.html"},
        Message("Both"): {"templates/tracker/patient/parts/story.html"},
    }


def test_every_file_of_ours_can_be_read():
    found = find()
    assert Message("Skip to the page") in found
    assert found[Message("Skip to the page")] == {"templates/base.html"}


class TestCatalogs:
    @pytest.fixture
    def locale(self, tmp_path: Path) -> Path:
        return tmp_path / "locale"

    def put(self, locale: Path, entries: str) -> None:
        path = path_of("es", locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + entries)

    def test_an_update_adds_what_is_new_and_keeps_what_was_translated(self, locale):
        self.put(locale, 'msgid "Chills"\nmsgstr "Escalofríos"\n')
        update("es", {Message("Chills"): {"a.html"}, Message("a day", "days"): {"b.py", "a.html"}}, locale)
        catalog = read("es", locale)
        assert catalog["Chills"].string == "Escalofríos"
        assert catalog["a day"].id == ("a day", "days")
        assert not any(said(catalog["a day"]))

    def test_an_update_takes_out_what_nobody_says_any_more(self, locale):
        self.put(locale, 'msgid "Chills"\nmsgstr "Escalofríos"\n')
        update("es", {Message("Sign out"): {"a.html"}}, locale)
        assert "Chills" not in path_of("es", locale).read_text()

    def test_words_that_changed_a_little_keep_their_translation_marked_fuzzy(self, locale):
        self.put(locale, 'msgid "You have chills now"\nmsgstr "Tiene escalofríos ahora"\n')
        update("es", {Message("You have chills now."): {"a.html"}}, locale)
        entry = read("es", locale)["You have chills now."]
        assert entry.string == "Tiene escalofríos ahora"
        assert entry.fuzzy

    def test_a_second_update_changes_nothing_and_names_no_lines(self, locale):
        found = {Message("Chills"): {"b.html", "a.html"}, Message("A day"): {"b.html"}}
        update("es", found, locale)
        first = path_of("es", locale).read_text()
        update("es", found, locale)
        assert path_of("es", locale).read_text() == first
        assert "#: a.html b.html\n" in first
        assert first.index("A day") < first.index("Chills")

    def test_is_compiled_once_until_it_changes(self, locale, tmp_path):
        self.put(locale, 'msgid "Chills"\nmsgstr "Escalofríos"\n\n#, fuzzy\nmsgid "Fever"\nmsgstr "Frío"\n')
        made = tmp_path / "compiled"
        assert compile_all(locale, made) == ["es"]
        assert compile_all(locale, made) == []
        with path_of("es", made).with_suffix(".mo").open("rb") as opened:
            spoken = Translations(opened)
        assert spoken.gettext("Chills") == "Escalofríos"
        assert spoken.gettext("Fever") == "Fever"


class TestFaults:
    def told(self, message: Message, string: str | list[str], **more: object) -> list[str]:
        catalog = Catalog("es")
        id = (message.singular, message.plural) if message.plural else message.singular
        catalog.add(id, string, context=message.context or None, **more)  # type: ignore[arg-type]
        return [fault.what for fault in faults(catalog, {message: {"a.html"}})]

    @pytest.mark.parametrize(
        ("english", "spanish"),
        [
            ("Chills", "Escalofríos"),
            ("%(day)s and %(name)s", "%(name)s y %(day)s"),
            ("%s called you.", "Le llamó %s."),
            ("%(share)d%% of days", "%(share)d %% de los días"),
            ("100% sure", "100% seguro"),
            ('<a href="%(href)s">Call %(number)s</a>', '<a href="%(href)s">Llame al %(number)s</a>'),
        ],
    )
    def test_none_in_what_is_right(self, english, spanish):
        assert self.told(Message(english), spanish) == []

    @pytest.mark.parametrize(
        ("english", "spanish", "what"),
        [
            ("Chills", "", "not translated"),
            ("Until %(day)s", "Hasta", "lacks %(day)s"),
            ("Until %(day)s", "Hasta %(dia)s", "has %(dia)s, which nobody fills in"),
            ("Write {day}", "Escriba", "lacks {day}"),
            ("%s called you.", "Le llamaron.", "has other places to fill in"),
            ("%(share)s of days", "%(share)s % y más de los días", "write %% for a per cent sign"),
            ("<b>Call</b> us", "Llámenos", "has other HTML tags"),
            ("<b>Call</b> us", "<b>Llámenos", "has other HTML tags"),
        ],
    )
    def test_is_told_of(self, english, spanish, what):
        told = self.told(Message(english), spanish)
        assert any(what in each for each in told), told

    def test_fuzzy_is_told_of(self):
        assert "fuzzy" in self.told(Message("Chills"), "Escalofríos", flags=["fuzzy"])[0]

    def test_every_plural_form_has_to_be_there(self):
        days = Message("%(n)d day", "%(n)d days")
        assert self.told(days, ["%(n)d día", "%(n)d días", "%(n)d días"]) == []
        assert self.told(days, ["%(n)d día", "%(n)d días"]) == ["has 2 of 3 plural forms"]
        assert self.told(days, ["%(n)d día", "", "%(n)d días"]) == ["has 2 of 3 plural forms"]

    def test_every_plural_form_has_to_have_the_placeholders(self):
        days = Message("%(n)d day", "%(n)d days")
        assert self.told(days, ["%(n)d día", "días", "%(n)d días"]) == ["lacks %(n)d"]
        one = Message("A question", "%(n)s questions")
        assert self.told(one, ["Una pregunta", "%(n)s preguntas", "%(n)s preguntas"]) == []

    def test_a_message_that_is_counted_now_is_told_of(self):
        catalog = Catalog("es")
        catalog.add("a day", "un día")
        [fault] = faults(catalog, {Message("a day", "days"): {"a.html"}})
        assert "counted" in fault.what

    def test_what_the_catalog_lacks_is_told_of_with_its_files(self):
        [fault] = faults(Catalog("es"), {Message("Chills"): {"b.py", "a.html"}})
        assert str(fault) == "a.html, b.py: “Chills”: not in the catalog"

    def test_what_nobody_says_any_more_is_told_of(self):
        catalog = Catalog("es")
        catalog.add("Chills", "Escalofríos")
        catalog.add("May", "mayo", context="month")
        told = [str(fault) for fault in faults(catalog, {Message("Chills"): {"a.html"}})]
        assert told == ["nowhere: “May”: stale: nobody says this any more"]


@pytest.mark.parametrize("language", NEEDED)
def test_the_catalogs_of_this_house_can_be_read(language):
    assert read(language).num_plurals in (3, 6)
