-- Secrets of replies, sealed: each subject's replies are numbered on their own.
CREATE TABLE replies (
    subject TEXT NOT NULL,
    number BIGINT NOT NULL,
    provider TEXT NOT NULL,
    environment TEXT NOT NULL,
    operators BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (subject, number)
);
CREATE INDEX replies_received ON replies (received);

CREATE TABLE reply_numbers (
    subject TEXT PRIMARY KEY,
    last BIGINT NOT NULL,
    received BIGINT NOT NULL
);
