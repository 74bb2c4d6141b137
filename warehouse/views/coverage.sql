-- What was walked: one row per wave and section.
CREATE OR REPLACE VIEW coverage AS
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number
FROM versions.coverage
WHERE is_current;
