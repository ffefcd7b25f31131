"""Every table is either behind the wall or known to hold nothing of patients."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.database.asking import Opening, asking_for
from tracker.models import CheckIn
from tracker.walls import openings
from tracker.walls.laying import after_migration, before_migration, lay
from tracker.walls.policies import walls

pytestmark = pytest.mark.django_db

NOT_OF_PATIENTS = {
    # Whoever signs in is found by their address before it is known who they are.
    *("accounts_user", "accounts_userevent", "accounts_user_groups", "accounts_user_user_permissions"),
    *("account_emailaddress", "account_emailconfirmation", "mfa_authenticator"),
    *("accounts_invitation", "accounts_invitationevent", "accounts_signedin", "accounts_tries"),
    *("accounts_pushdevice", "accounts_pushdeviceevent"),
    *("auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_admin_log"),
    "django_session",  # found by a key that only its browser has; what was typed is sealed
    # Teams, and how they are told.
    *("accounts_careteam", "accounts_careteamevent", "accounts_membership", "accounts_membershipevent"),
    *("tracker_escalationpolicy", "tracker_escalationpolicyevent", "tracker_escalationstep"),
    *("tracker_escalationstepevent", "tracker_stepperson", "tracker_steppersonevent"),
    *("tracker_shift", "tracker_shiftevent", "tracker_swap", "tracker_swapevent"),
    *("tracker_cannedreply", "tracker_cannedreplyevent", "tracker_boardchoice"),
    *("tracker_notice", "tracker_heartbeat", "tracker_canary", "tracker_sealingkey"),
    "tracker_retentionrule",
    # Rules, and counts of what they would have done.
    *("tracker_ruleset", "tracker_ruleset_editors", "tracker_rulesetevent", "tracker_rule"),
    *("tracker_ruleevent", "tracker_condition", "tracker_dryrun"),
    # Numbers and hashes.
    *("accounts_unsealedevent", "accounts_auditseal", "accounts_auditanchor"),
    "pghistory_context",
}


def tables_of_ours() -> set[str]:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    exist = set(connection.introspection.table_names())
    return {table for table in tables & exist if not table.startswith("education_")}


def behind_the_wall() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        return {table for (table,) in cursor.fetchall()}


def test_every_table_is_behind_the_wall_or_known_to_hold_nothing_of_patients():
    assert behind_the_wall() | NOT_OF_PATIENTS == tables_of_ours()
    assert not behind_the_wall() & NOT_OF_PATIENTS


def test_each_table_behind_it_lets_the_app_and_the_worker_through_and_nobody_else():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, array_agg(policyname || ' ' || array_to_string(roles, '+')"
            " ORDER BY policyname) FROM pg_policies GROUP BY tablename"
        )
        found = dict(cursor.fetchall())
    assert set(found) == {wall.table for wall in walls()} == behind_the_wall()
    assert {tuple(each) for each in found.values()} == {("app sidelight_app", "worker sidelight_worker")}


def test_what_is_laid_is_not_laid_again():
    assert lay() == 0


def test_a_wall_that_somebody_switched_off_is_laid_again():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_patient DISABLE ROW LEVEL SECURITY")
    assert lay() == 1
    assert "tracker_patient" in behind_the_wall()


def test_a_wall_that_was_taken_down_is_laid_by_the_next_migration():
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY app ON tracker_checkin")
        cursor.execute("ALTER TABLE tracker_checkin DISABLE ROW LEVEL SECURITY")
    call_command("migrate", verbosity=0)
    assert "tracker_checkin" in behind_the_wall()
    assert lay() == 0


def test_a_step_back_finds_no_wall_in_its_way_and_shows_the_app_nothing(rosa, amira):
    before_migration("default", [("0035", True)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_alert DROP COLUMN patient_id")
    with asking_for(amira.pk):
        assert not CheckIn.objects.exists()
        assert "tracker_checkin" in behind_the_wall()


def test_a_step_forward_leaves_the_wall_as_it_is():
    before_migration("default", [("0036", False)])
    assert lay() == 0


def test_code_that_is_newer_than_the_tables_lays_nothing():
    [(_tracker, newest)] = MigrationLoader(connection).graph.leaf_nodes("tracker")
    before_migration("default", [(newest, True)])
    MigrationRecorder.Migration.objects.filter(app="tracker", name=newest).delete()
    after_migration("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_policy WHERE polname = 'app'")
        assert cursor.fetchone() == (0,)


def test_openings_name_tables_that_stand_behind_the_wall():
    assert set(openings.OF_TABLE) <= behind_the_wall()
    assert set().union(openings.EVERYWHERE, *openings.OF_TABLE.values()) == set(Opening)


@pytest.mark.parametrize("role", ["sidelight_app", "sidelight_worker"])
def test_neither_role_may_empty_or_change_a_table(role):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND (has_table_privilege(%s, oid, 'TRUNCATE, TRIGGER, REFERENCES')"
            " OR pg_has_role(%s, relowner, 'MEMBER'))",
            [role, role],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("role", ["sidelight_app", "sidelight_worker"])
def test_what_is_only_added_to_can_only_be_added_to(role):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname IN ('accounts_accessevent', 'tracker_flagevent',"
            " 'tracker_alertevent', 'tracker_patientevent', 'accounts_userevent')"
            " AND has_table_privilege(%s, oid, 'UPDATE, DELETE')",
            [role],
        )
        assert cursor.fetchall() == []
