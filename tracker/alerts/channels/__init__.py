"""Ways to reach a person. Each takes values, sends, and says what whoever carries the message answered.

Whatever a provider does (time out, answer 500 or nonsense, say nothing at all) ends in NotSent or Refused
within seconds. Their words repeat nothing of the message: they are kept and shown, so they are made plain and
short here, whatever a provider puts into them.
"""

from dataclasses import dataclass

KEPT = 120  # characters of an answer
LONGEST_NAME = 200  # characters of a provider's name for a message


def plain(words: str, longest: int = KEPT) -> str:
    """What a database, a log and a page can hold: no NUL, no half of a character, no second line."""
    return "".join(each if each.isprintable() else "?" for each in words[:longest])


class NotSent(Exception):
    """The message was not handed over; another try may do."""

    def __init__(self, words: str) -> None:
        super().__init__(plain(words))


class Refused(NotSent):
    """The message will never be taken at this address: no use in trying again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever carries the message calls it, where it has a name there, and what they answered."""

    answer: str
    provider_id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "answer", plain(self.answer))
        object.__setattr__(self, "provider_id", plain(self.provider_id, LONGEST_NAME))
