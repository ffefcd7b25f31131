"""The page on which a patient, or a carer for them, writes to the care team and reads what it wrote."""
