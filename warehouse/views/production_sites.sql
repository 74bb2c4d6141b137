-- Form B as it stands: one row per production site and wave, all waves.
CREATE OR REPLACE VIEW production_sites AS
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number
FROM versions.production_sites
WHERE is_current;
