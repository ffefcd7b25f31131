"""A database wrapper that takes nothing for kept that is not, and waits for no dead network."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from psycopg import Connection
from psycopg.errors import Diagnostic

# Seconds and milliseconds after which a connection counts as lost. Together under six seconds: a phone that
# gets an error sends again, one that waits for ever does not.
PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,  # what was sent and is not acknowledged
    "keepalives": 1,  # what was sent, acknowledged and not answered
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}
WAITS_FOR_STANDBY = "SyncRepWaitForLSN"
"""Where the server warns that it stopped waiting; its words are translated, the name of the place is not."""


class NotReplicated(OperationalError):
    """The server was told to stop waiting for its standby: the commit is kept here, and maybe only here.

    PostgreSQL calls that a success and adds a warning. We call it an error: whoever sent it sends it again,
    and the same id makes that harmless.
    """


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return {**PATIENCE, **super().get_connection_params()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> "Connection[Any]":
        connection: Connection[Any] = super().get_new_connection(conn_params)
        connection.add_notice_handler(self._notice)
        self._stopped_waiting = False
        return connection

    def _notice(self, said: Diagnostic) -> None:
        if said.source_function == WAITS_FOR_STANDBY:
            self._stopped_waiting = True

    def _commit(self) -> None:
        self._stopped_waiting = False
        super()._commit()  # type: ignore[misc]  # Django's own, unknown to its stubs
        if self._stopped_waiting:
            raise NotReplicated("kept on this server, and perhaps not on its standby")
