"""How each kind of condition reads as a sentence to fill in: a part's name in braces is a field.

`{bounds}` stands for the limits that a number must keep.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "answer": _("The {attribute} answer about {symptoms} is {at_least} or worse"),
    "composite": _("The composite grade of {symptoms} is {at_least} or worse"),
    "worse": _("One of {symptoms} is worse by {by} points or more than {than}"),
    "lasting": _("One of {symptoms} is {at_least} or worse on {days} logged days in a row"),
    "red_flag": _("The person ticks one of {red_flags}"),
    "note": _("The note says one of {concepts}"),
    "reading": _("The {kind} is {bounds}"),
    "below_usual": _("The {kind} is {side} the person’s usual, in {by}, by {bounds}"),
    "weight_gain_days": _("The weight has risen over {days} days by {bounds}"),
    "weight_loss_days": _("The weight has fallen over {days} days by {bounds}"),
    "since_urine": _("The {unit} since the person passed urine are {bounds}"),
    "drug": _("The person is on one of {drugs}, or it ended within {ended_within_days} days"),
    "hours_since_dose": _("The hours since a dose of one of {drugs} are {bounds}"),
    "days_since_end": _("The days since treatment with one of {drugs} ended are {bounds}"),
    "treatment_day": _("The day of treatment with one of {drugs} is {bounds}"),
    "since_chemo": _("The {unit} since chemotherapy are {bounds}"),
    "dose_day": _("It is within a day of a dose of one of {drugs}"),
    "missed": _("The whole {unit} without a report, just before this one, are {bounds}"),
    "last_level": _("The last logged day came to {at_least} or worse"),
    "open_flag": _("A flag of an earlier day, {at_least} or worse, has been answered: {acknowledged}"),
    "wants_call": _("The person asks for a call: {wanted}"),
    "is": _("This holds: {name}"),
}
"""Every kind of condition that holds no others. What most conditions leave as it is stands in PARTS alone."""

JOINS: Mapping[str, Promise] = {
    "all": _("All of these hold"),
    "any": _("At least one of these holds"),
    "count_of": _("At least so many of these hold:"),
    "not": _("This does not hold, or nobody knows"),
}

SHORT: Mapping[str, Promise] = {
    "answer": _("an answer"),
    "composite": _("a composite grade"),
    "worse": _("a symptom that is worse than before"),
    "lasting": _("a symptom that lasts"),
    "red_flag": _("a red flag"),
    "note": _("words of the note"),
    "reading": _("a reading"),
    "below_usual": _("a reading beside the usual"),
    "weight_gain_days": _("weight gain"),
    "weight_loss_days": _("weight loss"),
    "since_urine": _("time since urine"),
    "drug": _("a drug"),
    "hours_since_dose": _("time since a dose"),
    "days_since_end": _("time since a drug ended"),
    "treatment_day": _("the day of treatment"),
    "since_chemo": _("time since chemotherapy"),
    "dose_day": _("a dose day"),
    "missed": _("days without a report"),
    "last_level": _("the level of the last day"),
    "open_flag": _("a flag that waits"),
    "wants_call": _("a wish to be called"),
    "is": _("a condition that several rules use"),
    "all": _("a group: all of them"),
    "any": _("a group: at least one"),
    "not": _("a group: not"),
}
"""In the list of what can be added."""

BOUNDS: Mapping[str, Promise] = {
    "at_least": _("at least"),
    "over": _("over"),
    "at_most": _("at most"),
    "below": _("below"),
}

SIDES: Mapping[str, Promise] = {"below": _("below"), "above": _("above")}

UNITS_OF: Mapping[str, Promise] = {
    "weight_gain_days": _("kg"),
    "weight_loss_days": _("%"),
    "since_urine": _("hours"),
    "hours_since_dose": _("hours"),
    "days_since_end": _("days"),
    "since_chemo": _("days"),
    "missed": _("days"),
}
"""What stands beside the numbers of a condition; of readings it goes by the reading."""

CHOICES: Mapping[str, Promise] = {
    "baseline": _("before treatment"),
    "last_day": _("on the last comparable day"),
    "week_low": _("on the best of the last 7 days"),
    "worst": _("worst"),
    "frequency": _("frequency"),
    "severity": _("severity"),
    "interference": _("interference"),
    "amount": _("amount"),
    "presence": _("yes or no"),
    "units": _("its own unit"),
    "percent": _("percent"),
    "hours": _("hours"),
    "days": _("days"),
    "none": _("no flag"),
    "routine": _("routine"),
    "urgent": _("urgent"),
    "emergency": _("emergency"),
    "unspecified": _("yes, without saying which"),
    "*": _("any symptom"),
}
"""Words of the rule file that a person reads."""

PARTS: Mapping[str, Promise] = {
    "symptoms": _("symptoms"),
    "exclude": _("leave out"),
    "red_flags": _("red flags"),
    "concepts": _("what the note says"),
    "drugs": _("drugs"),
    "dose_cycle": _("compare dose days with dose days on"),
    "than": _("compared with"),
    "attribute": _("which answer"),
    "kind": _("reading"),
    "by": _("by how much"),
    "at_least": _("at least"),
    "days": _("days"),
    "ended_within_days": _("days after the end"),
    "unit": _("unit"),
    "acknowledged": _("answered"),
    "wanted": _("asked for"),
    "name": _("shared condition"),
    "side": _("above or below"),
    "bound": _("how it is compared"),
    "limit": _("number or limit"),
    "number": _("number"),
    "above_baseline": _("only above what it was before treatment"),
    "if_unknown": _("also when it was never asked before"),
}
"""What a field is called, for those who do not see the sentence around it."""

GRADES: Mapping[str, Mapping[int, Promise]] = {
    "answer": {1: _("1, mild"), 2: _("2, moderate"), 3: _("3, severe"), 4: _("4, very severe")},
    "lasting": {1: _("1, mild"), 2: _("2, moderate"), 3: _("3, severe"), 4: _("4, very severe")},
    "composite": {1: _("1"), 2: _("2"), 3: _("3")},
}
"""The steps of the scale that an answer, or a grade made of several, can reach. 0 is "not at all"."""
