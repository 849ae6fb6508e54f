-- Who uses a session: `session:…` for somebody unknown, and what keys budgets, handles and the audit. Sessions that were
-- begun before this was kept have none, and get one when they are next used.
ALTER TABLE sessions ADD COLUMN subject TEXT;
-- What people call them, once they have signed in.
ALTER TABLE sessions ADD COLUMN name TEXT;

-- Access tokens. Whoever reads this table cannot use any of them.
CREATE TABLE tokens (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  -- Of the secret, SHA-256.
  hash TEXT NOT NULL,
  -- Rules of what may be called, one a line; none: everything.
  allow TEXT NOT NULL,
  -- What else it may do, with spaces: live delete reveal admin.
  may TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT,
  revoked BIGINT
);
