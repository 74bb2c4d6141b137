-- How much of a district was walked: one row per wave and district in which a walk is recorded.
-- is_partial: not every registered section was walked in full; the tables then show no totals of the
-- district, and sums over districts leave it out.
CREATE OR REPLACE VIEW walked_districts AS
WITH registered AS (
    SELECT municipality_key, district_id, count(*) AS sections_registered
    FROM sections WHERE district_id IS NOT NULL GROUP BY ALL
), walked AS (
    SELECT c.wave_id, s.municipality_key, s.district_id,
        count(DISTINCT section_id) FILTER (WHERE c.coverage = 'VOLL') AS sections_walked
    FROM coverage AS c JOIN sections AS s USING (municipality_key, section_id)
    WHERE s.district_id IS NOT NULL GROUP BY ALL
)
SELECT wave_id, municipality_key, district_id, sections_walked, sections_registered,
    sections_walked < sections_registered AS is_partial
FROM walked JOIN registered USING (municipality_key, district_id)
ORDER BY ALL;
