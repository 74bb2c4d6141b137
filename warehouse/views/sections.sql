-- Street sections of the register; district_id where streets.csv names exactly one.
CREATE OR REPLACE VIEW sections AS
FROM registers.sections
ORDER BY ALL;
