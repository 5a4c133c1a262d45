-- The ledger. Amounts are TEXT decimals, USD values INTEGER micro-dollars, times TEXT of one fixed
-- width in UTC. STRICT makes SQLite refuse anything else; no column can hold a float.

-- One row: what this file is, and whose.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,       -- of this schema
    next_number INTEGER NOT NULL,  -- the number of the next payout
    team TEXT,                     -- the Slack team and the gateway account that it belongs to;
    api TEXT,                      -- unset until the first program serves it
    app_id TEXT,
    url TEXT,
    frozen_at TEXT,                -- set: nothing is sent
    frozen_because TEXT,
    frozen_kind TEXT CHECK (frozen_kind IN ('people', 'mismatch', 'rewound')),
    policy TEXT,                   -- SHA-256 of the policy in force; unset until one was
    frozen_line INTEGER,           -- the audit line of the freeze: what approvals to lift it are for
    signs INTEGER NOT NULL DEFAULT 0 CHECK (signs IN (0, 1))  -- the account signs its answers
) STRICT;

INSERT INTO ledger (id, format, next_number) VALUES (1, 2, 1);

-- One row a payout: what its events made of it, plus when somebody must look at it next.
CREATE TABLE payouts (
    number INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,           -- the content, as approved
    digest TEXT NOT NULL UNIQUE,       -- SHA-256 of it
    reference TEXT NOT NULL UNIQUE,    -- its name at the gateway
    requester TEXT NOT NULL,           -- these seven repeat the content, to be searched
    symbol TEXT NOT NULL,
    amount TEXT NOT NULL,
    normal TEXT NOT NULL,              -- the destination in the form that is compared,
    route TEXT NOT NULL,               -- network and memo in theirs,
    memo TEXT NOT NULL DEFAULT '',     -- the memo alone,
    reason TEXT NOT NULL,              -- what it is for in its own
    requester_name TEXT NOT NULL,      -- as shown then
    checked INTEGER NOT NULL CHECK (checked IN (0, 1)),
    payment_hash TEXT,                 -- of a Lightning invoice
    payable_until TEXT,                -- its end
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'sending', 'sent', 'settled',
                                         'failed', 'rejected', 'cancelled', 'expired')),
    version INTEGER NOT NULL CHECK (version > 0),
    requested_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    policy TEXT NOT NULL,              -- SHA-256 of the policy under which it was asked for
    tier TEXT NOT NULL,                -- as of the last decision: the tier's name,
    quorum INTEGER NOT NULL CHECK (quorum > 0),     -- how many approvals it needs,
    missing INTEGER NOT NULL CHECK (missing >= 0),  -- and how many of them are missing
    value INTEGER,                     -- micro-dollars, the highest that was known
    together INTEGER,                  -- when it was asked for: micro-dollars of others that count
    together_by TEXT,                  -- with it for its tier, by what (NULL: nothing was counted),
    together_with TEXT NOT NULL DEFAULT '',         -- and which those are
    priced_at TEXT,
    cwallet_name TEXT,
    balance TEXT,                      -- as estimated
    estimated_fee TEXT,
    estimated_fee_coin TEXT,
    estimated_at TEXT,
    approved_at TEXT,
    held_until TEXT,                   -- approved, but it waits so long before it may go out
    delay TEXT,                        -- why it has not been sent yet
    looks INTEGER NOT NULL CHECK (looks >= 0),
    looked_at TEXT,
    look_said TEXT,
    absent_seen_at TEXT,               -- the first look-up that counts as absent
    absent_at TEXT,                    -- a second one agreed: people may choose
    wish TEXT CHECK (wish IN ('again', 'close')),  -- what an approver asked for in doubt
    wisher TEXT,                       -- who asked for that
    wisher_name TEXT,
    wished_at TEXT,
    unclear_at TEXT,                   -- people may say what the dashboard shows
    restored_at TEXT,                  -- it counts as signed then: an old copy was put back
    order_id TEXT,                     -- the gateway's number
    network_fee TEXT,
    network_fee_coin TEXT,
    gateway_status TEXT,               -- in its own word
    progress TEXT,                     -- in ours
    progress_since TEXT,
    txid TEXT,
    sent_at TEXT,
    resolver TEXT,                     -- who found it in the gateway's dashboard
    resolver_name TEXT,
    closer TEXT,                       -- who rejected or cancelled it
    closer_name TEXT,
    closed_at TEXT,
    because TEXT,
    due_at TEXT,                       -- when its owner must look; NULL: nothing to do
    tries INTEGER NOT NULL DEFAULT 0   -- failed steps in a row, for the back-off
) STRICT;

CREATE INDEX payouts_due ON payouts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payouts_asked ON payouts (requester, normal, symbol, amount, memo);

-- What limits add up: all that is in flight, and what left lately.
CREATE INDEX payouts_in_flight ON payouts (state)
    WHERE state IN ('requested', 'approved', 'sending');
CREATE INDEX payouts_left ON payouts (sent_at) WHERE state IN ('sent', 'settled');

-- What approvers are told of a destination: how often it was paid and when last, which others look
-- like it (four characters are the end of an address), and what may be the same once more.
CREATE INDEX payouts_to ON payouts (normal, state, route, closed_at);
CREATE INDEX payouts_paid ON payouts (normal, closed_at) WHERE state = 'settled';
CREATE INDEX payouts_ending ON payouts (substr(normal, length(normal) - 3), normal)
    WHERE state = 'settled';
CREATE INDEX payouts_same ON payouts (normal, symbol, amount, memo, requested_at)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');
CREATE INDEX payouts_reason ON payouts (reason, requested_at)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');

-- What counts together with a new payout: lately asked for, to its destination or by its requester.
CREATE INDEX payouts_beside ON payouts (normal, requested_at, memo, value)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');
CREATE INDEX payouts_of ON payouts (requester, requested_at, value)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');

-- An invoice can be paid once. What certainly never left may be asked for again.
CREATE UNIQUE INDEX payouts_invoice ON payouts (payment_hash)
    WHERE payment_hash IS NOT NULL AND state NOT IN ('rejected', 'cancelled', 'expired');

-- One row an approval. Keyed by subject: later, other things than payouts need two people.
CREATE TABLE approvals (
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    approver TEXT NOT NULL,
    approver_name TEXT NOT NULL,
    at TEXT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (subject, id, approver)
) STRICT;

-- One row a claim to send. Timestamp and body are committed before anything leaves.
CREATE TABLE attempts (
    payout INTEGER NOT NULL REFERENCES payouts (number),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 3),
    timestamp INTEGER NOT NULL,        -- seconds; what is signed
    body TEXT NOT NULL,                -- the exact bytes of the request
    outcome TEXT CHECK (outcome IN ('unsent', 'declined', 'doubted', 'sent')),
    code TEXT NOT NULL,                -- the gateway's own, word for word
    message TEXT NOT NULL,
    meaning TEXT NOT NULL,             -- what the code means, where that is known
    duplicate INTEGER NOT NULL CHECK (duplicate IN (0, 1)),
    answered_at TEXT,
    PRIMARY KEY (payout, number)
) STRICT;

-- One row a card: a message that must show what the ledger says.
CREATE TABLE cards (
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('channel', 'requester')),
    channel TEXT,                      -- where it was posted
    ts TEXT,                           -- Slack's name for the message; NULL: not posted yet
    version INTEGER NOT NULL,          -- of the payout, as shown
    told INTEGER NOT NULL,             -- the last audit line told in its thread
    due_at TEXT,
    tries INTEGER NOT NULL,
    trouble TEXT,                      -- why it cannot be shown, where that will not pass by itself
    PRIMARY KEY (subject, id, audience)
) STRICT;

CREATE INDEX cards_due ON cards (due_at) WHERE due_at IS NOT NULL;

-- Every policy that was ever in force, by the SHA-256 of its text.
CREATE TABLE policies (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- Ids that are one person's, by what is on record: each with the one that stands for them here.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL
) STRICT;

-- What was done for a signed request, so that a replay of it does nothing.
CREATE TABLE seen (
    team TEXT NOT NULL,
    trigger TEXT NOT NULL,             -- Slack's trigger id or view id
    payout INTEGER NOT NULL,           -- 0 where none came of it
    PRIMARY KEY (team, trigger)
) STRICT;

-- The audit log. `line` is the exact text whose SHA-256 is `hash`; subject and id repeat it.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX audit_about ON audit (subject, id, number);

-- Append-only: a seat-belt against mistakes. The third trigger is needed because INSERT OR REPLACE
-- deletes without asking the second one.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number OR hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
