"""The page on which a patient chooses whether, when and how to be reminded of the check-in."""
