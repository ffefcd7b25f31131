"""The pages on which a patient asks people to help, and people choose whose diary they have open."""
