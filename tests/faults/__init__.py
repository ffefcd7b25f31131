"""What Sidelight promises, tried while things break: in the manner of Jepsen.

Clients keep a diary of what they asked and what they were answered (invoke, ok, unknown). A nemesis kills
processes, or takes channels down. A checker then compares what was acknowledged with what is in the database,
and with what reached mail server, phone provider, push service and webhook. `make faults` runs every scenario
for a short while, `make faults LONG=1` for as long as its figures ask.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SIDELIGHT_MODE", "test")

import django

django.setup()
