#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Clinicians judge case files on any computer: that needs no site, its secrets or its database.
    has_site = "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ
    if sys.argv[1:2] in (["triage"], ["rules"]) and not has_site:
        os.environ.setdefault("SIDELIGHT_MODE", "test")
    from config.patience import Process, i_am

    i_am(Process.WORKER if sys.argv[1:2] == ["worker"] else Process.COMMAND)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
