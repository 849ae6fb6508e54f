-- What each one has spent of a provider's budget; `*` is all of them together.
CREATE TABLE budgets (
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- The day (UTC, since 1970) that the calls are counted of.
  day BIGINT NOT NULL,
  used BIGINT NOT NULL,
  -- When the rate is used up no more: the theoretical arrival time of the generic cell rate algorithm.
  free BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
);

-- Who may change live data, until when.
CREATE TABLE unlocks (
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
);

-- What is switched off: `credential:stytch`, `token:1f9c03ab`.
CREATE TABLE switches (
  subject TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL,
  -- Who did it.
  who TEXT NOT NULL
);
