"""Ways to reach a person. Each takes values, sends, and says what whoever carries the message answered.

Whatever a provider does (time out, answer 500 or nonsense, say nothing at all) ends in NotSent or Refused
within seconds. Their words repeat nothing of the message: they are kept and shown.
"""

from dataclasses import dataclass


class NotSent(Exception):
    """The message was not handed over; another try may do."""


class Refused(NotSent):
    """The message will never be taken at this address: no use in trying again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever carries the message calls it, where it has a name there, and what they answered."""

    answer: str
    provider_id: str = ""
