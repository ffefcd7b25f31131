"""Arabic's own comma after the day of the week and before the time; 8:00, not 8 a.m."""

PATTERNS = {
    "D H:i": "l، H:i",
    "D j M": "l، j F",
    "D j M, H:i": "l، j F، H:i",
    "P": "G:i",
    "j F Y, H:i": "j F Y، H:i",
    "j F Y, H:i e": "j F Y، H:i e",
    "j F, H:i": "j F، H:i",
    "j M Y, H:i": "j F Y، H:i",
    "j M, H:i": "j F، H:i",
    "j M, H:i:s": "j F، H:i:s",
    "l j F": "l، j F",
    "l j F Y": "l، j F Y",
    "l j F, H:i": "l، j F، H:i",
    "l, H:i": "l، H:i",
}
globals().update(PATTERNS)
DATE_FORMAT = "j F Y"
