-- The survey rounds of waves.csv; empty where the office keeps none.
CREATE OR REPLACE VIEW waves AS
FROM registers.waves
ORDER BY ALL;
