-- Form A as it stands: one row per object and wave, whatever its status, all waves.
CREATE OR REPLACE VIEW units AS
SELECT v.* EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
) REPLACE (coalesce(same_as, object_id) AS object_id), submission_id, sheet, row_number
FROM versions.vacancies AS v
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = 'vacancies'
) AS a ON a.municipality_key = v.municipality_key AND known_as = object_id
WHERE is_current;
