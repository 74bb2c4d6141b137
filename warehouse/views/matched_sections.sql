-- Where two waves can be compared: one row per section and wave in which it was walked in full, with
-- the wave before in which it was, too.
-- day_before: the first survey or walking day of the wave before.
CREATE OR REPLACE VIEW matched_sections AS
WITH days AS (
    SELECT municipality_key, wave_id, min(day) AS first_day
    FROM (
        SELECT municipality_key, wave_id, min(survey_date) AS day FROM units GROUP BY ALL
        UNION ALL
        SELECT municipality_key, wave_id, min(walked_on) FROM coverage GROUP BY ALL
    )
    GROUP BY ALL
), walked AS (
    SELECT DISTINCT municipality_key, wave_id, section_id FROM coverage WHERE coverage = 'VOLL'
)
SELECT
    wave_id,
    lag(wave_id) OVER earlier AS wave_before,
    lag(first_day) OVER earlier AS day_before,
    municipality_key,
    section_id
FROM walked JOIN days USING (municipality_key, wave_id)
WINDOW earlier AS (PARTITION BY municipality_key, section_id ORDER BY first_day, wave_id)
QUALIFY wave_before IS NOT NULL
ORDER BY ALL;
