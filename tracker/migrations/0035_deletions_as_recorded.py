"""The one way past the triggers that keep what was written: a row of `Deletion` names what goes.

See docs/decisions/0040-retention-and-erasure.md. The function runs with the rights of whoever owns the tables;
nobody else may call it until the role of the worker is given that right by name.
"""

from django.db import migrations

MAY_GO = (
    "tracker_alert",
    "tracker_alertevent",
    "tracker_call",
    "tracker_careevent",
    "tracker_carer",
    "tracker_carerevent",
    "tracker_checkin",
    "tracker_cliniciangrade",
    "tracker_course",
    "tracker_courseevent",
    "tracker_dose",
    "tracker_doseevent",
    "tracker_finding",
    "tracker_flag",
    "tracker_flagevent",
    "tracker_inboxitem",
    "tracker_message",
    "tracker_messageway",
    "tracker_messagewayevent",
    "tracker_mute",
    "tracker_muteevent",
    "tracker_notetoread",
    "tracker_notice",
    "tracker_offlinedevice",
    "tracker_offlinedeviceevent",
    "tracker_patientlimit",
    "tracker_patientlimitevent",
    "tracker_shownpage",
    "tracker_silentday",
    "tracker_transfer",
    "accounts_invitation",
    "accounts_invitationevent",
    "accounts_pushdevice",
    "accounts_pushdeviceevent",
    "accounts_signedin",
    "account_emailaddress",
    "mfa_authenticator",
    "tracker_patientevent",
    "accounts_userevent",
)
MAY_BE_BLANKED = (
    "tracker_patient",
    "tracker_patientevent",
    "tracker_emergencyaccess",
    "tracker_erasurerequest",
    "accounts_user",
)

FUNCTION = f"""
CREATE FUNCTION tracker_carry_out(deletion bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked tracker_deletion%ROWTYPE;
    person integer;
    part jsonb;
    named text;
    relation regclass;
    key_column name;
    key_type text;
    whose text;
    ignored text := current_setting('pgtrigger.ignore', true);
    changed integer;
    done integer := 0;
BEGIN
    SELECT * INTO STRICT asked FROM tracker_deletion WHERE id = deletion;
    SELECT user_id INTO STRICT person FROM tracker_patient WHERE id = asked.patient_id;
    -- By whichever clock the last day of a hold is not over yet.
    IF EXISTS (
        SELECT 1 FROM tracker_legalhold
        WHERE patient_id = asked.patient_id AND ended_at IS NULL
            AND (until IS NULL OR until >= (asked.at AT TIME ZONE 'UTC')::date - 1)
    ) THEN
        RAISE EXCEPTION 'a legal hold is in force'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deletion_of_nobody_who_is_held';
    END IF;
    FOR part IN SELECT * FROM jsonb_array_elements(asked.rows) LOOP
        named := part->>'table';
        IF NOT named = ANY (
            CASE WHEN part ? 'blank' THEN ARRAY{list(MAY_BE_BLANKED)} ELSE ARRAY{list(MAY_GO)} END
        ) THEN
            RAISE EXCEPTION 'rows of % are never taken away', named
                USING ERRCODE = 'check_violation', CONSTRAINT = 'deletion_of_what_may_go';
        END IF;
        relation := named::regclass;
        SELECT attname, format_type(atttypid, atttypmod) INTO STRICT key_column, key_type
            FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = relation AND indisprimary;
        -- Only this patient's, whatever the row says.
        whose := CASE
            WHEN named IN ('tracker_patient', 'tracker_patientevent') THEN format('id = %L', asked.patient_id)
            WHEN named IN ('accounts_user', 'accounts_userevent') THEN format('id = %L', person)
            WHEN named = 'tracker_notice' THEN format('recipient_id = %L', person)
            WHEN named LIKE 'tracker_%' THEN format('patient_id = %L', asked.patient_id)
            ELSE format('user_id = %L', person)
        END;
        PERFORM set_config('pgtrigger.ignore', (
            SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal
        ), true);
        EXECUTE CASE WHEN part ? 'blank' THEN
            format('UPDATE %s SET %s', relation, (
                SELECT string_agg(format('%I = %L', key, value), ', ') FROM jsonb_each_text(part->'blank')
            ))
        ELSE
            format('DELETE FROM %s', relation)
        END || format(
            ' WHERE %s AND %I = ANY (%L::%s[])', whose, key_column,
            (SELECT array_agg(value) FROM jsonb_array_elements_text(part->'ids')), key_type
        );
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed <> jsonb_array_length(part->'ids') THEN
            RAISE EXCEPTION '% rows of % were named, % are there', jsonb_array_length(part->'ids'), named, changed
                USING ERRCODE = 'check_violation', CONSTRAINT = 'deletion_is_of_rows_that_are_there';
        END IF;
        done := done + changed;
    END LOOP;
    PERFORM set_config('pgtrigger.ignore', coalesce(nullif(ignored, ''), '{{}}'), true);
    RETURN done;
END
$$;
REVOKE ALL ON FUNCTION tracker_carry_out(bigint) FROM PUBLIC;
"""  # noqa: S608 -- of the two lists above


class Migration(migrations.Migration):
    dependencies = [("tracker", "0034_retention_holds_and_erasure")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION tracker_carry_out(bigint);"),
    ]
