"""A language of a few words, so that the engine is tried apart from any language file."""

from typing import Any

from tracker.triage.notes.language import read
from tracker.triage.notes.text import Text

CLASSES = {
    "filler": "the, a, of",
    "deny": "no, not, without, cannot, nothing",
    "deny_noun": "no, without",
    "not_denial": "no joke, no better, not sure",
    "deny_after": "no, none, not at all, nothing, not so",
    "deny_alone": "none",
    "deny_list": "none of these",
    "event_verb": "fainted",
    "normal": "fine, ok",
    "resolved": "gone, settled, over",
    "resolved_end": "gone",
    "resolved_before": "no more",
    "after_end": "now, by",
    "still": "still",
    "is_back": "is back",
    "contrast": "but",
    "because": "because",
    "and": "and",
    "or": "or",
    "finite": "is, was, hurts, has",
    "now": "now, today",
    "again": "again",
    "earlier": "weeks ago",
    "mild": "slight, bit of",
    "first_person": "i, me, my",
    "third_person": "he, she",
    "possessive": "my, his",
    "kin": "mum, sister",
    "kin_young": "sister",
    "stranger": "neighbour, dog",
    "of": "of",
    "says": "says",
    "acute": "suddenly",
    "question": "will, can",
    "question_always": "will",
    "question_actual": "my",
    "usual": "usually",
    "limit": "above",
    "temp": "temp",
    "pressure_word": "bp",
    "pulse_word": "pulse",
    "spo2_word": "sats",
    "breaths_word": "breaths",
    "weight_word": "weight, scales",
    "kilos": "kg, kilos",
    "pounds": "lb",
    "stones": "stone",
    "ounces": "oz",
    "other_unit": "km, miles",
    "in_a_day": "overnight",
    "row": "then",
    "weather": "sunny",
    "not_temperature": "shoe",
    "number_word": "six, twelve",
}

CONCEPTS = {
    "severe_pain": "ache|cramp|rash",
    "leg_clot": "leg ..3 sore",
    "faint": "cannot ..2 sit",
    "suicidal_thoughts": "wish ..2 dead",
}

SCOPES = {
    "hypothetical": "if",
    "actual": "if i walk",
    "past": "years ago",
    "idiom": "sick ache to the teeth",
    "carer": "typing for",
    "own_well": "i am ~1 fine",
    "elsewhere": "in hospital",
    "well": "lovely walk",
}

NUMBERS = {
    "temperature": "@temp ..2 #\n# degrees",
    "pressure": "@pressure_word ..2 # /|over #\n# /|over #",
    "systolic": "top number #",
    "pulse": "@pulse_word ..2 #\n# ..1 @pulse_word",
    "spo2": "@spo2_word ..2 #",
    "breaths": "@breaths_word ..2 #\n# breaths",
    "weight": "@weight_word ..2 # ?@kilos|@pounds|@stones",
    "gain": "up #|@number_word ?@kilos|@pounds|@stones|@ounces",
    "weight_change": "from # ?@kilos|@pounds to # ?@kilos|@pounds",
    "stone_change": "from # stone # to # stone #",
    "stools": "# loose\n@number_word loose",
    "vomits": "sick # times",
    "dry_hours": "dry #|@number_word hours",
}

_DATA: dict[str, Any] = {
    "classes": CLASSES | {"concord": "nothing"},
    "concepts": CONCEPTS,
    "scopes": SCOPES,
    "numbers": NUMBERS,
    "marks": {},
    "number_words": {"four": 4, "six": 6, "ten": 10, "twelve": 12},
    "function_words": "",
    "number_joiners": "",
    "point": "",
    "spelling": {"also": "", "lookalikes": "", "sounds": [], "slips": {}, "guessed": ""},
}

SMALL = read("xx", _DATA)


def laid_out(text: str) -> Text:
    return Text(text, SMALL)
