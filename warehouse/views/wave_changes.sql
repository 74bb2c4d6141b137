-- Changes between waves: one row per wave, the wave before, municipality and district, over the
-- sections walked in full in both. U = status LEER (headline kinds) or ZWISCHENNUTZUNG.
-- It reconciles: u_now = u_before + newly_found + returned + split_off + redrawn_in
--   - ended - refurbished_or_let - unclear - not_found - merged - redrawn_out.
CREATE OR REPLACE VIEW wave_changes AS
WITH walked AS (
    SELECT wave_id, wave_before, municipality_key, district_id,
        count(DISTINCT section_id) AS sections_matched
    FROM (
        SELECT wave_id, wave_before, municipality_key, district_id, section_id
        FROM matched_sections JOIN sections USING (municipality_key, section_id)
        UNION ALL
        -- Sections that no register places are where their objects are.
        SELECT wave_id, wave_before, municipality_key, district_id, section_id FROM wave_moves
    )
    WHERE district_id IS NOT NULL
    GROUP BY ALL
), counts AS (
    SELECT
        wave_id, wave_before, municipality_key, district_id,
        count(*) FILTER (WHERE kind IN ('persistent', 'ended', 'refurbished_or_let', 'unclear',
            'not_found', 'merged', 'redrawn_out')) AS u_before,
        count(*) FILTER (WHERE kind = 'newly_found') AS newly_found,
        count(*) FILTER (WHERE kind = 'returned') AS returned,
        count(*) FILTER (WHERE kind = 'split_off') AS split_off,
        count(*) FILTER (WHERE kind = 'redrawn_in') AS redrawn_in,
        count(*) FILTER (WHERE kind = 'ended') AS ended,
        count(*) FILTER (WHERE kind = 'refurbished_or_let') AS refurbished_or_let,
        count(*) FILTER (WHERE kind = 'unclear') AS unclear,
        count(*) FILTER (WHERE kind = 'not_found') AS not_found,
        count(*) FILTER (WHERE kind = 'merged') AS merged,
        count(*) FILTER (WHERE kind = 'redrawn_out') AS redrawn_out,
        count(*) FILTER (WHERE kind = 'persistent') AS persistent,
        count(*) FILTER (WHERE kind IN ('persistent', 'newly_found', 'returned', 'split_off',
            'redrawn_in')) AS u_now
    FROM wave_moves
    GROUP BY ALL
)
SELECT walked.*,
    coalesce(COLUMNS(counts.* EXCLUDE (wave_id, wave_before, municipality_key, district_id)), 0)
FROM walked LEFT JOIN counts USING (wave_id, wave_before, municipality_key, district_id)
ORDER BY ALL;
