"""27 de noviembre, not 27 noviembre; 27 nov, not 27 Nov; 8:00, not 8 a. m."""

PATTERNS = {
    "D j M": "D j b",
    "D j M, H:i": "D j b, H:i",
    "F Y": r"F \d\e Y",
    "M": "b",
    "P": "G:i",
    "j F": r"j \d\e F",
    "j F Y": r"j \d\e F \d\e Y",
    "j F Y, H:i": r"j \d\e F \d\e Y, H:i",
    "j F Y, H:i e": r"j \d\e F \d\e Y, H:i e",
    "j F, H:i": r"j \d\e F, H:i",
    "j M": "j b",
    "j M Y": "j b Y",
    "j M Y, H:i": "j b Y, H:i",
    "j M, H:i": "j b, H:i",
    "j M, H:i:s": "j b, H:i:s",
    "l j F": r"l j \d\e F",
    "l j F Y": r"l j \d\e F \d\e Y",
    "l j F, H:i": r"l j \d\e F, H:i",
}
globals().update(PATTERNS)
DATE_FORMAT = PATTERNS["j F Y"]
