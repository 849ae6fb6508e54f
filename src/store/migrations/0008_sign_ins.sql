-- The sign-in that a session belongs to. It is judged again at each request, because the settings may have changed
-- since: the URL of the identity provider, or `startup:…` for the link that the server printed when it started.
-- Sessions of access tokens and of anonymous callers have none.
ALTER TABLE sessions ADD COLUMN issuer TEXT;
-- ID of the user at the identity provider: the claim `sub`.
ALTER TABLE sessions ADD COLUMN issuer_subject TEXT;
-- ID of the session at the identity provider: the claim `sid`. A back-channel logout names one of the two.
ALTER TABLE sessions ADD COLUMN issuer_session TEXT;
CREATE INDEX sessions_issuer ON sessions (issuer, issuer_subject);
