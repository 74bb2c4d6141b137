-- Every version of every row of form B: when it was loaded, when and why it ended, and whether it counts.
CREATE OR REPLACE VIEW production_sites_history AS
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
FROM versions.production_sites;
