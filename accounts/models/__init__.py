"""Who people are: users, the care teams they work in, how they were invited, and who looked at whom."""

from accounts.models.access import AccessEvent, AuditAnchor, AuditSeal, UnsealedEvent
from accounts.models.devices import PushDevice
from accounts.models.invitations import Invitation
from accounts.models.signed_in import SignedIn
from accounts.models.teams import CareTeam, Membership, Role
from accounts.models.tries import Tries
from accounts.models.users import Language, TemperatureUnit, TextSize, User, WeightUnit

__all__ = [
    "AccessEvent",
    "AuditAnchor",
    "AuditSeal",
    "CareTeam",
    "Invitation",
    "Language",
    "Membership",
    "PushDevice",
    "Role",
    "SignedIn",
    "TemperatureUnit",
    "TextSize",
    "Tries",
    "UnsealedEvent",
    "User",
    "WeightUnit",
]
