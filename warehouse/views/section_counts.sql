-- Street sections before they are merged: one row per wave, municipality, district and section.
-- section, is_merged: how the section is published. Sections known to have fewer than 10 buildings
-- (or the variable section_buildings, where it is set) are merged into one row of their street;
-- where these together have fewer than 10 too, the whole street is one row.
CREATE OR REPLACE VIEW section_counts AS
WITH small AS (
    SELECT municipality_key, street, sum(buildings) FILTER (
            WHERE buildings < coalesce(getvariable('section_buildings'), 10)) AS small_buildings
    FROM sections
    GROUP BY municipality_key, street
), merged AS (
    SELECT f.*, coalesce(least(section_buildings, small_buildings)
            < coalesce(getvariable('section_buildings'), 10), false) AS is_merged
    FROM section_figures AS f
    LEFT JOIN small USING (municipality_key, street)
)
SELECT *, CASE WHEN is_merged THEN street ELSE coalesce(label, section_id) END AS section
FROM merged
ORDER BY ALL;
