"""Whose symptom it is: the patient's, or somebody's whom the note tells about."""

from __future__ import annotations

from functools import cached_property

from .text import Text

FIRST, THIRD, KIN, STRANGER = "first", "third", "kin", "stranger"


class People:
    """Who is spoken of at each place of a note.

    Kin are people a carer may type for (mum, husband): they are the patient when somebody else clearly
    types, or when nobody says how they are themselves. Strangers (a neighbour, a dog) never are.
    """

    def __init__(self, text: Text, *, by_another: bool = False) -> None:
        self.text = text
        self.by_another = by_another

    @cached_property
    def carer(self) -> bool:
        return self.by_another or any(True for _ in self.text.matches("carer"))

    @cached_property
    def own_well(self) -> frozenset[int]:
        """Sentences in which the writer says how they are themselves."""
        found = (match for match in self.text.matches("own_well") if not match.broken)
        return frozenset(self.text.sentence[match.start] for match in found)

    @cached_property
    def elsewhere(self) -> frozenset[int]:
        return frozenset(self.text.sentence[match.start] for match in self.text.matches("elsewhere"))

    @cached_property
    def _named(self) -> list[tuple[int, int, str]]:
        """Everybody who is called something, in order."""
        kin = [(start, end, KIN) for start, end in self.text.spans("kin")]
        return sorted({*kin, *((start, end, STRANGER) for start, end in self.text.spans("stranger"))})

    @cached_property
    def markers(self) -> list[tuple[int, int, str]]:
        """(start, end, who), in order. "My dad" and "dad says" are no word of the writer and of dad."""
        first = [(start, end, FIRST) for start, end in self.text.spans("first_person")]
        third = [(start, end, THIRD) for start, end in self.text.spans("third_person")]
        found = sorted({*first, *third, *self._named})
        return [each for each in found if not self._is_aside(each, found)]

    def _is_aside(self, marker: tuple[int, int, str], found: list[tuple[int, int, str]]) -> bool:
        start, end, who = marker
        if who in (FIRST, THIRD):
            named = [other for other in found if other[2] in (KIN, STRANGER)]
            follows = any(0 <= other[0] - end <= 1 or other[0] < start < other[1] for other in named)
            return follows or (start > 0 and start - 1 in self.text.places("of"))
        if who == KIN and any(other[2] == STRANGER and 0 <= start - other[0] <= 2 for other in found):
            return True
        return self._tells(end) and any(
            other[2] == FIRST
            and other[0] >= end
            and self.text.sentence[other[0]] == self.text.sentence[start]
            for other in found
        )

    def _tells(self, end: int) -> bool:
        """Wife says, daughter found: they only tell of the writer."""
        weight = self.text.ground.weight
        return any(start >= end and weight[start] - weight[end] <= 1 for start, _ in self.text.spans("says"))

    def other(self, start: int, end: int, *, grave: bool = False) -> bool:
        """What stands here is about somebody who is not the patient; when it is grave, less is needed."""
        marker = self._subject(start, end)
        if marker is None or marker[2] == FIRST:
            return False
        if marker[2] == THIRD:
            meant = self._meant(marker[0])
            if meant is None:
                return False
            marker = meant
        if marker[2] == STRANGER:
            return True
        return not self._is_patient(marker, grave)

    def _subject(self, start: int, end: int) -> tuple[int, int, str] | None:
        """The last person named before the end, in the sentence; the writer when they stand inside."""
        number = self.text.sentence[start]
        near = [each for each in self.markers if each[0] < end and self.text.sentence[each[0]] == number]
        if not near:
            return self._just_after(end)
        inside = [each for each in near if each[0] >= start and (each[2] == FIRST or self._owns(each[1]))]
        own = [each for each in inside if each[2] == FIRST]
        before = [each for each in near if each[0] <= start]
        return next(iter([*own, *before[-1:], *inside]), None)

    def _just_after(self, end: int) -> tuple[int, int, str] | None:
        """Se desmayó mi vecina."""
        weight = self.text.ground.weight
        return next(
            (each for each in self.markers if each[0] >= end and weight[each[0]] == weight[end]), None
        )

    def _owns(self, end: int) -> bool:
        """Mum's legs."""
        return end < len(self.text) and self.text.tokens[end].word == "'s"

    def _meant(self, place: int) -> tuple[int, int, str] | None:
        """The person that he, she or they stands for: the last one named. None for the patient of a carer."""
        named = [each for each in self._named if each[0] < place]
        if self.carer and (not named or self.text.sentence[named[-1][0]] != self.text.sentence[place]):
            return None
        return named[-1] if named else None

    def _is_patient(self, marker: tuple[int, int, str], grave: bool) -> bool:
        if self.carer:
            return True
        if self.own_well or self.text.sentence[marker[0]] in self.elsewhere:
            return False
        return grave or bool(self.text.spans("acute")) or not self._is_somebodys(marker[0])

    def _is_somebodys(self, place: int) -> bool:
        """My sister, our son: hardly anybody types for them without saying so."""
        return place in self.text.places("kin_young")
