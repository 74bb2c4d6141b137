-- What is behind the vacancy rates: one row per row of stock, of an inventory, or of a vacant unit,
-- only where the stock covers the district in full: form C, every row VOLL, or else an inventory,
-- every submission VOLL and no unit NICHT_ERHOBEN.
-- part: stock and inventory are denominators, vacant the numerator; units: how many a row stands for.
-- Vacant units count where the stock does: on its sections and storeys, where it names any; status
-- LEER, wholly vacant or degree not stated. Areas in m².
CREATE OR REPLACE VIEW vacancy_rate_rows AS
WITH stated AS (
    SELECT wave_id, municipality_key, district_id, unit_type,
        list(DISTINCT section_id) FILTER (WHERE section_id IS NOT NULL) AS sections,
        list(DISTINCT storey) FILTER (WHERE storey IS NOT NULL) AS storeys
    FROM stock
    WHERE unit_type IS NOT NULL
    GROUP BY wave_id, municipality_key, district_id, unit_type
    HAVING bool_and(coverage = 'VOLL') AND count(units_total) = count(*)
), inventory_places AS (
    SELECT u.wave_id, u.municipality_key, u.district_id
    FROM units AS u LEFT JOIN submissions AS s USING (submission_id)
    WHERE object_kind = 'EINHEIT'
    GROUP BY ALL
    HAVING bool_and(coalesce(s.coverage, '') = 'VOLL')
        AND count(*) FILTER (WHERE vacancy_status = 'BELEGT') > 0
        AND count(*) FILTER (WHERE vacancy_status = 'NICHT_ERHOBEN') = 0
), counted AS (
    SELECT u.*
    FROM units AS u
    SEMI JOIN inventory_places USING (wave_id, municipality_key, district_id)
    ANTI JOIN stated USING (wave_id, municipality_key, district_id, unit_type)
    WHERE object_kind = 'EINHEIT' AND unit_type IS NOT NULL AND vacancy_status IN
        ('BELEGT', 'LEER', 'ZWISCHENNUTZUNG', 'UMBAU', 'VERMIETET_NICHT_BEZOGEN', 'UNKLAR')
), places AS (
    FROM stated
    UNION ALL
    SELECT DISTINCT wave_id, municipality_key, district_id, unit_type,
        NULL::VARCHAR[], NULL::VARCHAR[]
    FROM counted
)
SELECT wave_id, municipality_key, district_id, unit_type, 'stock' AS part,
    NULL::VARCHAR AS object_id, units_total::BIGINT AS units,
    sales_area_total_m2 AS sales_area_m2, reference_date AS day,
    submission_id, sheet, row_number
FROM stock SEMI JOIN stated USING (wave_id, municipality_key, district_id, unit_type)
UNION ALL
SELECT wave_id, municipality_key, district_id, unit_type, 'inventory', object_id, 1, sales_area_m2,
    survey_date, submission_id, sheet, row_number
FROM counted
UNION ALL
SELECT v.wave_id, v.municipality_key, v.district_id, v.unit_type, 'vacant', v.object_id, 1,
    v.sales_area_m2, v.survey_date, v.submission_id, v.sheet, v.row_number
FROM places AS d
JOIN vacancies AS v ON v.wave_id = d.wave_id
    AND v.municipality_key = d.municipality_key AND v.district_id = d.district_id
    AND v.unit_type = d.unit_type AND v.object_kind = 'EINHEIT'
    AND v.vacancy_degree IS DISTINCT FROM 'TEILWEISE'
    AND (d.sections IS NULL OR list_contains(d.sections, v.section_id))
    AND (d.storeys IS NULL OR list_contains(d.storeys, v.storey));
