"""Text messages and calls, by whichever provider the settings name."""

from dataclasses import dataclass
from typing import Protocol

from tracker.alerts.channels import Receipt


@dataclass(frozen=True, slots=True)
class Message:
    """Words for one phone number (+34600123456). The provider reports what became of it to `report_to`."""

    to: str
    words: str
    report_to: str
    language: str = "en"


class Provider(Protocol):
    """What a provider of text messages and calls has to offer; both raise NotSent and Refused."""

    def text(self, message: Message) -> Receipt: ...

    def call(self, message: Message) -> Receipt: ...
