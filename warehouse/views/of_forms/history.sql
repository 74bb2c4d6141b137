-- Every version of every row: when it was loaded, when and why it ended, and whether it counts.
CREATE OR REPLACE VIEW {view} AS
SELECT v.* EXCLUDE ({lineage}) REPLACE (coalesce(same_as, {id}) AS {id}),
    submission_id, sheet, row_number, loaded_at, live_until, end_cause, ended_by, is_current,
    counted_from, counted_until
FROM versions.{form} AS v
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = '{form}'
) AS a ON a.municipality_key = v.municipality_key AND known_as = {id};
