-- Every version of every row: when it was loaded, when and why it ended, whether it counts, and
-- what the office corrected in it.
CREATE OR REPLACE VIEW {view} AS
WITH mended AS (
    SELECT submission_id, sheet, row_number, list(
        {{
            'field': field, 'cell': cell, 'old_value': old_value, 'new_value': new_value,
            'reason': reason, 'corrected_by': corrected_by, 'corrected_on': corrected_on
        }} ORDER BY cell
    ) AS corrections
    FROM corrections
    WHERE form = '{form}'
    GROUP BY ALL
)
SELECT v.* EXCLUDE ({lineage}) REPLACE (coalesce(same_as, {id}) AS {id}),
    submission_id, sheet, row_number, loaded_at, live_until, end_cause, ended_by, is_current,
    counted_from, counted_until, corrections
FROM versions.{form} AS v
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = '{form}'
) AS a ON a.municipality_key = v.municipality_key AND known_as = {id}
LEFT JOIN mended USING (submission_id, sheet, row_number);
