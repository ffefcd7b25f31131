"""Which words of a note are denied, imagined, long ago, over, or mean something else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from .patterns import Match, Span
from .text import Text
from .tokens import APOSTROPHES, Kind, Token

REACH_BACK = 2
"""Words that may stand between a new statement's verb and where its subject began."""
AFTER = 3
"""Words that may stand between a symptom and the word that denies it."""
LIST = 10
"""Words in a list that is denied as a whole: fever, chills, rash: none of these."""
OVER = 8
"""Words that may stand between a symptom and the word that says it is over."""
FIRST_YEAR, LAST_YEAR = 1930, 2039


class Scopes:
    def __init__(self, text: Text) -> None:
        self.text = text

    # What is denied

    @cached_property
    def denied(self) -> dict[int, int]:
        """For each denied token, the word that denies it."""
        denied: dict[int, int] = {}
        cue = -1
        for place in range(len(self.text)):
            if place in self._cues:
                cue = place
            elif cue >= 0 and self._ends_denial(place, cue):
                cue = -1
            elif cue >= 0 and self._starts_statement(place, cue):
                for earlier in range(self._subject(place, cue), place):
                    denied.pop(earlier, None)
                cue = -1
            elif cue >= 0:
                denied[place] = cue
        return denied

    def denies(self, match: Match) -> bool:
        """A denial reaches a part, or follows, or stands inside; its own words do not count."""
        if match.broken:
            return True
        cues = (self.denied[start] for start, _ in match.spans if start in self.denied)
        return any(not self._is_own(match, cue) for cue in cues) or self._denied_after(match)

    def _is_own(self, match: Match, cue: int) -> bool:
        """A denial that is part of the sign, or only strengthens one: "no me entra ningún zapato"."""
        return match.holds(cue) or (match.start <= cue < match.end and cue in self.text.concord)

    @cached_property
    def _cues(self) -> dict[int, int]:
        """Where a word or phrase of denial begins, and its last word."""
        spared = self.text.places("not_denial")
        return {start: end - 1 for start, end in self.text.spans("deny") if start not in spared}

    @cached_property
    def _ends(self) -> frozenset[int]:
        return self.text.places("contrast", "because", "not_denial")

    def _ends_denial(self, place: int, cue: int) -> bool:
        token = self.text.tokens[place]
        if token.kind is Kind.STOP or place in self._ends:
            return True
        if token.kind is Kind.PAUSE or place in self._and:
            return self._is_own_clause(place + 1) or self._begins_event(place + 1, cue)
        return False

    def _begins_event(self, place: int, cue: int) -> bool:
        """No fever, passed out in the shower: a noun is denied, and a verb follows."""
        return cue in self.text.places("deny_noun") and place in self.text.places("event_verb")

    @cached_property
    def _and(self) -> frozenset[int]:
        return self.text.places("and")

    @cached_property
    def _or(self) -> frozenset[int]:
        return self.text.places("or")

    @cached_property
    def _finite(self) -> frozenset[int]:
        return self.text.places("finite") | self._subjects

    @cached_property
    def _subjects(self) -> frozenset[int]:
        return self.text.places("first_person", "third_person", "possessive")

    @cached_property
    def _dated(self) -> frozenset[int]:
        return self.text.places("now", "again", "intense", "place_from")

    def _is_own_clause(self, start: int) -> bool:
        """What follows a comma or "and" up to the next says something of its own: it has a verb or a time."""
        for place in range(start, len(self.text)):
            token = self.text.tokens[place]
            if token.kind is not Kind.WORD or place in self._and or place in self._or:
                return place == start and token.kind is Kind.NUMBER
            if place in self._cues:
                return False
            if place in self._finite or place in self._dated:
                return True
        return False

    def _starts_statement(self, place: int, cue: int) -> bool:
        """A verb or a person in the middle of a denial, as when no comma was typed."""
        if place not in self._finite or self._follows_or(place) or place - 1 in self._linking:
            return False
        if place in self._subjects:
            return place > self._cues[cue] + 1
        return self._subject(place, cue) > self._cues[cue] + 1

    @cached_property
    def _linking(self) -> frozenset[int]:
        return self.text.places("linking")

    def _follows_or(self, place: int) -> bool:
        return place > 0 and place - 1 in self._or

    def _subject(self, place: int, cue: int) -> int:
        """Where the subject of the verb at `place` began, as far as we can tell."""
        if place in self._subjects:
            return place
        start, words = place, 0
        while start - 1 > cue and words < REACH_BACK:
            token = self.text.tokens[start - 1]
            if token.kind is not Kind.WORD or start - 1 in self._and or start - 1 in self._or:
                break
            start, words = start - 1, words + (start - 1 not in self._filler)
        return start

    @cached_property
    def _filler(self) -> frozenset[int]:
        return self.text.places("filler")

    def _denied_after(self, match: Match) -> bool:
        """chest pain? no; fever: none; breathing fine."""
        ended = len(self.text)
        for start, end in self._after(match.end, AFTER, over_question=True):
            if start > ended:
                break
            if self._strengthens(match, start):
                continue
            if (start, end) in self._denials_after and self._stands_alone(end):
                return True
            if self._says_normal(start, end, match):
                return True
            if start in self._cues or start in self._subjects:
                ended = min(ended, start)
        return any((start, end) in self._list_denials for start, end in self._after(match.end, LIST))

    def _says_normal(self, start: int, end: int, match: Match) -> bool:
        """Beside it, and not after a comma: breathing fine."""
        if (start, end) not in self._normals or start - 1 in self._cues or self._is_asked(end):
            return False
        weight = self.text.ground.weight
        return self._same_clause(match.end, start) and weight[start] - weight[match.end] <= 1

    def _is_asked(self, end: int) -> bool:
        return end < len(self.text) and self.text.tokens[end].word == "?"

    @cached_property
    def _list_denials(self) -> frozenset[Span]:
        return frozenset(self.text.spans("deny_list"))

    def _strengthens(self, match: Match, place: int) -> bool:
        """What follows a "cannot" still belongs to it: no puedo respirar bien, sin poder comer nada."""
        if self._negatives.isdisjoint(range(match.start, match.end)):
            return False
        return place in self.text.places("concord", "normal")

    @cached_property
    def _negatives(self) -> frozenset[int]:
        return self.text.places("deny")

    @cached_property
    def _denials_after(self) -> frozenset[Span]:
        spared = self.text.places("not_denial")
        return frozenset(span for span in self.text.spans("deny_after") if span[0] not in spared)

    @cached_property
    def _normals(self) -> frozenset[Span]:
        spared = self.text.places("not_denial")
        return frozenset(span for span in self.text.spans("normal") if span[0] not in spared)

    def _stands_alone(self, end: int) -> bool:
        """A "no" that is the whole answer, not the first word of the next denial."""
        longest = max((last - first for first, last in self._denials_after if last == end), default=1)
        if longest > 1 or end >= len(self.text) or end - 1 in self.text.places("deny_alone"):
            return True
        return self.text.tokens[end].kind in (Kind.STOP, Kind.PAUSE) or end in self._and

    def _after(self, end: int, reach: int, over_question: bool = False) -> Iterator[Span]:
        """The spans that begin within reach of a place, in its sentence, or after its question mark."""
        spots = sorted(
            {
                span
                for name in ("deny", "deny_after", "deny_list", "normal", "resolved")
                for span in self.text.spans(name)
            }
            | {(each, each + 1) for each in self._subjects}
        )
        weight = self.text.ground.weight
        for start, stop in spots:
            if start < end:
                continue
            between = self.text.tokens[end:start]
            stops = [each for each in between if each.kind is Kind.STOP]
            if stops and not (
                over_question and len(stops) == 1 and stops[0].word == "?" and between[0] is stops[0]
            ):
                return
            walls = weight[start] - weight[end] - sum(1000 for _ in stops)
            if walls > reach:
                return
            yield start, stop

    # What is over

    def over(self, match: Match) -> bool:
        """gone by morning, settled now; unless that is denied."""
        denials = self._cues.keys() | self.text.places("not_denial", "still")
        for start, end in self._after(match.end, OVER):
            if (start, end) not in self._resolved or denials & set(range(max(start - 2, 0), start)):
                continue
            if start not in self.text.places("resolved_end") or self._closes(end):
                return True
        before = range(max(match.start - 3, 0), match.start)
        return any(
            start in before and self._same_clause(start, match.start) and start - 1 not in denials
            for start, _ in self.text.spans("resolved_before")
        )

    def _closes(self, end: int) -> bool:
        """Nothing but a time follows: "gone", "gone by noon", and not "gone a funny colour"."""
        if end >= len(self.text) or self.text.tokens[end].kind is not Kind.WORD:
            return True
        return end in self.text.places("after_end")

    @cached_property
    def _resolved(self) -> frozenset[Span]:
        return frozenset(self.text.spans("resolved"))

    def _same_clause(self, one: int, other: int) -> bool:
        first, last = sorted((one, other))
        return all(each.kind is Kind.WORD for each in self.text.tokens[first:last])

    # What has not happened

    @cached_property
    def imagined(self) -> frozenset[int]:
        """Tokens that tell of what might be, or what to look out for."""
        reached = (place for start in self._conditions for place in self._to_the_end(start))
        return frozenset(reached) | self._asked

    def only_imagined(self, match: Match) -> bool:
        """It stands after a word such as "if"; one inside it ("I wish I was dead") does not count."""
        if match.start in self._asked:
            return True
        return any(
            not match.start <= start < match.end and match.start in self._to_the_end(start)
            for start in self._conditions
        )

    @cached_property
    def _conditions(self) -> frozenset[int]:
        """Where something begins that has not happened."""
        actual = {place for match in self.text.matches("actual") for place in range(match.start, match.end)}
        return frozenset(match.start for match in self.text.matches("hypothetical")) - actual

    @cached_property
    def _asked(self) -> frozenset[int]:
        """Tokens of questions about what might be: will my eyes go blurry on this?"""
        asked: set[int] = set()
        for place, token in enumerate(self.text.tokens):
            if token.word == "?":
                start, end = self.text.bounds(place)
                if self._asks_in_general(start, end):
                    asked.update(range(start, end))
        return frozenset(asked)

    def _asks_in_general(self, start: int, end: int) -> bool:
        words = [each for each in range(start, end) if self.text.tokens[each].kind is Kind.WORD]
        first = next((each for each in words if each not in self._and and each not in self._ends), None)
        if first is None or first not in self.text.places("question"):
            return False
        own = self.text.places("question_actual")
        return first in self.text.places("question_always") or not own & set(range(start, end))

    def _to_the_end(self, start: int) -> Iterator[int]:
        """To the end of the sentence, or to "but"."""
        contrasts = self.text.places("contrast")
        for place in range(start, len(self.text)):
            if self.text.tokens[place].kind is Kind.STOP or place in contrasts:
                return
            yield place

    # What was long ago

    @cached_property
    def _once(self) -> frozenset[int]:
        """Where something tells of long ago."""
        years = {
            place
            for place, token in enumerate(self.text.tokens)
            if _is_year(token) or _is_short_year(token, self.text.typed)
        }
        return frozenset(match.start for match in self.text.matches("past")) | years

    def long_ago(self, match: Match) -> bool:
        """In a sentence of long ago, and nothing beside it says that it is back."""
        clause = self._clause(match.start)
        if not any(place in clause and not match.holds(place) for place in self._once):
            return False
        return not any(self._now_beside(match)) and not self._is_back(match)

    def _is_back(self, match: Match) -> bool:
        """Another sentence says that it has come again."""
        return any(
            self.text.sentence[start] != self.text.sentence[match.start]
            and start not in self.imagined
            and start not in self.denied
            for start, _ in self.text.spans("is_back")
        )

    def _now_beside(self, match: Match) -> Iterator[bool]:
        again = self.text.places("again")
        now = self.text.places("now")
        normal = self.text.places("normal", "resolved", "own_ok")
        for place in self._clause(match.start):
            if place in again:
                yield True
        for place in self._segment(match.start):
            if place in now and not normal & set(range(place - 2, place + 4)):
                yield True

    def _clause(self, place: int) -> range:
        """The sentence around a place, cut at "but"."""
        start, end = self.text.bounds(place)
        contrasts = self.text.places("contrast")
        for each in range(start, end):
            if each in contrasts and each < place:
                start = each + 1
            if each in contrasts and each > place:
                end = each
                break
        return range(start, end)

    def _segment(self, place: int) -> range:
        """The part of a clause between pauses."""
        clause = self._clause(place)
        start = end = place
        while start > clause.start and self.text.tokens[start - 1].kind is not Kind.PAUSE:
            start -= 1
        while end < clause.stop and self.text.tokens[end].kind is not Kind.PAUSE:
            end += 1
        return range(start, end)

    # What means something else

    @cached_property
    def masked(self) -> frozenset[int]:
        return frozenset(
            place for match in self.text.matches("idiom") for place in range(match.start, match.end)
        )

    # How it is told

    def mildly(self, match: Match) -> bool:
        """A word such as "slight" stands just before it or inside."""
        weight = self.text.ground.weight
        return any(
            start < match.end and weight[max(match.start, start)] - weight[min(end, match.start)] <= 1
            for start, end in self.text.spans("mild")
            if start >= match.start - 5 and not match.holds(start)
        )

    def earlier(self, match: Match) -> bool:
        """Some days or weeks ago, and not now."""
        segment = self._segment(match.start)
        return any(start in segment for start, _ in self.text.spans("earlier")) and not any(
            self._now_beside(match)
        )


def _is_year(token: Token) -> bool:
    return (
        token.kind is Kind.NUMBER
        and len(token.word) == 4
        and token.word.isdigit()
        and FIRST_YEAR <= token.value <= LAST_YEAR
    )


def _is_short_year(token: Token, typed: str) -> bool:
    """Back in '09; not 6'10."""
    before = typed[max(token.start - 2, 0) : token.start]
    return (
        token.kind is Kind.NUMBER
        and len(token.word) == len("09")
        and before[-1:] in APOSTROPHES
        and bool(before)
        and not before[:-1].strip()
    )
