-- What was known at a moment (UTC): the rows that counted then, with the columns of the current view.
CREATE OR REPLACE MACRO units_as_of(ts) AS TABLE
WITH counted AS (
    SELECT *
    FROM versions.vacancies
    WHERE counted_from <= ts::TIMESTAMP
      AND (counted_until IS NULL OR counted_until > ts::TIMESTAMP)
    UNION ALL
    SELECT v.*
    FROM versions.vacancies AS v
    SEMI JOIN (
        SELECT submission_id, sheet, row_number
        FROM versions.counted_before
        WHERE form = 'vacancies' AND counted_from <= ts::TIMESTAMP AND counted_until > ts::TIMESTAMP
    ) AS earlier USING (submission_id, sheet, row_number)
)
SELECT counted.* EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
) REPLACE (coalesce(same_as, object_id) AS object_id), submission_id, sheet, row_number
FROM counted
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = 'vacancies'
) AS a ON a.municipality_key = counted.municipality_key AND known_as = object_id;
