-- From format 1, that of the first release, to format 2. What the columns are for: ../schema.sql.

ALTER TABLE ledger ADD COLUMN signs INTEGER NOT NULL DEFAULT 0 CHECK (signs IN (0, 1));

ALTER TABLE payouts ADD COLUMN together INTEGER;

ALTER TABLE payouts ADD COLUMN together_by TEXT;

ALTER TABLE payouts ADD COLUMN together_with TEXT NOT NULL DEFAULT '';

ALTER TABLE payouts ADD COLUMN unclear_at TEXT;

-- A route is a network, and behind a space the memo where there is one.
ALTER TABLE payouts ADD COLUMN memo TEXT NOT NULL DEFAULT '';

UPDATE payouts SET memo = substr(route, instr(route, ' ') + 1) WHERE instr(route, ' ') > 0;

CREATE INDEX payouts_beside ON payouts (normal, requested_at, memo, value)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');

CREATE INDEX payouts_of ON payouts (requester, requested_at, value)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');

DROP INDEX payouts_asked;

CREATE INDEX payouts_asked ON payouts (requester, normal, symbol, amount, memo);

DROP INDEX payouts_same;

CREATE INDEX payouts_same ON payouts (normal, symbol, amount, memo, requested_at)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');

ALTER TABLE cards ADD COLUMN trouble TEXT;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL
) STRICT;
