-- What checking found, one row per finding with all its cells; texts are in the findings catalogue.
CREATE OR REPLACE VIEW findings AS
SELECT
    submission_id, code, severity, form, sheet, field, rows, cells, value, proposal, parameters
FROM versions.findings
ORDER BY submission_id, severity, code, sheet, field, rows;
