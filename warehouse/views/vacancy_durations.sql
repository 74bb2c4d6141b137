-- How long each vacancy has lasted: one row per row of vacancies.
-- duration: the class its dates say; where a date is known by its year or month only, the class
-- that all days of that span agree on. Without a start, but seen vacant in an earlier wave or
-- known to have begun before a date, it lasted at least that long: MINDESTENS_12 from 12 months
-- (or the variable long_months, where it is set).
-- The stated class counts where there is no date. Everything else is UNBEKANNT.
CREATE OR REPLACE VIEW vacancy_durations AS
WITH episodes AS (
    -- What was let in between begins anew.
    SELECT municipality_key, object_id, wave_id, survey_date, vacancy_status,
        count(*) FILTER (WHERE vacancy_status <> 'LEER') OVER (
            PARTITION BY municipality_key, object_id ORDER BY survey_date, wave_id) AS episode
    FROM units WHERE object_id IS NOT NULL
), first_seen AS (
    SELECT municipality_key, object_id, wave_id, min(survey_date) OVER (
        PARTITION BY municipality_key, object_id, episode) AS first_day
    FROM episodes WHERE vacancy_status = 'LEER'
), months AS (
    SELECT v.wave_id, v.municipality_key, v.district_id, v.object_id, v.survey_date,
        v.duration_class, v.submission_id, v.sheet, v.row_number,
        CASE v.vacant_since_precision
            WHEN 'before' THEN NULL
            ELSE datesub('month', v.vacant_since, v.survey_date)
        END AS longest,
        CASE v.vacant_since_precision
            WHEN 'year' THEN datesub('month', v.vacant_since + INTERVAL 1 YEAR - INTERVAL 1 DAY,
                v.survey_date)
            WHEN 'month' THEN datesub('month', v.vacant_since + INTERVAL 1 MONTH - INTERVAL 1 DAY,
                v.survey_date)
            ELSE datesub('month', v.vacant_since, v.survey_date)
        END AS dated_shortest,
        datesub('month', f.first_day, v.survey_date) AS seen
    FROM vacancies AS v
    LEFT JOIN first_seen AS f USING (municipality_key, object_id, wave_id)
), classes AS (
    SELECT *, greatest(dated_shortest, seen, 0) AS shortest,
        CASE WHEN longest < 6 THEN 'UNTER_6' WHEN longest < 12 THEN 'VON_6_BIS_12'
            WHEN longest < 36 THEN 'VON_12_BIS_36' WHEN longest < 60 THEN 'VON_36_BIS_60'
            WHEN longest >= 60 THEN 'AB_60' END AS longest_class,
        CASE WHEN greatest(dated_shortest, seen, 0) < 6 THEN 'UNTER_6'
            WHEN greatest(dated_shortest, seen, 0) < 12 THEN 'VON_6_BIS_12'
            WHEN greatest(dated_shortest, seen, 0) < 36 THEN 'VON_12_BIS_36'
            WHEN greatest(dated_shortest, seen, 0) < 60 THEN 'VON_36_BIS_60'
            ELSE 'AB_60' END AS shortest_class
    FROM months
)
SELECT
    wave_id, municipality_key, district_id, object_id,
    CASE
        WHEN longest_class = shortest_class THEN longest_class
        WHEN longest IS NULL AND duration_class <> 'UNBEKANNT' THEN duration_class
        WHEN shortest >= coalesce(getvariable('long_months'), 12)
            THEN concat('MINDESTENS_', coalesce(getvariable('long_months'), 12))
        ELSE 'UNBEKANNT'
    END AS duration,
    shortest AS months_at_least,
    submission_id, sheet, row_number
FROM classes;
