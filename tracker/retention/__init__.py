"""How long what is kept of a patient is kept, what holds it back, and how it goes when its time has come."""
