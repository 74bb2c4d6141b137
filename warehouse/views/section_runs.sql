-- Runs of neighbouring vacancies: one row per wave, district, section, street side and run of house
-- numbers with a vacancy on it (2, 4, 6 or 1, 3, 5). Objects with a Sperrvermerk appear in no section.
CREATE OR REPLACE VIEW section_runs AS
WITH numbers AS (
    SELECT DISTINCT wave_id, municipality_key, district_id, section_id, street,
        try_cast(regexp_extract(house_number, '\d+') AS INTEGER) AS number
    FROM vacancies
    WHERE section_id IS NOT NULL AND hold_reason IS NULL AND hold_date IS NULL
), islands AS (
    SELECT *, number % 2 AS parity,
        number - 2 * row_number() OVER (
            PARTITION BY wave_id, municipality_key, district_id, section_id, street, number % 2
            ORDER BY number) AS island
    FROM numbers
    WHERE number IS NOT NULL
)
SELECT wave_id, municipality_key, district_id, section_id, street,
    min(number) AS first_number, max(number) AS last_number, count(*) AS run
FROM islands
GROUP BY wave_id, municipality_key, district_id, section_id, street, parity, island
ORDER BY ALL;
