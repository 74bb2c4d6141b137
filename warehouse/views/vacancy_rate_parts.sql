-- What vacancy rates are made of: one row per wave, municipality, district and unit type, only where
-- the stock covers the district in full (vacancy_rate_rows). Areas in m².
-- known_areas: vacant units whose sales area is known.
-- stock_date, survey_date: the first day of the stock and of the vacant units.
CREATE OR REPLACE VIEW vacancy_rate_parts AS
SELECT
    wave_id, municipality_key, district_id, unit_type,
    any_value(part) FILTER (WHERE part <> 'vacant') AS source,
    sum(units) FILTER (WHERE part <> 'vacant')::BIGINT AS units_total,
    count(*) FILTER (WHERE part = 'vacant') AS vacant_units,
    CASE WHEN bool_and(sales_area_m2 IS NOT NULL) FILTER (WHERE part <> 'vacant')
        THEN sum(sales_area_m2) FILTER (WHERE part <> 'vacant') END::DECIMAL(18, 2)
        AS sales_area_total_m2,
    coalesce(sum(sales_area_m2) FILTER (WHERE part = 'vacant'), 0)::DECIMAL(18, 2)
        AS vacant_sales_area_m2,
    count(sales_area_m2) FILTER (WHERE part = 'vacant') AS known_areas,
    min(day) FILTER (WHERE part <> 'vacant') AS stock_date,
    min(day) FILTER (WHERE part = 'vacant') AS survey_date
FROM vacancy_rate_rows
GROUP BY ALL
ORDER BY ALL;
