-- A form's objects as they stand: one row per object and wave, all waves.
CREATE OR REPLACE VIEW {view} AS
SELECT v.* EXCLUDE ({lineage}) REPLACE (coalesce(same_as, {id}) AS {id}),
    submission_id, sheet, row_number
FROM versions.{form} AS v
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = '{form}'
) AS a ON a.municipality_key = v.municipality_key AND known_as = {id}
WHERE is_current;
