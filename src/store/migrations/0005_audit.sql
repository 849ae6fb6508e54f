-- Who did what, and when. Rows are added, and forgotten when they are old; nothing here changes one.
CREATE TABLE audit (
  -- A UUID of version 7 (RFC 9562): in the order of time, whichever server wrote it.
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  subject TEXT NOT NULL,
  -- What people call them.
  name TEXT,
  -- call, reveal, unlock, sign_in, sign_out, save_credential, clear_credential, create_token, revoke_token, switch_off, switch_on
  action TEXT NOT NULL,
  provider TEXT,
  operation TEXT,
  environment TEXT,
  -- Of the provider's reply; none, where there was none.
  status BIGINT,
  -- Of the explorer's own error.
  code TEXT,
  -- Which rule let it pass, or did not.
  rule TEXT,
  -- Microseconds.
  duration BIGINT,
  request_id TEXT,
  -- What it was done to, beside a call: a token, a credential, a value of a reply.
  target TEXT
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject, id);
