-- The network that an anonymous session was begun from: an IPv4 address, or the first 64 bits of an IPv6 address. None for
-- the sessions of signed-in users, and for those begun before this column existed.
ALTER TABLE sessions ADD COLUMN network TEXT;
