"""Where admins look after patients and plans, and look up what was reported, flagged and sent.

What patients reported and what came of it can be looked at, never changed, and each look is written down.
"""

from tracker.admin import cover, patients, records, rules, teams

__all__ = ["cover", "patients", "records", "rules", "teams"]
