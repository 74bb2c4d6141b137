-- Rows that cannot be counted, with their raw texts, of submissions that stand.
CREATE OR REPLACE VIEW quarantine AS
SELECT form, municipality_key, district_id, wave_id, raw, submission_id, sheet, row_number
FROM versions.quarantine
WHERE live_until IS NULL
ORDER BY submission_id, sheet, row_number;
