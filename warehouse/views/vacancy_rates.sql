-- Vacancy rates and their parts: one row per wave, municipality, district and unit type, only where
-- the stock covers the district in full (vacancy_rate_parts).
-- is_stock_distant: the stock is more than 12 months away from the survey (or the variable
-- stock_months, where it is set).
CREATE OR REPLACE VIEW vacancy_rates AS
SELECT * EXCLUDE (survey_date),
    coalesce(abs(datediff('month', stock_date, survey_date))
        > coalesce(getvariable('stock_months'), 12), false) AS is_stock_distant
FROM vacancy_rate_parts
ORDER BY ALL;
