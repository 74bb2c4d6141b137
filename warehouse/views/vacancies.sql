-- What the headline "Leerstände und Brachflächen" counts: count(*) is the published figure.
-- A building row is not counted where units of the same building are listed in the same wave.
CREATE OR REPLACE VIEW vacancies AS
WITH empty_buildings AS (
    SELECT *
    FROM versions.vacancies
    WHERE is_current AND vacancy_status = 'LEER' AND object_kind = 'GEBAEUDE'
), listed AS (
    -- Sought among the few addresses of empty buildings, not among those of all units.
    SELECT DISTINCT municipality_key, wave_id, address_key
    FROM versions.vacancies
    SEMI JOIN empty_buildings USING (municipality_key, wave_id, address_key)
    WHERE is_current AND object_kind = 'EINHEIT'
), counted AS (
    SELECT *
    FROM versions.vacancies
    WHERE is_current AND vacancy_status = 'LEER' AND object_kind IN ('EINHEIT', 'BRACHFLAECHE')
    UNION ALL
    SELECT * FROM empty_buildings ANTI JOIN listed USING (municipality_key, wave_id, address_key)
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
