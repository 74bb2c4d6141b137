-- Splits and merges as the office confirmed them: one row per successor and predecessor.
CREATE OR REPLACE VIEW object_links AS
SELECT form, municipality_key, object_id, predecessor_id, kind, decided_by, reason
FROM versions.links
ORDER BY ALL;
