-- Records form chains, in which each has the hash of the one before: `actions`, and `refusals`, of which the oldest may be
-- dropped. Records without a chain were written before there were chains.
ALTER TABLE audit ADD COLUMN chain TEXT;
-- 1 for the first record of a chain, without gaps.
ALTER TABLE audit ADD COLUMN position BIGINT;
ALTER TABLE audit ADD COLUMN previous_hash TEXT;
-- SHA-256 in hexadecimal, of this record and of the hash before.
ALTER TABLE audit ADD COLUMN hash TEXT;
-- Approximate size of the record in the database, with its indexes.
ALTER TABLE audit ADD COLUMN bytes BIGINT;
-- Number of equal refusals that the record stands for.
ALTER TABLE audit ADD COLUMN count BIGINT NOT NULL DEFAULT 1;
-- Time of the last of them.
ALTER TABLE audit ADD COLUMN last_at BIGINT;
CREATE UNIQUE INDEX audit_chain ON audit (chain, position);

CREATE TABLE audit_chains (
  chain TEXT NOT NULL PRIMARY KEY,
  -- Of the last record.
  position BIGINT NOT NULL,
  hash TEXT NOT NULL,
  -- Of the last record that was deleted.
  deleted_position BIGINT NOT NULL,
  deleted_hash TEXT NOT NULL,
  -- Sum of the records' sizes.
  bytes BIGINT NOT NULL
);
INSERT INTO audit_chains VALUES ('actions', 0, '', 0, '', 0), ('refusals', 0, '', 0, '', 0);
