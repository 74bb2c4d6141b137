-- What the office mended in sheets that were loaded: one row per corrected cell of a submission.
CREATE OR REPLACE VIEW corrections AS
SELECT
    submission_id, form, sheet, rows[1] AS row_number, cells[1] AS cell, field,
    nullif(value, '–') AS old_value,
    nullif(parameters ->> 'new', '–') AS new_value,
    parameters ->> 'reason' AS reason,
    parameters ->> 'by' AS corrected_by,
    parameters ->> 'on' AS corrected_on
FROM versions.findings
WHERE code = 'correction-applied'
ORDER BY submission_id, form, sheet, row_number, cell;
