// An identity provider (OpenID Connect) that signs in the users that an attack names, with any algorithm.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { send } from './http.mjs';

const CLIENT = 'explorer';
const CLIENT_SECRET = 'secret-of-the-explorer-at-the-identity-provider';
const encode = (value) =>
  Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

const signatures = {
  RS256: (message, { rsa }) => sign('sha256', message, rsa.privateKey),
  RS512: (message, { rsa }) => sign('sha512', message, rsa.privateKey),
  ES256: (message, { ec }) => sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  HS256: (message) => createHmac('sha256', CLIENT_SECRET).update(message).digest(),
  none: () => Buffer.alloc(0),
};

/** Starts an identity provider, and stops it with the target. */
export async function startIdentityProvider(target) {
  const keys = { rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }), ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
  const idTokens = new Map();
  const provider = { requests: 0 };
  const jwk = (name) => ({ ...keys[name].publicKey.export({ format: 'jwk' }), use: 'sig', kid: name });
  const server = http.createServer(async (request, response) => {
    provider.requests += 1;
    let body = '';
    for await (const chunk of request) body += chunk;
    const responses = {
      '/.well-known/openid-configuration': () => ({
        issuer: provider.url,
        authorization_endpoint: `${provider.url}/authorize`,
        token_endpoint: `${provider.url}/token`,
        jwks_uri: `${provider.url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        // What the provider offers must not decide what the explorer accepts.
        id_token_signing_alg_values_supported: Object.keys(signatures),
      }),
      '/keys': () => ({ keys: [jwk('rsa'), jwk('ec')] }),
      '/token': () => ({ access_token: 'access-1', token_type: 'Bearer', id_token: idTokens.get(new URLSearchParams(body).get('code')) }),
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(responses[request.url]?.() ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider.url = `http://127.0.0.1:${server.address().port}`;
  target.stopping.push(() => server.close() && server.closeAllConnections());

  const jwt = (algorithm, claims, header = {}) => {
    const kid = algorithm.startsWith('ES') ? 'ec' : 'rsa';
    const message = `${encode({ alg: algorithm, kid, ...header })}.${encode(claims)}`;
    return `${message}.${encode(signatures[algorithm](Buffer.from(message), keys))}`;
  };

  /** Lines of `explorer.toml` that let these addresses sign in. */
  provider.settings = (allow = ['*@example.com']) =>
    `[access.oidc]\nissuer = "${provider.url}"\nclient_id = "${CLIENT}"\nclient_secret = "env:OIDC_SECRET"\nallow = ${JSON.stringify(allow)}\n`;
  provider.variables = { OIDC_SECRET: CLIENT_SECRET };

  /** Signs in as a browser does, and returns the response of the callback. */
  provider.signIn = async (claims, algorithm = 'RS256') => {
    const begun = await send(target.origin, '/auth/begin?next=%2F');
    const query = new URL(begun.headers.location).searchParams;
    const code = `code-${query.get('state')}`;
    const all = {
      iss: provider.url,
      aud: CLIENT,
      iat: now(),
      exp: now() + 300,
      nonce: query.get('nonce'),
      email_verified: true,
      ...claims,
    };
    idTokens.set(code, jwt(algorithm, all));
    return send(target.origin, `/auth/callback?code=${code}&state=${query.get('state')}`, { headers: { cookie: begun.cookie } });
  };

  /** Returns a logout token. */
  provider.logoutToken = (claims, algorithm = 'RS256', header = {}) =>
    jwt(
      algorithm,
      {
        iss: provider.url,
        aud: CLIENT,
        iat: now(),
        exp: now() + 120,
        jti: 'logout-1',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...claims,
      },
      header,
    );
  return provider;
}
