"""What anybody may send to an address: its form with something odd in it, another one, any bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.fuzz.forms import Form

LONE_SURROGATE = b"\xed\xa0\x80"  # what UTF-8 forbids, and a browser never sends

ODD_TEXTS = (
    "", " ", "\0", "a\0b", "\r\n", "\x1b[31m", "\u200b", "\u202eabc", "\ufeff", "\ud7ff\ue000", "e\u0301",
    "😀" * 300, "\U0010ffff", "x" * 70_000, "'\"<script>alert(1)</script>", "{{ 7 }}{% x %}", "%s%n%d%(x)s",
    "$1 ${x}", "../../etc/passwd", "=1+1", "\\", "--", "') OR 1=1 --", "%00", "null", "None", "undefined",
    "true", "[]", "{}",
)  # fmt: skip
ODD_NUMBERS = (
    "0", "-0", "-1", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "9" * 400, "9223372036854775808",
    "2147483648", "-2147483649", "0x10", "1_000", "1,5", "٣٤", "²", "½", "0.1e1",
    "1.0000000000000000000001", "+5", "  7  ",
)  # fmt: skip
ODD_TIMES = (
    "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-45", "1-1-1",
    "31/12/2026", "2026-11-28T25:00", "9999-12-31T23:59", "0001-01-01T00:00", "24:00", "23:59:60", "-05:00",
    "2026-03-29T02:30", "2026-W01", "99999999999-01", "2026-00",
)  # fmt: skip
ODD_KEYS = (
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{}", "1", "0", "x",
    "on", "__all__",
)  # fmt: skip
ODD_BYTES = (LONE_SURROGATE, b"\xff\xfe", b"\x80", b"\xc0\x80", b"\xf4\x90\x80\x80")
NAMES_IN_ADDRESSES = (
    "q", "page", "p", "o", "e", "all", "show", "days", "day", "month", "next", "correct", "again", "team",
    "drug", "who", "from", "until", "purpose", "person", "patient", "format", "lang", "language", "_popup",
    "_to_field", "id__exact", "_changelist_filters", "pk__in", "patient__name", "app_label", "model_name",
    "field_name", "term", "kind", "version", "left", "right", "since", "symptom", "view", "sort", "key",
    "action", "code", "to", "size", "width", "field", "object",
)  # fmt: skip
BODIES_IN_JSON: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, "", "\0", [], {}, [[[[[]]]]], {"": ""}, {"id": None},
    {"a": {"b": [1, {"c": None}]}},
)  # fmt: skip
TYPES = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "text/plain",
    "application/octet-stream", "", "x", "application/json; charset=utf-16", "application/csp-report",
    "application/reports+json", "multipart/mixed; boundary=x", "text/xml; charset=x y",
)  # fmt: skip
PART = b'--x\r\nContent-Disposition: form-data; name="a"'
BROKEN_BODIES = (
    b"", b"\0", b"{", b"[" * 2000, b"&&&===", b"a=%", b"a=%zz", b"%00=%00", b"=" * 50, b"a&b&c",
    b"\xff" * 100, b'"', b"1e999", b'{"a":1,"a":2}', b"NaN", b'"\\ud800"',
    b'{"id":"\\ud800","note":"\\u0000"}', b"--x", b"--x\r\n\r\n--x--",
    b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
    PART + b'; filename="../\x00.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n',
    PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An address that somebody may ask, with the forms that lead there."""

    name: str
    address: str
    people: tuple[str, ...]
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    place: str
    who: str
    method: str
    address: str
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        told = (self.address[:300], self.content_type, self.body[:400], self.headers)
        return f"{self.who}: {self.method} {' '.join(map(repr, told))}"


def values() -> st.SearchStrategy[bytes]:
    odd = st.sampled_from([*ODD_TEXTS, *ODD_NUMBERS, *ODD_TIMES, *ODD_KEYS])
    made = st.one_of(st.text(max_size=40), st.integers().map(str), st.floats().map(str), st.dates().map(str))
    return st.one_of(
        odd.map(_encoded), made.map(_encoded), st.sampled_from(ODD_BYTES), st.binary(max_size=20)
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def inputs(draw: st.DrawFn, places: Sequence[Place], names: Sequence[str]) -> Input:
    place = draw(st.sampled_from(places))
    who = draw(st.sampled_from(place.people))
    headers = draw(st.sampled_from([(), (), (), (), *HEADERS]))
    sends_a_form = place.forms and draw(st.integers(0, 9)) < 8
    if sends_a_form:
        form = draw(st.sampled_from(place.forms))
        pairs = draw(pairs_of(form, names))
        if form.method == "post":
            body, kind = draw(
                st.sampled_from([_urlencoded, _urlencoded, _multipart, _with_a_file, _as_json])
            )(pairs)
            return Input(place.name, who, "POST", place.address, body, kind, headers)
        return Input(place.name, who, "GET", _with_query(place.address, pairs), headers=headers)
    if draw(st.booleans()):
        asked = draw(
            st.lists(
                st.tuples(st.sampled_from([*NAMES_IN_ADDRESSES, *names]).map(_encoded), values()), max_size=4
            )
        )
        return Input(
            place.name,
            who,
            draw(st.sampled_from(METHODS)),
            _with_query(place.address, asked),
            headers=headers,
        )
    body = draw(st.one_of(st.sampled_from(BROKEN_BODIES), json_bodies(names), st.binary(max_size=60)))
    return Input(place.name, who, "POST", place.address, body, draw(st.sampled_from(TYPES)), headers)


METHODS = ("GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST")
HEADERS = (
    (("HX-Request", "true"),),
    (("HX-Request", "true"), ("HX-Current-URL", "http://testserver/%ed%a0%80?\x01"), ("HX-Target", "\x01")),
    (("Accept-Language", "ar;q=x, *;q=9, " + "a-" * 50),),
    (("Referer", "http://testserver/\xff"),),
    (("Authorization", "Bearer " + "x" * 5000),),
    (("Authorization", "\xff\xfe"),),
    (("If-None-Match", 'W/"x", "' + "y" * 500), ("If-Modified-Since", "Sat, 99 Foo 99999 99:99:99 GMT")),
    (("Cookie", "sessionid=\xff; csrftoken=\"\\000\"; messages=x:y:z; django_language=zz\x01"),),
    (("X-Forwarded-For", "x, 1.2.3.4.5, ::::"), ("X-Request-ID", "x" * 3000)),
    (("Range", "bytes=9999999999999999999-0"), ("Accept", "x/y;q=zz")),
)  # fmt: skip


@st.composite
def pairs_of(draw: st.DrawFn, form: Form, names: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """The form as it stands, one to four things of it changed."""
    filled = {name: list(kept) for name, kept in form.filled.items()}
    changes: dict[str, list[bytes]] = {}
    own = sorted(filled) or ["x"]
    for _change in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(own))
        match draw(
            st.sampled_from(["value", "value", "value", "choice", "none", "twice", "many", "stranger"])
        ):
            case "value":
                changes[name] = [draw(values())]
            case "choice":
                changes[name] = [_encoded(draw(st.sampled_from(form.choices.get(name) or [""])))]
            case "none":
                changes[name] = []
            case "twice":
                changes[name] = [*map(_encoded, filled.get(name, [])), draw(values())]
            case "many":
                changes[name] = [draw(values())] * 30
            case _:
                changes[draw(st.sampled_from([*names, f"{name}_0", f"{name}-0-id", f"{name}[]", "\0"]))] = [
                    draw(values())
                ]
    sent = {name: [_encoded(each) for each in kept] for name, kept in filled.items()} | changes
    return [(_encoded(name), value) for name, several in sent.items() for value in several]


@st.composite
def json_bodies(draw: st.DrawFn, names: Sequence[str]) -> bytes:
    whole = st.recursive(
        st.one_of(st.sampled_from(BODIES_IN_JSON), st.text(max_size=10), st.integers(), st.floats()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(list(names)) | st.text(max_size=5), inner, max_size=4),
        ),
        max_leaves=6,
    )
    return _encoded(json.dumps(draw(whole), ensure_ascii=draw(st.booleans())))


def _urlencoded(pairs: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, str]:
    return _query(pairs).encode(), "application/x-www-form-urlencoded"


def _query(pairs: Sequence[tuple[bytes, bytes]]) -> str:
    return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs)


def _with_query(address: str, pairs: Sequence[tuple[bytes, bytes]]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{_query(pairs)}"


def _multipart(pairs: Sequence[tuple[bytes, bytes]], more: bytes = b"") -> tuple[bytes, str]:
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b""), more, value)
        for name, value in pairs
    ]
    return b"".join(parts) + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def _with_a_file(pairs: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, str]:
    """Files where there should be text."""
    return _multipart(pairs, b'; filename="a\xff.png"\r\nContent-Type: image/png')


def _as_json(pairs: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, str]:
    told = {name.decode(errors="replace"): value.decode(errors="replace") for name, value in pairs}
    return _encoded(json.dumps(told)), "application/json"
