-- Code lists: every code with its labels.
CREATE OR REPLACE VIEW codes AS
FROM registers.codes
ORDER BY ALL;
