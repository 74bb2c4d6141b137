-- Rows that cannot be counted, with their raw texts, of submissions that stand.
-- A row that names no wave is of the one wave of its submission, if it has one.
CREATE OR REPLACE VIEW quarantine AS
SELECT q.form, q.municipality_key, q.district_id,
    coalesce(q.wave_id, CASE WHEN len(s.waves) = 1 THEN s.waves[1] END) AS wave_id,
    q.raw, q.submission_id, q.sheet, q.row_number
FROM versions.quarantine AS q
LEFT JOIN versions.submissions AS s USING (submission_id)
WHERE q.live_until IS NULL
ORDER BY submission_id, sheet, row_number;
