-- What was known at a moment (UTC): the rows that counted then, with the columns of the current view.
CREATE OR REPLACE MACRO {view}(ts) AS TABLE
WITH counted AS (
    SELECT *
    FROM versions.{form}
    WHERE counted_from <= ts::TIMESTAMP
        AND (counted_until IS NULL OR counted_until > ts::TIMESTAMP)
    UNION ALL
    SELECT v.*
    FROM versions.{form} AS v
    SEMI JOIN (
        SELECT submission_id, sheet, row_number
        FROM versions.counted_before
        WHERE form = '{form}'
            AND counted_from <= ts::TIMESTAMP AND counted_until > ts::TIMESTAMP
    ) AS earlier USING (submission_id, sheet, row_number)
)
SELECT counted.* EXCLUDE ({lineage}) REPLACE (coalesce(same_as, {id}) AS {id}),
    submission_id, sheet, row_number
FROM counted
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = '{form}'
) AS a ON a.municipality_key = counted.municipality_key AND known_as = {id};
