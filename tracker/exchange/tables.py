"""Where each table with something about a patient goes in their own file, or why it does not.

A test walks all models: a new one with a way to a patient, or to the account of one, has to be named here.
"""

from collections.abc import Mapping

IN_FILE: Mapping[str, str] = {
    "tracker.Patient": "profile",
    "tracker.PatientEvent": "earlier_profiles",
    "accounts.User": "profile",
    "accounts.AccessEvent": "looks",
    "accounts.PushDevice": "phones",
    "accounts.Invitation": "invitations",
    "accounts.SignedIn": "sign_in",
    "mfa.Authenticator": "sign_in",
    "tracker.CareEvent": "care",
    "tracker.Carer": "carers",
    "tracker.CheckIn": "reports",
    "tracker.ClinicianGrade": "clinician_grades",
    "tracker.Call": "calls",
    "tracker.Course": "courses",
    "tracker.Deletion": "privacy",
    "tracker.Dose": "doses",
    "tracker.EmergencyAccess": "emergencies",
    "tracker.ErasureRequest": "privacy",
    "tracker.Finding": "reports",
    "tracker.Flag": "flags",
    "tracker.FlagEvent": "flags",
    "tracker.InboxItem": "from_phones",
    "tracker.LegalHold": "privacy",
    "tracker.Message": "messages",
    "tracker.MessageWay": "reminders",
    "tracker.NoteToRead": "notes",
    "tracker.Notice": "sent",
    "tracker.OfflineDevice": "phones",
    "tracker.Restriction": "privacy",
    "tracker.ShownPage": "pages_shown",
    "tracker.SilentDay": "silent_days",
    "tracker.Transfer": "transfers",
}
"""Model → part of the file in which its rows are."""

_STATES = "Earlier states of rows that are in the file, for who changes them by mistake or in bad faith."
_OWN_NOTES = "The team wrote it for itself; the file says so, and that the patient may ask for it."
_WORK = "About somebody at their work, not about a patient."

LEFT_OUT: Mapping[str, str] = {
    "tracker.PatientLimit": _OWN_NOTES,
    "tracker.Mute": _OWN_NOTES,
    "tracker.Alert": "Whom in the team an alert went to: the file says so. That it was raised is in it.",
    "tracker.AlertEvent": "As alerts.",
    "tracker.EmergencyReview": "What an officer found about a colleague; that the chart was opened is in it.",
    "tracker.LookReview": "What an officer found about a colleague; the looks are in it.",
    "tracker.ShiftNote": "Words of a team to its next shift, tied to no patient.",
    "account.EmailAddress": "The same address as in the profile.",
    "account.EmailConfirmation": "A key that runs out; no row is ever written.",
    "admin.LogEntry": "What an admin did; what it changed is in the file.",
    "accounts.UserEvent": _STATES,
    "accounts.PushDeviceEvent": _STATES,
    "accounts.InvitationEvent": _STATES,
    "tracker.CourseEvent": _STATES,
    "tracker.DoseEvent": _STATES,
    "tracker.CarerEvent": _STATES,
    "tracker.OfflineDeviceEvent": _STATES,
    "tracker.MessageWayEvent": _STATES,
    "tracker.PatientLimitEvent": _STATES,
    "tracker.MuteEvent": _STATES,
    "pghistory.Events": "A view over the histories.",
    "pghistory.MiddlewareEvents": "A view over the histories.",
    "accounts.Membership": _WORK,
    "accounts.MembershipEvent": _WORK,
    "education.Edition": _WORK,
    "education.EditionEvent": _WORK,
    "tracker.BoardChoice": _WORK,
    "tracker.Condition": _WORK,
    "tracker.DryRun": _WORK,
    "tracker.RetentionRule": _WORK,
    "tracker.Rule": _WORK,
    "tracker.RuleEvent": _WORK,
    "tracker.RuleSet": _WORK,
    "tracker.RuleSetEvent": _WORK,
    "tracker.Shift": _WORK,
    "tracker.ShiftEvent": _WORK,
    "tracker.StepPerson": _WORK,
    "tracker.StepPersonEvent": _WORK,
    "tracker.Swap": _WORK,
    "tracker.SwapEvent": _WORK,
}
"""Model → why none of its rows is in the file."""
