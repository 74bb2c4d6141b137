-- What became of each object between two waves, on the sections walked in full in both: one row per
-- object, wave and wave before. U = status LEER (headline kinds) or ZWISCHENNUTZUNG.
-- kind, of objects that were U before: persistent, ended, refurbished_or_let, unclear, not_found,
-- redrawn_out, merged; of objects that are U now: newly_found, returned, redrawn_in, split_off.
-- Absent in a walked section is not_found, to be clarified; never ended.
-- The first part of a split and the whole of a merge continue their (first) predecessor.
CREATE OR REPLACE VIEW wave_moves AS
WITH states AS NOT MATERIALIZED (
    SELECT municipality_key, wave_id, object_id, district_id, section_id, vacancy_status,
        survey_date, submission_id, sheet, row_number,
        CASE object_kind
            WHEN 'GEBAEUDE' THEN vacancy_status = 'ZWISCHENNUTZUNG' OR b.object_id IS NOT NULL
            WHEN 'EINHEIT' THEN vacancy_status IN ('LEER', 'ZWISCHENNUTZUNG')
            WHEN 'BRACHFLAECHE' THEN vacancy_status IN ('LEER', 'ZWISCHENNUTZUNG')
            ELSE false
        END AS is_u
    FROM units
    LEFT JOIN (
        SELECT municipality_key, wave_id, object_id FROM vacancies WHERE object_kind = 'GEBAEUDE'
    ) AS b USING (municipality_key, wave_id, object_id)
), linked AS MATERIALIZED (
    SELECT * FROM states WHERE object_id IN (
        SELECT object_id FROM object_links UNION SELECT predecessor_id FROM object_links)
), successions AS (
    -- Predecessors that stand in the wave before with their successors in the wave.
    SELECT w.municipality_key, w.wave_id, w.wave_before, l.kind, l.predecessor_id, l.object_id,
        b.is_u AS was_u, n.is_u
    FROM (SELECT DISTINCT municipality_key, wave_id, wave_before FROM matched_sections) AS w
    JOIN object_links AS l USING (municipality_key)
    JOIN linked AS b ON b.municipality_key = w.municipality_key AND b.wave_id = w.wave_before
        AND b.object_id = l.predecessor_id
    JOIN linked AS n ON n.municipality_key = w.municipality_key AND n.wave_id = w.wave_id
        AND n.object_id = l.object_id
    WHERE l.form = 'vacancies'
), continued AS (
    -- What ends for what begins: one successor for each predecessor, and the other way round.
    SELECT s.* FROM successions AS s
    ANTI JOIN linked AS stays ON stays.municipality_key = s.municipality_key
        AND stays.wave_id = s.wave_id AND stays.object_id = s.predecessor_id
    ANTI JOIN linked AS stood ON stood.municipality_key = s.municipality_key
        AND stood.wave_id = s.wave_before AND stood.object_id = s.object_id
    QUALIFY row_number() OVER (
            PARTITION BY municipality_key, wave_id, wave_before, predecessor_id
            ORDER BY is_u DESC, object_id) = 1
        AND row_number() OVER (
            PARTITION BY municipality_key, wave_id, wave_before, object_id
            ORDER BY was_u DESC, predecessor_id) = 1
), first_seen AS (
    SELECT municipality_key, object_id, min(survey_date) AS first_u
    FROM states WHERE is_u GROUP BY ALL
), leaving AS (
    SELECT p.wave_id, p.wave_before, p.municipality_key, b.district_id, p.section_id, b.object_id,
        CASE
            WHEN n.object_id IS NULL AND m.predecessor_id IS NOT NULL THEN 'merged'
            WHEN n.object_id IS NULL THEN 'not_found'
            WHEN n.is_u AND n.section_id = p.section_id AND n.district_id = b.district_id
                THEN 'persistent'
            WHEN n.is_u THEN 'redrawn_out'
            WHEN n.vacancy_status IN ('BEENDET', 'BELEGT') THEN 'ended'
            WHEN n.vacancy_status IN ('UMBAU', 'VERMIETET_NICHT_BEZOGEN')
                THEN 'refurbished_or_let'
            ELSE 'unclear'
        END AS kind,
        coalesce(n.submission_id, b.submission_id) AS submission_id,
        coalesce(n.sheet, b.sheet) AS sheet,
        coalesce(n.row_number, b.row_number) AS row_number
    FROM matched_sections AS p
    JOIN states AS b ON b.municipality_key = p.municipality_key AND b.section_id = p.section_id
        AND b.wave_id = p.wave_before AND b.is_u
    LEFT JOIN continued AS c ON c.municipality_key = p.municipality_key AND c.wave_id = p.wave_id
        AND c.wave_before = p.wave_before AND c.predecessor_id = b.object_id
    LEFT JOIN states AS n ON n.municipality_key = p.municipality_key AND n.wave_id = p.wave_id
        AND n.object_id = coalesce(c.object_id, b.object_id)
    LEFT JOIN (
        SELECT DISTINCT municipality_key, wave_id, wave_before, predecessor_id
        FROM successions WHERE kind = 'merge'
    ) AS m ON m.municipality_key = p.municipality_key AND m.wave_id = p.wave_id
        AND m.wave_before = p.wave_before AND m.predecessor_id = b.object_id
), arriving AS (
    SELECT p.wave_id, p.wave_before, p.municipality_key, n.district_id, p.section_id, n.object_id,
        CASE
            WHEN b.is_u AND b.section_id = p.section_id AND b.district_id = n.district_id
                THEN 'persistent'
            WHEN b.is_u THEN 'redrawn_in'
            WHEN b.object_id IS NULL AND s.object_id IS NOT NULL THEN 'split_off'
            WHEN f.first_u < p.day_before THEN 'returned'
            ELSE 'newly_found'
        END AS kind,
        n.submission_id, n.sheet, n.row_number
    FROM matched_sections AS p
    JOIN states AS n ON n.municipality_key = p.municipality_key AND n.section_id = p.section_id
        AND n.wave_id = p.wave_id AND n.is_u
    LEFT JOIN continued AS c ON c.municipality_key = p.municipality_key AND c.wave_id = p.wave_id
        AND c.wave_before = p.wave_before AND c.object_id = n.object_id
    LEFT JOIN states AS b ON b.municipality_key = p.municipality_key
        AND b.wave_id = p.wave_before AND b.object_id = coalesce(c.predecessor_id, n.object_id)
    LEFT JOIN (
        SELECT DISTINCT municipality_key, wave_id, wave_before, object_id
        FROM successions WHERE kind = 'split' AND was_u
    ) AS s ON s.municipality_key = p.municipality_key AND s.wave_id = p.wave_id
        AND s.wave_before = p.wave_before AND s.object_id = n.object_id
    LEFT JOIN first_seen AS f ON f.municipality_key = p.municipality_key
        AND f.object_id = n.object_id
)
SELECT * FROM leaving
UNION ALL
SELECT * FROM arriving WHERE kind <> 'persistent';
