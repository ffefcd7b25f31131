"""What is searched for stands sealed in an address: for whoever searched, and nothing else opens there."""

import json

import pytest
from django.http import QueryDict

from config import searches
from config.sealing import make_key, seal

NAMES = ("q", "drug")
AMIRA, BEN = 7, 8


def sealed(**fields: str) -> str:
    sent = QueryDict(mutable=True)
    sent.update(fields)
    return searches.to_results("team:board", sent, NAMES, AMIRA).url


def asked(address: str, by: int = AMIRA) -> QueryDict:
    return searches.asked(QueryDict(address.partition("?")[2]), NAMES, by)


def test_it_opens_for_whoever_searched_and_for_nobody_else():
    address = sealed(q=" Rosa ", page="2")
    assert "Rosa" not in address
    assert (asked(address)["q"], asked(address)["page"]) == ("Rosa", "2")
    theirs = asked(address, by=BEN)
    assert "q" not in theirs
    assert searches.NAME not in theirs


def test_plain_words_in_an_address_are_not_read():
    assert "q" not in asked("/team/?q=Rosa")


@pytest.mark.parametrize(
    "other",
    [
        "no JSON at all",
        json.dumps(["1234567812345678"] * 10),
        json.dumps([AMIRA, {"q": "Rosa"}]),
        json.dumps({"salt": "00", "rounds": 1, "hashes": []}),
        json.dumps({"by": AMIRA, "search": {"q": "Rosa"}, "more": 1}),
        json.dumps(AMIRA),
    ],
)
def test_what_is_sealed_and_no_search_asks_for_nothing(other: str):
    query = QueryDict(mutable=True)
    query[searches.NAME] = seal(other)
    assert not searches.asked(query, NAMES, AMIRA)


def test_what_no_key_opens_asks_for_nothing(settings):
    address = sealed(q="Rosa")
    settings.ENCRYPTION_KEYS = [make_key()]
    assert not asked(address)
