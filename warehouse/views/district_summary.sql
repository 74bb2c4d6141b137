-- The published district table: one row per wave, municipality and surveyed district.
-- A district is surveyed in a wave when any row of units, production sites or quarantine names it,
-- or when a walked section lies in it; a district without a row here was not surveyed.
-- Figures are those of schemas/figures.toml; a test compares them.
CREATE OR REPLACE VIEW district_summary AS
WITH unit_counts AS (
    SELECT
        wave_id, municipality_key, district_id,
        count(*) FILTER (WHERE object_kind = 'BAULUECKE' AND vacancy_status = 'LEER') AS infill_gaps,
        count(*) FILTER (WHERE object_kind = 'MINDERGENUTZT' AND vacancy_status = 'LEER') AS underused,
        count(*) FILTER (WHERE vacancy_status = 'ZWISCHENNUTZUNG') AS interim_use
    FROM units
    GROUP BY ALL
), vacancy_counts AS (
    SELECT
        wave_id, municipality_key, district_id,
        count(*) AS vacancies,
        count(*) FILTER (WHERE object_kind = 'EINHEIT') AS units,
        count(*) FILTER (WHERE object_kind = 'GEBAEUDE') AS buildings,
        count(*) FILTER (WHERE object_kind = 'BRACHFLAECHE') AS brownfields,
        count(*) FILTER (WHERE object_kind = 'EINHEIT' AND unit_type = 'LADENLOKAL') AS vacant_shops,
        count(*) FILTER (WHERE vacancy_degree = 'TEILWEISE') AS partly_vacant
    FROM vacancies
    GROUP BY ALL
), site_counts AS (
    SELECT
        wave_id, municipality_key, district_id,
        count(*) FILTER (WHERE site_status = 'AKTIV') AS production_sites
    FROM production_sites
    GROUP BY ALL
), quarantine_counts AS (
    SELECT wave_id, municipality_key, district_id, count(*) AS quarantined
    FROM quarantine
    WHERE district_id IS NOT NULL AND wave_id IS NOT NULL
    GROUP BY ALL
), walked AS (
    SELECT DISTINCT c.wave_id, s.municipality_key, s.district_id
    FROM coverage AS c
    JOIN sections AS s USING (municipality_key, section_id)
    WHERE c.coverage IN ('VOLL', 'TEIL') AND s.district_id IS NOT NULL
), surveyed AS (
    SELECT wave_id, municipality_key, district_id FROM unit_counts
    UNION SELECT wave_id, municipality_key, district_id FROM site_counts
    UNION SELECT wave_id, municipality_key, district_id FROM quarantine_counts
    UNION SELECT wave_id, municipality_key, district_id FROM walked
)
SELECT
    surveyed.wave_id,
    surveyed.municipality_key,
    surveyed.district_id,
    districts.district_code,
    districts.district,
    districts.survey_area,
    coalesce(vacancies, 0) AS vacancies,
    coalesce(units, 0) AS units,
    coalesce(buildings, 0) AS buildings,
    coalesce(brownfields, 0) AS brownfields,
    coalesce(vacant_shops, 0) AS vacant_shops,
    coalesce(partly_vacant, 0) AS partly_vacant,
    coalesce(infill_gaps, 0) AS infill_gaps,
    coalesce(underused, 0) AS underused,
    coalesce(interim_use, 0) AS interim_use,
    coalesce(production_sites, 0) AS production_sites,
    coalesce(quarantined, 0) AS quarantined
FROM surveyed
LEFT JOIN districts USING (municipality_key, district_id)
LEFT JOIN unit_counts USING (wave_id, municipality_key, district_id)
LEFT JOIN vacancy_counts USING (wave_id, municipality_key, district_id)
LEFT JOIN site_counts USING (wave_id, municipality_key, district_id)
LEFT JOIN quarantine_counts USING (wave_id, municipality_key, district_id)
ORDER BY ALL;
