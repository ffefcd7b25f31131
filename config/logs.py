"""Logs without addresses: an address names a patient's page."""

import logging


class RoutesNotAddresses(logging.Filter):
    """What Django logs of a request names its route ("team/patients/<uuid:pk>/") in place of its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "an address that leads nowhere"
            record.args = tuple(route if each == path else each for each in record.args)
        return True
