"""The words of the interface in other languages: found in our code, kept in locale/, compiled and checked.

In Python alone (Babel), as a fresh machine has none of GNU gettext's tools. `python -m config.messages` is
the way in.
"""
