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
SELECT * EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
), submission_id, sheet, row_number
FROM counted;
