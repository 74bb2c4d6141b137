-- What each street section holds: one row per wave, municipality, district and section.
-- Objects with a Sperrvermerk and production sites in a PRIVATRAUM are left out: they appear in no
-- section. length_m, section_buildings: as registered, null where no register has the section.
CREATE OR REPLACE VIEW section_figures AS
WITH open_vacancies AS (
    SELECT * FROM vacancies
    WHERE section_id IS NOT NULL AND hold_reason IS NULL AND hold_date IS NULL
), open_sites AS (
    SELECT * FROM production_sites
    WHERE section_id IS NOT NULL AND site_status = 'AKTIV'
        AND place_type IS DISTINCT FROM 'PRIVATRAUM'
), longest AS (
    SELECT wave_id, municipality_key, district_id, section_id, max(run) AS longest_run
    FROM section_runs
    GROUP BY ALL
), vacancy_counts AS (
    SELECT wave_id, municipality_key, district_id, section_id,
        count(*) AS vacancies,
        count(*) FILTER (WHERE object_kind = 'EINHEIT') AS units,
        count(*) FILTER (WHERE object_kind = 'EINHEIT' AND unit_type = 'LADENLOKAL') AS vacant_shops,
        count(*) FILTER (WHERE object_kind = 'GEBAEUDE') AS buildings,
        count(*) FILTER (WHERE object_kind = 'BRACHFLAECHE') AS brownfields,
        min(street) AS street
    FROM open_vacancies
    GROUP BY wave_id, municipality_key, district_id, section_id
), site_counts AS (
    SELECT wave_id, municipality_key, district_id, section_id,
        count(*) AS production_sites, min(street) AS street
    FROM open_sites
    GROUP BY wave_id, municipality_key, district_id, section_id
), walked AS (
    SELECT DISTINCT c.wave_id, s.municipality_key, s.district_id, s.section_id
    FROM coverage AS c
    JOIN sections AS s USING (municipality_key, section_id)
    WHERE c.coverage = 'VOLL' AND s.district_id IS NOT NULL
), found AS (
    SELECT wave_id, municipality_key, district_id, section_id FROM vacancy_counts
    UNION SELECT wave_id, municipality_key, district_id, section_id FROM site_counts
    UNION SELECT wave_id, municipality_key, district_id, section_id FROM walked
)
SELECT found.*, s.label, s.length_m, s.buildings AS section_buildings,
    coalesce(s.street, v.street, p.street) AS street,
    coalesce(v.vacancies, 0) AS vacancies, coalesce(v.units, 0) AS units,
    coalesce(v.vacant_shops, 0) AS vacant_shops, coalesce(v.buildings, 0) AS buildings,
    coalesce(v.brownfields, 0) AS brownfields,
    coalesce(p.production_sites, 0) AS production_sites,
    coalesce(longest_run, 0) AS longest_run
FROM found
LEFT JOIN (SELECT * EXCLUDE (district_id) FROM sections) AS s USING (municipality_key, section_id)
LEFT JOIN vacancy_counts AS v USING (wave_id, municipality_key, district_id, section_id)
LEFT JOIN site_counts AS p USING (wave_id, municipality_key, district_id, section_id)
LEFT JOIN longest USING (wave_id, municipality_key, district_id, section_id)
ORDER BY ALL;
