-- Objects that two sources of one wave tell differently, and which of them counts.
CREATE OR REPLACE VIEW conflicts AS
SELECT
    form, municipality_key, district_id, wave_id, object_id, counted_submission,
    other_submissions, fields, is_open, decided_by, reason
FROM versions.conflicts
ORDER BY form, municipality_key, wave_id, object_id;
