"""How one member of a care team is reached: their phone number, and the browsers that get push messages."""
