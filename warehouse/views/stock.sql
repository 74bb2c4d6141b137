-- Form C as it stands: one row per wave, district, section, unit type and storey.
CREATE OR REPLACE VIEW stock AS
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number
FROM versions.stock
WHERE is_current;
