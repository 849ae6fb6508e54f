-- The same statements serve SQLite and PostgreSQL: texts, and whole numbers of 64 bits. Times are milliseconds since 1970.

-- Which key seals what is sealed here: its id, and a known text under it.
CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  proof TEXT NOT NULL
);

-- A session's id is its name, hashed: whoever reads this table cannot be any visitor.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  -- The session that it takes the place of, once it is used for the first time.
  former TEXT,
  created BIGINT NOT NULL,
  used BIGINT NOT NULL
);
CREATE INDEX sessions_used ON sessions (used);
CREATE INDEX sessions_former ON sessions (former);

-- Visitors' own credentials, sealed.
CREATE TABLE credentials (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (session, provider)
);
