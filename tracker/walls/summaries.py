"""What the app may know of rows behind the wall without seeing one: numbers, moments and hashes.

Functions of the owner, in PL/pgSQL so that a connection plans them once: with the policies of four tables in
it, planning such a query takes longer than answering it.
"""

SUMMARIES = (
    # Whether a board is still the same: tracker.team.live.version. xmin is the transaction that wrote a row
    # as it is now, whichever program it was, so that no change can be forgotten. Reports are added and never
    # changed: their number is enough. Both queries are of one moment, as the function is STABLE. Open flags
    # are few, and come first: OFFSET 0 keeps PostgreSQL from reading all patients to join them.
    """
    CREATE OR REPLACE FUNCTION walls.board_as_it_is(
      reader bigint, since date, at timestamptz,
      OUT teams bigint[], OUT flags text, OUT reports text, OUT to_be_called_back bigint
    ) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE patients uuid[];
    BEGIN
      SELECT array_agg(team_id ORDER BY team_id) INTO teams FROM accounts_membership WHERE user_id = reader;
      SELECT md5(string_agg(concat_ws('/', flag.id, flag.xmin, patient.xmin), ',' ORDER BY flag.id)),
             array_agg(flag.patient_id),
             count(*) FILTER (WHERE flag.call_back_at <= at)
        INTO flags, patients, to_be_called_back
        FROM tracker_flag flag CROSS JOIN LATERAL (
          SELECT team_id, xmin FROM tracker_patient WHERE id = flag.patient_id OFFSET 0
        ) patient
       WHERE flag.state <> 'resolved' AND patient.team_id = ANY (teams);
      SELECT md5(string_agg(concat_ws('/', patient_id, many), ',' ORDER BY patient_id)) INTO reports FROM (
        SELECT patient_id, count(*) AS many FROM tracker_checkin
         WHERE patient_id = ANY (patients) AND day >= since GROUP BY patient_id
      ) counted;
    END $$
    """,
    # Whether anything has waited since `late` to be told or weighed: tracker.alerts.watch. Of alerts it
    # counts by when they were wanted: one that fails is due again and again, and never late.
    """
    CREATE OR REPLACE FUNCTION walls.waits_since(
      late timestamptz, OUT last_beat timestamptz, OUT alerts bool, OUT flags bool, OUT reports bool
    ) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    BEGIN
      SELECT max(beat_at) INTO last_beat FROM tracker_heartbeat;
      alerts := EXISTS (
        SELECT FROM tracker_alert alert JOIN tracker_flag flag ON flag.id = alert.flag_id
         WHERE alert.state IN ('queued', 'leased') AND alert.wanted_at <= late AND flag.state = 'open'
      );
      flags := EXISTS (SELECT FROM tracker_flag WHERE state = 'open' AND next_due_at <= late);
      reports := EXISTS (SELECT FROM tracker_inboxitem WHERE outcome = 'waiting' AND received_at <= late);
    END $$
    """,
)
