// An OpenID Connect provider for one explorer, which signs in everyone with the name they enter.
//
//   node identities.mjs PORT REDIRECT_URI CLIENT_ID CLIENT_SECRET

import { Provider } from 'oidc-provider';

const [port, redirectUri, clientId, clientSecret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], response_types: ['code'] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  // The email addresses of names with this prefix are not verified.
  findAccount: (_, name) => ({ accountId: name, claims: () => ({ sub: name, email: name, email_verified: !name.startsWith('unverified') }) }),
  pkce: { required: () => true },
});
provider.listen(Number(port), '127.0.0.1');
