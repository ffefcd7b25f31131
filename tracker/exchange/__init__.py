"""What leaves the house: a patient's own copy of their diary."""
