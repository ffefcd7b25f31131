"""Which tables an opening shows in full: no more than its few lines of code need."""

from collections.abc import Mapping
from types import MappingProxyType

from config.database.asking import Opening

EVERYWHERE = frozenset({Opening.ADMINISTRATION, Opening.RECORDS})
"""Pages that keep each look: a superuser looks up any record, an officer says what of a record may go."""

OF_TABLE: Mapping[str, frozenset[Opening]] = MappingProxyType(
    {
        "accounts_accessevent": frozenset({Opening.PRIVACY_OFFICE, Opening.EMERGENCY}),
        "tracker_alert": frozenset({Opening.PROVIDER}),
        "tracker_alertevent": frozenset({Opening.PROVIDER}),
        "tracker_careevent": frozenset({Opening.TRANSFER}),
        "tracker_carer": frozenset({Opening.CARER_LINK, Opening.PHONE_TOKEN}),
        "tracker_checkin": frozenset({Opening.TAKEN_ID, Opening.TRIAL_OF_RULES}),
        "tracker_course": frozenset({Opening.TRIAL_OF_RULES, Opening.USES}),
        "tracker_dose": frozenset({Opening.TRIAL_OF_RULES}),
        "tracker_emergencyaccess": frozenset({Opening.EMERGENCY, Opening.PRIVACY_OFFICE}),
        "tracker_emergencyreview": frozenset({Opening.EMERGENCY, Opening.PRIVACY_OFFICE}),
        "tracker_flag": frozenset({Opening.PROVIDER, Opening.TRANSFER, Opening.TRIAL_OF_RULES}),
        "tracker_flagevent": frozenset({Opening.TRIAL_OF_RULES}),
        "tracker_inboxitem": frozenset({Opening.PHONE_TOKEN}),
        "tracker_lookreview": frozenset({Opening.PRIVACY_OFFICE}),
        "tracker_mute": frozenset({Opening.TRIAL_OF_RULES}),
        "tracker_offlinedevice": frozenset({Opening.PHONE_TOKEN, Opening.TRANSFER}),
        "tracker_patient": frozenset(
            {
                Opening.CARER_LINK,
                Opening.EMERGENCY,
                Opening.PHONE_TOKEN,
                Opening.PRIVACY_OFFICE,
                Opening.TRANSFER,
                Opening.TRIAL_OF_RULES,
            }
        ),
        "tracker_patientlimit": frozenset({Opening.TRIAL_OF_RULES}),
        "tracker_transfer": frozenset({Opening.TRANSFER}),
    }
)


def of_table(table: str) -> frozenset[Opening]:
    return EVERYWHERE | OF_TABLE.get(table, frozenset())
