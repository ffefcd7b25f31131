"""Which rows the app is shown, as one policy for each table.

A row of patient data is shown with its patient; the patient's own row to the members of the team that has
them in care, unless the record is closed, to themselves, to their carers, to whoever opened their chart in an
emergency, and, that row alone, to the lead who is asked to take them over. Which of these may do what is for
`visible_to` and the pages to say: they are the first wall, and finer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from accounts.models import AccessEvent
from tracker.models import (
    Carer,
    EmergencyAccess,
    EmergencyReview,
    LookReview,
    Patient,
    ShiftNote,
    Transfer,
)
from tracker.walls.openings import of_table
from tracker.walls.roles import Role

# `asker` fails where nobody has said for whom is asked: better no page than one that finds nothing. The two
# lists are made once in a query; they are the owner's to read, as their tables stand behind this wall too.
FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION walls.asker() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    DECLARE said text := current_setting('sidelight.asker', true);
    BEGIN
      IF said = 'nobody' THEN RETURN 0; END IF;
      IF coalesce(said, '') = '' THEN
        RAISE EXCEPTION 'it was not said for whom the database is asked'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      RETURN said::bigint;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION walls.opening() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
      SELECT coalesce(current_setting('sidelight.opening', true), '')
    $$
    """,
    # Tests say what time it is.
    """
    CREATE OR REPLACE FUNCTION walls.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
      SELECT coalesce(nullif(current_setting('sidelight.now', true), '')::timestamptz, now())
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION walls.teams() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
      SELECT array(SELECT team_id FROM accounts_membership WHERE user_id = walls.asker())
    $$
    """,
    # A carer's last day is by the patient's clock: here it ends with the last zone of the world.
    """
    CREATE OR REPLACE FUNCTION walls.patients() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
      SELECT array(
        SELECT id FROM tracker_patient WHERE user_id = walls.asker()
        UNION
        SELECT patient_id FROM tracker_carer
        WHERE user_id = walls.asker() AND ended_at IS NULL AND until >= walls.now()::date - 1
        UNION
        SELECT patient_id FROM tracker_emergencyaccess
        WHERE user_id = walls.asker() AND ended_at IS NULL AND ends_at > walls.now()
      )
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION walls.offered() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
      SELECT array(
        SELECT patient_id FROM tracker_transfer
        JOIN accounts_membership lead ON lead.team_id = to_team_id
        WHERE state = 'asked' AND role = 'lead' AND user_id = walls.asker()
      )
    $$
    """,
)

TEAMS = "ANY ((SELECT walls.teams())::bigint[])"
PATIENTS = "ANY ((SELECT walls.patients())::uuid[])"
OFFERED = "ANY ((SELECT walls.offered())::uuid[])"
ASKER = "(SELECT walls.asker())"
# With the rights of its owner: who looks through it does not have the wall of patients planned once more for
# each table of a query, which took longer than many a query did.
VIEW = (
    "CREATE OR REPLACE VIEW walls.patients_seen AS SELECT id FROM tracker_patient"  # noqa: S608
    f" WHERE restricted_at IS NULL AND team_id = {TEAMS} OR id = {PATIENTS}"
)
WITH_PATIENT = "EXISTS (SELECT FROM walls.patients_seen seen WHERE seen.id = {column})"
OF_A_PATIENT = WITH_PATIENT.format(column="patient_id")

# Where a row is shown to more people than those who see its patient, or is not a patient's.
_OTHERWISE: dict[type[models.Model], str] = {
    Patient: f"restricted_at IS NULL AND team_id = {TEAMS} OR id = {PATIENTS} OR id = {OFFERED}",
    AccessEvent: f"actor_id = {ASKER} OR {OF_A_PATIENT}",
    Carer: f"user_id = {ASKER} OR {OF_A_PATIENT}",
    EmergencyAccess: f"user_id = {ASKER} OR {OF_A_PATIENT}",
    EmergencyReview: "EXISTS (SELECT FROM tracker_emergencyaccess seen WHERE seen.id = access_id)",
    LookReview: "false",  # what officers found is for officers
    ShiftNote: f"by_id = {ASKER} OR team_id = {TEAMS}",
    Transfer: f"patient_id = {OFFERED} OR {OF_A_PATIENT}",
}


@dataclass(frozen=True)
class Wall:
    """`shows` is the condition, in SQL, on which a row of `table` is shown to the app, and taken from it.

    An opening shows it too, where it shows `opened_with`: history is shown with what it is of.
    """

    table: str
    shows: str
    opened_with: str

    @property
    def condition(self) -> str:
        openings = ", ".join(f"'{each}'" for each in sorted(of_table(self.opened_with)))
        return f"(SELECT walls.opening()) = ANY (ARRAY[{openings}]) OR {self.shows}"

    def statements(self) -> list[str]:
        """Shut the table to everybody, then open it to the roles; the last one says what was laid."""
        app = f"({self.condition})"
        return [
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS app ON {self.table}",
            f"CREATE POLICY app ON {self.table} TO {Role.APP} USING {app} WITH CHECK {app}",
            f"DROP POLICY IF EXISTS worker ON {self.table}",
            f"CREATE POLICY worker ON {self.table} TO {Role.WORKER} USING (true) WITH CHECK (true)",
        ]


def walls() -> Iterator[Wall]:
    """One for each table with rows of patients, their history among them."""
    for model in apps.get_models():
        if shows := _shows(model):
            tracked = getattr(model, "pgh_tracked_model", None) or model
            yield Wall(model._meta.db_table, shows, tracked._meta.db_table)


def _shows(model: type[models.Model]) -> str | None:
    if model in _OTHERWISE:
        return _OTHERWISE[model]
    if any(field.name == "patient" for field in model._meta.fields):
        return OF_A_PATIENT
    if getattr(model, "pgh_tracked_model", None) is Patient:
        return WITH_PATIENT.format(column="pgh_obj_id")
    return None
