"""Language files are read once, before hypothesis begins to time its examples."""

from tracker.triage.notes import read_note

read_note("warm")
