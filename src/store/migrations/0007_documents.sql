-- The last good copy of each document that was fetched from a URL, one per provider.
CREATE TABLE documents (
  provider TEXT NOT NULL PRIMARY KEY,
  -- Without its query, which may hold a token.
  url TEXT NOT NULL,
  -- SHA-256 of the whole URL, in hexadecimal: a copy is used for this URL only.
  url_sha256 TEXT NOT NULL,
  -- SHA-256 of the document's text, in hexadecimal.
  sha256 TEXT NOT NULL,
  -- Milliseconds since 1970.
  fetched_at BIGINT NOT NULL,
  -- The text, compressed with gzip, in Base64.
  body TEXT NOT NULL
);
