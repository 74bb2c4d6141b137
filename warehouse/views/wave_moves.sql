-- What became of each object between two waves, on the sections walked in full in both: one row per
-- object, wave and wave before. U = status LEER (headline kinds) or ZWISCHENNUTZUNG.
-- kind, of objects that were U before: persistent, ended, refurbished_or_let, unclear, not_found,
-- redrawn_out, merged; of objects that are U now: newly_found, returned, redrawn_in, split_off.
-- The first part of a split and the whole of a merge continue their (first) predecessor.
CREATE OR REPLACE VIEW wave_moves AS
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
        vacancy_status, headline.object_id IS NOT NULL AS is_u, first_day,
        submission_id, sheet, row_number
    FROM units
    JOIN days USING (municipality_key, wave_id)
    LEFT JOIN headline USING (municipality_key, wave_id, object_id)
), continued AS (
    -- Whole successor of whom in a wave that does not name the predecessor itself.
    SELECT l.municipality_key, n.wave_id, l.predecessor_id, min(l.object_id) AS object_id
    FROM object_links AS l
    JOIN states AS n ON n.municipality_key = l.municipality_key AND n.object_id = l.object_id
    ANTI JOIN states AS o ON o.municipality_key = l.municipality_key AND o.wave_id = n.wave_id
        AND o.object_id = l.predecessor_id
    WHERE l.form = 'vacancies' AND l.kind = 'split'
    GROUP BY ALL
    UNION ALL
    SELECT l.municipality_key, n.wave_id, min(l.predecessor_id), l.object_id
    FROM object_links AS l
    JOIN states AS n ON n.municipality_key = l.municipality_key AND n.object_id = l.object_id
    ANTI JOIN states AS o ON o.municipality_key = l.municipality_key AND o.wave_id = n.wave_id
        AND o.object_id = l.predecessor_id
    WHERE l.form = 'vacancies' AND l.kind = 'merge'
    GROUP BY ALL
), first_seen AS (
    SELECT municipality_key, object_id, min(first_day) AS first_u
    FROM states WHERE is_u GROUP BY ALL
), followed AS (
    -- The same object, or the one that continues it, in the wave at hand.
    SELECT p.wave_id, p.wave_before, p.section_id, b, n
    FROM pairs AS p
    JOIN states AS b ON b.municipality_key = p.municipality_key AND b.section_id = p.section_id
        AND b.wave_id = p.wave_before AND b.is_u
    LEFT JOIN continued AS c ON c.municipality_key = b.municipality_key
        AND c.wave_id = p.wave_id AND c.predecessor_id = b.object_id
    LEFT JOIN states AS n ON n.municipality_key = p.municipality_key AND n.wave_id = p.wave_id
        AND n.object_id IN (b.object_id, c.object_id)
    QUALIFY row_number() OVER (
        PARTITION BY p.wave_id, b.municipality_key, b.object_id
        ORDER BY n.object_id = b.object_id DESC NULLS LAST, n.object_id) = 1
), leaving AS (
    SELECT f.wave_id, f.wave_before, f.b.municipality_key, f.b.district_id, f.section_id,
        f.b.object_id,
        CASE
            WHEN f.n.object_id IS NULL AND m.object_id IS NOT NULL THEN 'merged'
            WHEN f.n.object_id IS NULL THEN 'not_found'
            WHEN f.n.is_u AND f.n.section_id = f.section_id THEN 'persistent'
            WHEN f.n.is_u THEN 'redrawn_out'
            WHEN f.n.vacancy_status IN ('BEENDET', 'BELEGT') THEN 'ended'
            WHEN f.n.vacancy_status IN ('UMBAU', 'VERMIETET_NICHT_BEZOGEN')
                THEN 'refurbished_or_let'
            ELSE 'unclear'
        END AS kind,
        coalesce(f.n.submission_id, f.b.submission_id) AS submission_id,
        coalesce(f.n.sheet, f.b.sheet) AS sheet,
        coalesce(f.n.row_number, f.b.row_number) AS row_number
    FROM followed AS f
    LEFT JOIN (
        SELECT DISTINCT l.municipality_key, l.predecessor_id, s.wave_id, s.object_id
        FROM object_links AS l
        JOIN states AS s ON s.municipality_key = l.municipality_key AND s.object_id = l.object_id
        WHERE l.form = 'vacancies' AND l.kind = 'merge'
    ) AS m ON m.municipality_key = f.b.municipality_key AND m.wave_id = f.wave_id
        AND m.predecessor_id = f.b.object_id
), arriving AS (
    SELECT p.wave_id, p.wave_before, p.municipality_key, n.district_id, p.section_id, n.object_id,
        CASE
            WHEN b.is_u AND b.section_id = p.section_id THEN 'same'
            WHEN b.is_u THEN 'redrawn_in'
            WHEN s.predecessor_id IS NOT NULL THEN 'split_off'
            WHEN f.first_u < d.first_day THEN 'returned'
            ELSE 'newly_found'
        END AS kind,
        n.submission_id, n.sheet, n.row_number
    FROM pairs AS p
    JOIN states AS n ON n.municipality_key = p.municipality_key AND n.section_id = p.section_id
        AND n.wave_id = p.wave_id AND n.is_u
    JOIN days AS d ON d.municipality_key = p.municipality_key AND d.wave_id = p.wave_before
    LEFT JOIN continued AS c ON c.municipality_key = n.municipality_key
        AND c.wave_id = n.wave_id AND c.object_id = n.object_id
    LEFT JOIN states AS b ON b.municipality_key = p.municipality_key
        AND b.wave_id = p.wave_before AND b.object_id IN (n.object_id, c.predecessor_id)
    LEFT JOIN object_links AS s ON s.form = 'vacancies' AND s.kind = 'split'
        AND s.municipality_key = n.municipality_key AND s.object_id = n.object_id
    LEFT JOIN first_seen AS f ON f.municipality_key = p.municipality_key
        AND f.object_id = n.object_id
    QUALIFY row_number() OVER (
        PARTITION BY p.wave_id, n.municipality_key, n.object_id
        ORDER BY b.object_id = n.object_id DESC NULLS LAST, b.object_id) = 1
)
SELECT * FROM leaving
UNION ALL
SELECT * FROM arriving WHERE kind <> 'same'
ORDER BY ALL;
