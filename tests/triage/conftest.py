"""Examples that hypothesis makes have no time limit: the first one of a language reads its file, and a busy
machine is no failure. How long triage takes is measured under bench/."""

from hypothesis import settings

settings.register_profile("triage", deadline=None)
settings.load_profile("triage")
