"""What each symptom is called within a sentence: "your chills". The library's own names stand alone.

`Symptom.plain_name` may be any words an editor likes ("Short of breath"), which make no sentence.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Subject(NamedTuple):
    """`words` are for the middle of a sentence. `many` is 1 or 2: what ngettext goes by."""

    words: Promise
    many: int = 1


SUBJECTS: Mapping[str, Subject] = {
    "fatigue": Subject(_("your tiredness")),
    "chills": Subject(_("your chills"), 2),
    "general_pain": Subject(_("your pain")),
    "headache": Subject(_("your headache")),
    "muscle_aches": Subject(_("your muscle aches"), 2),
    "joint_aches": Subject(_("your joint aches"), 2),
    "appetite_loss": Subject(_("your poor appetite")),
    "nausea": Subject(_("your nausea")),
    "vomiting": Subject(_("your throwing up")),
    "diarrhea": Subject(_("your loose stools"), 2),
    "constipation": Subject(_("your hard stools"), 2),
    "abdominal_pain": Subject(_("your belly pain")),
    "mouth_sores": Subject(_("your mouth or throat sores"), 2),
    "dry_mouth": Subject(_("your dry mouth")),
    "taste_change": Subject(_("your change of taste")),
    "shortness_of_breath": Subject(_("your shortness of breath")),
    "cough": Subject(_("your cough")),
    "wheezing": Subject(_("your wheezing")),
    "swelling": Subject(_("the swelling of your arms or legs")),
    "palpitations": Subject(_("your racing heart")),
    "dizziness": Subject(_("your dizziness")),
    "blurry_vision": Subject(_("your blurry vision")),
    "rash": Subject(_("your rash")),
    "itching": Subject(_("your itching")),
    "hives": Subject(_("your hives"), 2),
    "dry_skin": Subject(_("your dry skin")),
    "hair_loss": Subject(_("your hair loss")),
    "sweating": Subject(_("your sweating")),
    "numbness_tingling": Subject(_("your numbness or tingling")),
    "concentration": Subject(_("your trouble with focus")),
    "memory": Subject(_("your trouble with memory")),
    "insomnia": Subject(_("your trouble with sleep")),
    "anxious": Subject(_("your worry")),
    "hopeless": Subject(_("your low mood")),
    "sad": Subject(_("your sadness")),
    "painful_urination": Subject(_("your pain when you pass urine")),
    "urinary_urgency": Subject(_("your sudden need to pass urine")),
    "urinary_frequency": Subject(_("your need to pass urine often")),
    "urine_colour_change": Subject(_("the change in the color of your urine")),
    "bruising": Subject(_("your bruises"), 2),
    "nosebleeds": Subject(_("your nosebleeds"), 2),
    "injection_site_reaction": Subject(_("your sore skin where you inject")),
    "chest_pain": Subject(_("your chest pain or pressure")),
    "faint": Subject(_("your fainting")),
    "confusion": Subject(_("your confusion")),
    "self_harm_thoughts": Subject(_("your thoughts of harming yourself"), 2),
    "left_shoulder_or_upper_belly_pain": Subject(_("your pain in the upper belly or shoulder")),
    "one_leg_swelling": Subject(_("the swelling of your leg")),
    "bleeding": Subject(_("your bleeding")),
    "vision_loss": Subject(_("your loss of sight")),
    "face_arm_speech": Subject(_("your trouble with face, arm or speech")),
    "throat_or_lip_swelling": Subject(_("the swelling of your throat or lips")),
    "fever_feeling": Subject(_("your feeling of fever")),
}
