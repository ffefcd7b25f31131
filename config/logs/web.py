"""What gunicorn itself says, in the same lines as the rest. Requests are logged by config.requests."""

import os
from typing import Any

from gunicorn.glogging import Logger

from config.logs.lines import Json, Plain

METHODS = ("critical", "error", "warning", "info", "debug", "exception")


class Log(Logger):
    """Calls its loggers from where it was called: config.logs.words asks which file speaks."""

    def __init__(self, cfg: Any) -> None:
        super().__init__(cfg)
        for name in METHODS:
            setattr(self, name, getattr(self.error_log, name))

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        is_production = os.environ.get("SIDELIGHT_MODE", "production") == "production"
        for handler in self.error_log.handlers:
            handler.setFormatter(Json() if is_production else Plain())
