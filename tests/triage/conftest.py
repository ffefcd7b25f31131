"""Examples that hypothesis makes have no time limit: the first one of a language reads its file, and a busy
machine is no failure. How long triage takes is measured under bench/.

Mutants are tried with few examples, and always the same: whether a slip is noticed must not be luck."""

from hypothesis import settings

settings.register_profile("triage", deadline=None)
settings.register_profile("mutants", deadline=None, max_examples=10, derandomize=True, database=None)
settings.load_profile("triage")
