-- Objects that two sources of one wave tell differently, and which of them counts.
CREATE OR REPLACE VIEW conflicts AS
SELECT
    c.form, c.municipality_key, c.district_id, c.wave_id, c.object_id, c.counted_submission,
    c.other_submissions, c.fields, c.is_open, d.decided_by, d.reason
FROM versions.conflicts AS c
LEFT JOIN versions.choices AS d USING (form, municipality_key, wave_id, object_id)
ORDER BY ALL;
