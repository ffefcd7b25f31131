"""Keeps every version of a row that editors change."""

from collections.abc import Callable

import pghistory
from django.db import models


def with_history[Row: models.Model](model: type[Row]) -> type[Row]:
    """Records inserts, updates and deletions by database trigger, so that bulk changes count too."""
    track: Callable[[type[Row]], type[Row]] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
    )
    return track(model)
