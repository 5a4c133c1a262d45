-- From format 1, that of the first release, to format 2. What the columns are for: ../schema.sql.

ALTER TABLE ledger ADD COLUMN signs INTEGER NOT NULL DEFAULT 0 CHECK (signs IN (0, 1));

ALTER TABLE payouts ADD COLUMN together INTEGER;

ALTER TABLE cards ADD COLUMN trouble TEXT;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL
) STRICT;
