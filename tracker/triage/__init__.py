"""Decisions about a report: values in, values out. Standard library only; nothing here knows of Django."""
