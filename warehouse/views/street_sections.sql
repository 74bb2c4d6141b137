-- Street sections as published: one row per wave, municipality, district and published section.
-- Counts by object kind only; in a row of merged sections section_id is null (section_counts).
-- longest_run: most neighbouring house numbers of one street side with a vacancy, within a section.
CREATE OR REPLACE VIEW street_sections AS
SELECT
    wave_id,
    municipality_key,
    district_id,
    CASE WHEN is_merged THEN NULL ELSE section_id END AS section_id,
    section,
    min(street) AS street,
    is_merged,
    sum(vacancies)::BIGINT AS vacancies,
    sum(units)::BIGINT AS units,
    sum(vacant_shops)::BIGINT AS vacant_shops,
    sum(buildings)::BIGINT AS buildings,
    sum(brownfields)::BIGINT AS brownfields,
    sum(production_sites)::BIGINT AS production_sites,
    max(longest_run)::BIGINT AS longest_run,
    CASE WHEN count(length_m) = count(*) THEN sum(length_m) END AS length_m
FROM section_counts
GROUP BY wave_id, municipality_key, district_id, 4, section, is_merged
ORDER BY ALL;
