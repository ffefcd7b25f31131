"""What the policy for scripts asks of our templates and modules, said before a browser would."""

import re

from django.conf import settings

from config.headers import POLICY

TEMPLATES = list((settings.BASE_DIR / "templates").rglob("*.html"))
MODULES = {
    str(path.relative_to(settings.BASE_DIR / "static/js")): path.read_text()
    for path in (settings.BASE_DIR / "static/js").rglob("*.js")
}
TRUSTED = "trusted/"
"""Where the policies live."""
SINKS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe|eval\(|"
    r"new Function|importScripts|createElement\(\"script\"\)|parseHTMLUnsafe)"
)


def test_every_script_of_a_template_has_its_nonce():
    tag = re.compile(r"<script\b[^>]*>|<link\b[^>]*modulepreload[^>]*>")
    bare = [
        f"{path.relative_to(settings.BASE_DIR)}: {found}"
        for path in TEMPLATES
        for found in tag.findall(path.read_text())
        if not re.search(r"{% (csp|page)_nonce_attr %}", found) and 'type="application/json"' not in found
    ]
    assert bare == []


def test_what_crispys_filters_draw_takes_the_nonce_from_the_request():
    drawn = {path for path in TEMPLATES if path.parent.name == "sidelight"}
    assert drawn
    assert [path.name for path in drawn if "csp_nonce_attr" in path.read_text()] == []


def test_no_module_makes_a_page_of_text():
    found = {name: SINKS.findall(text) for name, text in MODULES.items() if SINKS.search(text)}
    assert found == {}


def test_no_name_from_outside_becomes_a_part_of_every_object():
    """Prototype pollution: by a name that is no word of ours only an object without parents is changed."""
    assert {name for name, text in MODULES.items() if re.search(r"Object\.assign\(|__proto__", text)} == set()
    by_name = re.compile(r"\b(\w+)\[(?![\"'`\d])[^\[\]]+\] *(?:\?\?|\|\||[+-])?=(?![=>])")
    found = {(name, on) for name, text in MODULES.items() for on in by_name.findall(text)}
    assert found == {("kept-library.js", "pages"), ("passkeys.js", "options")}
    assert "const pages = Object.create(null);" in MODULES["kept-library.js"]
    assert 'for (const list of ["excludeCredentials", "allowCredentials"])' in MODULES["passkeys.js"]


def test_what_browsers_take_no_plain_text_for_goes_through_one_module():
    asked = {
        "parseFromString": re.compile(r"parseFromString\((?!apart(\.createHTML)?\()"),
        "srcdoc": re.compile(r"\.srcdoc = (?!apart\()"),
        "register": re.compile(r"serviceWorker\.register\((?!WORKER\b)"),
    }
    found = [
        (name, what) for name, text in MODULES.items() for what, plain in asked.items() if plain.search(text)
    ]
    assert found == []


def test_the_policies_that_are_made_are_the_ones_that_are_allowed():
    made = {
        name
        for module, text in MODULES.items()
        for name in re.findall(r"createPolicy\(\"([\w-]+)\"", text)
        if module.startswith(TRUSTED)
    }
    assert made == set(POLICY["trusted-types"])
    assert not any("createPolicy" in text for name, text in MODULES.items() if not name.startswith(TRUSTED))


def test_where_htmx_is_its_answers_are_watched_and_it_runs_and_keeps_nothing():
    for path in TEMPLATES:
        text = path.read_text()
        if "{% htmx_script %}" not in text:
            continue
        assert text.index("js/trusted/answers.js") < text.index("{% htmx_script %}"), path
        for told in ('"allowEval":false', '"allowScriptTags":false', '"historyEnabled":false'):
            assert told in text, path
