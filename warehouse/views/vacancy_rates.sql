-- Vacancy rates and their parts: one row per wave, municipality, district and unit type, only where
-- the stock covers the district in full: form C, every row VOLL, or else an inventory, every
-- submission VOLL and no unit NICHT_ERHOBEN.
-- Vacant units count where the stock does: on its sections and storeys, where it names any; status
-- LEER, wholly vacant or degree not stated. Areas in m².
-- known_areas: vacant units whose sales area is known.
CREATE OR REPLACE VIEW vacancy_rates AS
WITH stated AS (
    SELECT wave_id, municipality_key, district_id, unit_type,
        sum(units_total) AS units_total,
        CASE WHEN count(sales_area_total_m2) = count(*) THEN sum(sales_area_total_m2) END
            AS sales_area_total_m2,
        min(reference_date) AS stock_date,
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
    SELECT u.wave_id, u.municipality_key, u.district_id, u.unit_type,
        count(*) AS units_total,
        CASE WHEN count(sales_area_m2) = count(*) THEN sum(sales_area_m2) END
            AS sales_area_total_m2,
        min(survey_date) AS stock_date,
        NULL::VARCHAR[] AS sections, NULL::VARCHAR[] AS storeys
    FROM units AS u
    JOIN inventory_places USING (wave_id, municipality_key, district_id)
    WHERE object_kind = 'EINHEIT' AND unit_type IS NOT NULL AND vacancy_status IN
        ('BELEGT', 'LEER', 'ZWISCHENNUTZUNG', 'UMBAU', 'VERMIETET_NICHT_BEZOGEN', 'UNKLAR')
    GROUP BY ALL
), denominators AS (
    SELECT *, 'stock' AS source FROM stated
    UNION ALL
    SELECT *, 'inventory' FROM counted
    ANTI JOIN stated USING (wave_id, municipality_key, district_id, unit_type)
), numerators AS (
    SELECT d.wave_id, d.municipality_key, d.district_id, d.unit_type,
        count(v.district_id) AS vacant_units,
        count(v.sales_area_m2) AS known_areas,
        coalesce(sum(v.sales_area_m2), 0) AS vacant_sales_area_m2,
        min(v.survey_date) AS survey_date
    FROM denominators AS d
    LEFT JOIN vacancies AS v ON v.wave_id = d.wave_id
        AND v.municipality_key = d.municipality_key AND v.district_id = d.district_id
        AND v.unit_type = d.unit_type AND v.object_kind = 'EINHEIT'
        AND v.vacancy_degree IS DISTINCT FROM 'TEILWEISE'
        AND (d.sections IS NULL OR list_contains(d.sections, v.section_id))
        AND (d.storeys IS NULL OR list_contains(d.storeys, v.storey))
    GROUP BY ALL
)
SELECT
    wave_id, municipality_key, district_id, unit_type, source,
    units_total::BIGINT AS units_total, vacant_units,
    sales_area_total_m2::DECIMAL(18, 2) AS sales_area_total_m2,
    vacant_sales_area_m2::DECIMAL(18, 2) AS vacant_sales_area_m2,
    known_areas, stock_date,
    coalesce(abs(datediff('month', stock_date, survey_date)) > 12, false) AS is_stock_distant
FROM denominators
JOIN numerators USING (wave_id, municipality_key, district_id, unit_type)
ORDER BY ALL;
