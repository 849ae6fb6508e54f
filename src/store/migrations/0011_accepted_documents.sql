-- The version of each provider's document that was accepted: the operator's credential is used for its operations only.
CREATE TABLE accepted_documents (
  provider TEXT NOT NULL PRIMARY KEY,
  -- SHA-256 of the document's text, in hexadecimal.
  sha256 TEXT NOT NULL,
  -- Milliseconds since 1970.
  accepted_at BIGINT NOT NULL,
  -- Name of the user who accepted it, or how it was accepted.
  accepted_by TEXT NOT NULL,
  -- The facts about its operations, as JSON.
  operations TEXT NOT NULL
);
