// Canary credentials: tests detect each of them anywhere except at the upstream.

/** Part of every secret here, unchanged by all encodings except Base64. */
const CANARY = 'secret-test-Canary';

/** A self-signed certificate for 127.0.0.1 and its key, created for these tests. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjjCCATOgAwIBAgIUSZkvMKcUDv2VYw8pKSDj/9ZdTI0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzE0MjU0MVoYDzIxMjYxMDMw
MTQyNTQxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASE5gtcat18elzzaziSlCVsRJioYvIQm1dTS5sk78L3Pwqa1dIAjIcl
ogiIRWbg7JXESNf5X23LWDBhp3PTVS+6o2EwXzAdBgNVHQ4EFgQUIqWA+uakSz7m
ZdsiZCDORuc3oVMwHwYDVR0jBBgwFoAUIqWA+uakSz7mZdsiZCDORuc3oVMwDwYD
VR0RBAgwBocEfwAAATAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0kAMEYCIQDk
WsLnE9TLJNBnpJ3QwZYSyk4ELjMtkcvJsqGv9+fkSQIhALaaeQdQrLxcD6bc1MKu
MHYGRZhoW8QODJiqMRueOmzH
-----END CERTIFICATE-----
`;
export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXGdjU0U3PRX3hTkY
hvmC02wAlyBchxR1dvrTLRcQrlShRANCAASE5gtcat18elzzaziSlCVsRJioYvIQ
m1dTS5sk78L3Pwqa1dIAjIclogiIRWbg7JXESNf5X23LWDBhp3PTVS+6
-----END PRIVATE KEY-----
`;

/** A project ID and its secret, in Stytch's format. */
export interface Secret {
  project: string;
  secret: string;
}

/** The operator's credential. Every encoding that a leak could go through changes its characters. */
export const OPERATOR: Secret = {
  project: 'project-test-0e0e0e0e-0000-4000-8000-000000000001',
  secret: `${CANARY}+/=~%?>"<&'\\operator`,
};

/** The operator's credential of the live environment. */
export const LIVE: Secret = {
  project: 'project-live-0e0e0e0e-0000-4000-8000-000000000003',
  secret: `${CANARY}+/=~%?>"<&'\\live`,
};

/** A caller's credential. */
export const CALLER: Secret = {
  project: 'project-test-0e0e0e0e-0000-4000-8000-000000000002',
  secret: `${CANARY}+/=~%?>"<&'\\caller`,
};

/** Returns the authorization header that a provider must receive. */
export function basic({ project, secret }: Secret): string {
  return `Basic ${base64(`${project}:${secret}`)}`;
}

/** Returns every encoded form in which a secret could leak, by name. */
export function encodedForms({ project, secret }: Secret): Record<string, string> {
  const found: Record<string, string> = {
    canary: CANARY,
    plain: secret,
    'JSON string': JSON.stringify(secret).slice(1, -1),
    'JSON string, as Go writes it': goString(secret),
    'HTML text': secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    'URL component': encodeURIComponent(secret),
    'form field': new URLSearchParams({ '': secret }).toString().slice(1),
    'Base64': base64(secret).replace(/=+$/, ''),
    'Base64 of the pair': base64(`${project}:${secret}`).replace(/=+$/, ''),
    'Base64 of the pair, for URLs': base64(`${project}:${secret}`, 'base64url'),
  };
  // Inside a longer text, Base64 has three alignments. Digits that encode adjacent bytes too are omitted.
  for (const offset of [0, 1, 2]) {
    const padded = base64('\0'.repeat(offset) + secret);
    const [start, end] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6)];
    found[`Base64 inside a text, at ${offset}`] = padded.slice(start, end);
  }
  return found;
}

/** Returns the forms of a secret that a text or file contains. */
export function leaks(where: string, what: string | Buffer, secret: Secret): string[] {
  const bytes = Buffer.from(what);
  return Object.entries(encodedForms(secret))
    .filter(([, form]) => bytes.includes(form))
    .map(([name]) => `${where}: ${name}`);
}

/** Encodes a string like Go's encoding/json, which escapes HTML characters. */
export function goString(text: string): string {
  const escaped = (c: string) => `\\u00${c.charCodeAt(0).toString(16)}`;
  return JSON.stringify(text).slice(1, -1).replace(/[<>&]/g, escaped);
}

function base64(text: string, alphabet: 'base64' | 'base64url' = 'base64'): string {
  return Buffer.from(text).toString(alphabet);
}
