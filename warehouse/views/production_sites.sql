-- Form B as it stands: one row per production site and wave, all waves.
CREATE OR REPLACE VIEW production_sites AS
SELECT v.* EXCLUDE (
    submission_id, sheet, row_number, address_key, loaded_at, live_until, end_cause, ended_by,
    is_current, counted_from, counted_until
) REPLACE (coalesce(same_as, site_id) AS site_id), submission_id, sheet, row_number
FROM versions.production_sites AS v
LEFT JOIN (
    SELECT municipality_key, object_id AS known_as, same_as
    FROM versions.aliases WHERE form = 'production_sites'
) AS a ON a.municipality_key = v.municipality_key AND known_as = site_id
WHERE is_current;
