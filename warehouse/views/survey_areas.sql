-- Survey areas: one or several districts that are surveyed together.
CREATE OR REPLACE VIEW survey_areas AS
FROM registers.survey_areas
ORDER BY ALL;
