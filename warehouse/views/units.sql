-- Form A as it stands: one row per object and wave, whatever its status, all waves.
CREATE OR REPLACE VIEW units AS
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number
FROM versions.vacancies
WHERE is_current;
