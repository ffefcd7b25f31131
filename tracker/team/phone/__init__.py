"""A report that somebody of the team takes by phone: the questions to read aloud, and what to say then."""
