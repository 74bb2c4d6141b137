-- Changes between waves: one row per wave, the wave before, municipality and district, over the
-- sections walked in full in both. U = status LEER (headline kinds) or ZWISCHENNUTZUNG.
-- It reconciles: u_now = u_before + newly_found + returned + redrawn_in
--   - ended - refurbished_or_let - unclear - not_found - redrawn_out.
-- An object that is absent in a walked section is not_found, to be clarified; never ended.
CREATE OR REPLACE VIEW wave_changes AS
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
), pairs AS (
    SELECT municipality_key, section_id, wave_id,
        lag(wave_id) OVER (
            PARTITION BY municipality_key, section_id ORDER BY first_day, wave_id) AS wave_before
    FROM walked JOIN days USING (municipality_key, wave_id)
    QUALIFY wave_before IS NOT NULL
), headline AS (
    SELECT municipality_key, wave_id, object_id FROM vacancies
    UNION
    SELECT municipality_key, wave_id, object_id FROM units
    WHERE vacancy_status = 'ZWISCHENNUTZUNG'
        AND object_kind IN ('EINHEIT', 'GEBAEUDE', 'BRACHFLAECHE')
), states AS (
    SELECT units.municipality_key, units.wave_id, units.object_id, district_id, section_id,
        vacancy_status, headline.object_id IS NOT NULL AS is_u, first_day
    FROM units
    JOIN days USING (municipality_key, wave_id)
    LEFT JOIN headline USING (municipality_key, wave_id, object_id)
), first_seen AS (
    SELECT municipality_key, object_id, min(first_day) AS first_u
    FROM states WHERE is_u GROUP BY ALL
), leaving AS (
    SELECT p.wave_id, p.wave_before, p.municipality_key, b.district_id, p.section_id,
        CASE
            WHEN n.object_id IS NULL THEN 'not_found'
            WHEN n.is_u AND n.section_id = p.section_id THEN 'persistent'
            WHEN n.is_u THEN 'redrawn_out'
            WHEN n.vacancy_status IN ('BEENDET', 'BELEGT') THEN 'ended'
            WHEN n.vacancy_status IN ('UMBAU', 'VERMIETET_NICHT_BEZOGEN') THEN 'refurbished_or_let'
            ELSE 'unclear'
        END AS kind
    FROM pairs AS p
    JOIN states AS b ON b.municipality_key = p.municipality_key AND b.section_id = p.section_id
        AND b.wave_id = p.wave_before AND b.is_u
    LEFT JOIN states AS n ON n.municipality_key = p.municipality_key AND n.wave_id = p.wave_id
        AND n.object_id = b.object_id
), arriving AS (
    SELECT p.wave_id, p.wave_before, p.municipality_key, n.district_id, p.section_id,
        CASE
            WHEN b.is_u AND b.section_id = p.section_id THEN 'same'
            WHEN b.is_u THEN 'redrawn_in'
            WHEN f.first_u < d.first_day THEN 'returned'
            ELSE 'newly_found'
        END AS kind
    FROM pairs AS p
    JOIN states AS n ON n.municipality_key = p.municipality_key AND n.section_id = p.section_id
        AND n.wave_id = p.wave_id AND n.is_u
    JOIN days AS d ON d.municipality_key = p.municipality_key AND d.wave_id = p.wave_before
    LEFT JOIN states AS b ON b.municipality_key = p.municipality_key
        AND b.wave_id = p.wave_before AND b.object_id = n.object_id
    LEFT JOIN first_seen AS f ON f.municipality_key = p.municipality_key
        AND f.object_id = n.object_id
), moves AS (
    SELECT * FROM leaving UNION ALL SELECT * FROM arriving WHERE kind <> 'same'
    UNION ALL
    SELECT p.wave_id, p.wave_before, p.municipality_key, s.district_id, p.section_id, 'walked'
    FROM pairs AS p JOIN sections AS s USING (municipality_key, section_id)
)
SELECT
    wave_id, wave_before, municipality_key, district_id,
    count(DISTINCT section_id) AS sections_matched,
    count(*) FILTER (WHERE kind IN ('persistent', 'not_found', 'redrawn_out', 'ended',
        'refurbished_or_let', 'unclear')) AS u_before,
    count(*) FILTER (WHERE kind = 'newly_found') AS newly_found,
    count(*) FILTER (WHERE kind = 'returned') AS returned,
    count(*) FILTER (WHERE kind = 'redrawn_in') AS redrawn_in,
    count(*) FILTER (WHERE kind = 'ended') AS ended,
    count(*) FILTER (WHERE kind = 'refurbished_or_let') AS refurbished_or_let,
    count(*) FILTER (WHERE kind = 'unclear') AS unclear,
    count(*) FILTER (WHERE kind = 'not_found') AS not_found,
    count(*) FILTER (WHERE kind = 'redrawn_out') AS redrawn_out,
    count(*) FILTER (WHERE kind = 'persistent') AS persistent,
    count(*) FILTER (WHERE kind IN ('persistent', 'newly_found', 'returned', 'redrawn_in')) AS u_now
FROM moves
WHERE district_id IS NOT NULL
GROUP BY wave_id, wave_before, municipality_key, district_id
ORDER BY ALL;
