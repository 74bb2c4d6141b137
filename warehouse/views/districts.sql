-- Statistical districts of all places, with their borough and the one survey area that lists them.
CREATE OR REPLACE VIEW districts AS
FROM registers.districts
ORDER BY ALL;
