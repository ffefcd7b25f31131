"""A database wrapper that takes nothing for kept that is not, and waits for no dead network."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from django.utils import timezone
from psycopg import Connection
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from config.database.asking import Asker, asker

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


_UNKNOWN = Asker(user=-1)
_ASK_FOR = "SELECT set_config('sidelight.asker', %s, true), set_config('sidelight.opening', %s, true)"
# Tests write what they test with as the owner of the database; their requests ask in the role of the app, and
# at the moment that the test has chosen.
_IN_ROLE = ", set_config('sidelight.now', %s, true), set_config('role', %s, true)"


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells PostgreSQL, in each transaction anew, for whom it is asked: see `config.database.asking`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: Asker | None = None
        self.execute_wrappers.append(self._ask)

    def _ask(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asking = asker()
        if not self.autocommit:
            self._tell_within_transaction(asking)
            try:
                return execute(sql, params, many, context)
            finally:
                if sql.startswith("ROLLBACK TO"):  # and what was told since is forgotten
                    self._told = _UNKNOWN
        if asking is None:
            return execute(sql, params, many, context)
        with self.connection.transaction():
            self._tell(asking)
            return execute(sql, params, many, context)

    def _tell_within_transaction(self, asking: Asker | None) -> None:
        status = self.connection.info.transaction_status
        if status == TransactionStatus.IDLE:
            self._told = None
        if self._told != asking and status != TransactionStatus.INERROR:
            self._tell(asking)
            self._told = asking

    def _tell(self, asking: Asker | None) -> None:
        named = asking.named if asking else ("", "")
        if role := settings.DATABASE_ROLE_OF_REQUESTS:
            now = timezone.now().isoformat()
            self.connection.execute(_ASK_FOR + _IN_ROLE, [*named, now, role if asking else "none"])
        else:
            self.connection.execute(_ASK_FOR, named)

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
