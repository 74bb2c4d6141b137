-- Submissions whose rows were loaded, one row each; those that wait or failed are in `status`.
CREATE OR REPLACE VIEW submissions AS
SELECT
    submission_id, file, team, municipality_key, waves, status, coverage, sha256, rule_version,
    received_at, loaded_at, replaces, withdrawn_at, withdrawn_by, withdrawn_reason
FROM versions.submissions
ORDER BY submission_id;
