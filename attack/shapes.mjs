// Responses of a provider in which a secret is hard to find: `{ name, type, headers, body }`.

/** The secret of every shape. It is no word, has no known format, and is long enough to be found anywhere. */
export const SECRET = 'zq7Kx-hunter2-4Fw9';
/** A secret that is a number. */
export const NUMBER = '4815162342';

const withType = (name, type, body) => ({ name, type, body });
const json = (name, value) => withType(name, 'application/json', typeof value === 'string' ? value : JSON.stringify(value));
const utf16 = (text, order) => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'be' ? bytes.swap16() : bytes;
};
const login = JSON.stringify({ note: 'x', password: SECRET });
const inside = JSON.stringify({ password: SECRET });

/** Bodies that are not plain JSON. */
export const formats = [
  withType('one byte that is not UTF-8', 'application/json', Buffer.concat([Buffer.from(login), Buffer.from([0xff])])),
  withType('Latin-1', 'application/json', Buffer.from(`{"n":"é",${login.slice(1)}`, 'latin1')),
  withType('UTF-16, little-endian', 'application/json', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(login)])),
  withType('UTF-16, big-endian', 'application/json; charset=utf-16', utf16(login, 'be')),
  withType('UTF-16 as text', 'text/plain; charset=utf-16', utf16(login)),
  withType('byte order mark', 'application/json', `\ufeff${login}`),
  withType('prefix against scripts', 'application/json', `)]}'\n${login}`),
  withType('another prefix', 'application/json', `while(1);${login}`),
  withType('JSONP', 'application/javascript', `callback(${login})`),
  withType('events', 'text/event-stream', `event: login\ndata: ${login}\n\n`),
  withType('lines of JSON', 'application/x-ndjson', `${login}\n${login}\n`),
  withType('JSON sequence', 'application/json-seq', `\u001e${login}\n`),
  withType('two JSON texts', 'application/json', login + login),
  withType('incomplete JSON', 'application/json', login.slice(0, -1)),
  withType('comments in JSON', 'application/json', `/* x */${login}`),
  withType('JSON5', 'application/json', `{password: '${SECRET}'}`),
  withType('XML', 'application/xml', `<user><password>${SECRET}</password></user>`),
  withType('XML attribute', 'text/xml', `<user password="${SECRET}"/>`),
  withType('YAML', 'application/yaml', `user: ann\npassword: ${SECRET}\n`),
  withType('CSV', 'text/csv', `user,password\nann,${SECRET}\n`),
  withType('HTML', 'text/html', `<p>Your password:</p><b>${SECRET}</b>`),
  withType('plain text', 'text/plain', `Your password is ${SECRET}`),
  withType('only the secret', 'text/plain', SECRET),
  withType('number as text', 'text/plain', NUMBER),
  withType('form', 'application/x-www-form-urlencoded', `user=ann&password=${SECRET}&next=https%3A%2F%2Fa.example%2F%3Ftoken%3D${SECRET}`),
  withType(
    'multipart',
    'multipart/form-data; boundary=b',
    `--b\r\ncontent-disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--b--\r\n`,
  ),
  withType('image', 'image/svg+xml', `<svg><text>${SECRET}</text></svg>`),
  withType('bytes', 'application/octet-stream', Buffer.concat([Buffer.from([0, 0x80]), Buffer.from(SECRET)])),
  withType('unknown type', 'x', login),
  withType('no type', undefined, login),
  withType('secret in the type', SECRET, login),
  json('root is a text', JSON.stringify(SECRET)),
  json('deeply nested', `${'['.repeat(400)}"${SECRET}"${']'.repeat(400)}`),
  { name: 'unknown encoding', type: 'application/json', headers: { 'content-encoding': 'rot13' }, body: login },
];

/** JSON in which the place of the secret is unusual. `request_id`, `user_id` and `user.user_id` are documented texts. */
export const places = [
  json('JSON inside a documented text', { request_id: inside }),
  json('JSON inside JSON inside a text', { request_id: JSON.stringify(inside) }),
  json('incomplete JSON inside a text', { request_id: inside.slice(0, -1) }),
  json('JSON inside an undocumented text', { payload: inside }),
  json('Base64 inside a text', { payload: Buffer.from(inside).toString('base64') }),
  json('XML inside a text', { request_id: `<password>${SECRET}</password>` }),
  json('YAML inside a text', { request_id: `password: ${SECRET}` }),
  json('CSV inside a text', { request_id: `user,password\nann,${SECRET}` }),
  json('header inside a text', { request_id: `Authorization: Bearer ${SECRET}` }),
  json('invisible character in a name', { request_id: `pass\u200bword=${SECRET}` }),
  json('user of a URL', { request_id: `https://ann:${SECRET}@a.example/` }),
  json('code of a URL', { request_id: `https://a.example/?x=1&code=${SECRET}` }),
  json('path of a URL', { reset: `https://a.example/reset/${SECRET}` }),
  json('object below a secret name', { password: { current: SECRET, more: { deep: [SECRET] } } }),
  json('list below a secret name', { recovery_codes: [SECRET, [SECRET], { a: SECRET }] }),
  json('number below a secret name', `{"password": {"value": ${NUMBER}}}`),
  json('list of numbers', `{"tokens": [${NUMBER}]}`),
  json('pair', { key: 'password', value: SECRET }),
  json('pair, value first', [{ value: SECRET, name: 'DBPassword' }]),
  json('pair with a number', `{"field": "pin", "value": ${NUMBER}}`),
  json('pair as a list', `[["pin", ${NUMBER}]]`),
  json('table', `{"columns": ["user", "pin"], "rows": [[1, ${NUMBER}]]}`),
  json('name of a field', { [SECRET]: { active: true } }),
  json('name below a secret name', { tokens: { [SECRET]: 1 } }),
  json('name in another alphabet', `{"p\u0430ssword": ${NUMBER}}`),
  json('same name twice', `{"request_id": "a", "token": "${SECRET}", "token": "b"}`),
  json('escaped name', `{"p\\u0061ssword": ${NUMBER}}`),
  json('escaped value', inside.replace('h', '\\u0068')),
  json('copy in a documented text', { password: SECRET, request_id: `not ${SECRET}` }),
  json('copy in Base64', { password: SECRET, request_id: Buffer.from(`a:${SECRET}`).toString('base64') }),
  json('copy in hexadecimal', { password: SECRET, request_id: Buffer.from(SECRET).toString('hex') }),
  json('copy in a number', `{"pin": "${NUMBER}", "status_code": ${NUMBER}}`),
  json('free-form field', { user: { metadata: { note: SECRET } } }),
  json('undocumented field', { something: SECRET }),
  json('list in place of a text', { request_id: [SECRET] }),
  json('text in place of an object', { user: SECRET }),
];

const secretNames = [
  ...['JWTToken', 'DBPassword', 'accesstoken', 'token1', 'pwd', 'pin', 'verification_code', 'session_id', 'apiKey', 'X-Api-Key'],
  ...['client_secret', 'refresh-token', 'OTPCode', 'passwd', 'PHPSESSID', 'sid'],
];
export const names = secretNames.flatMap((name) => [
  json(`text under ${name}`, { [name]: SECRET }),
  json(`number under ${name}`, `{"${name}": ${NUMBER}}`),
]);

const header = (name, value) => ({ name, type: 'application/json', headers: { [name]: value }, body: '{"status_code":200}' });
export const headers = [
  header('set-cookie', `sid=${SECRET}; Path=/`),
  header('x-api-key', SECRET),
  header('x-something', SECRET),
  header('x-token', `${SECRET}\u00e9`),
  header('x-user', `\u00e9${SECRET}`),
  header('location', `https://a.example/#access_token=${SECRET}`),
  header('link', `<https://a.example/?code=${SECRET}>; rel="next"`),
  header('authorization', `Bearer ${SECRET}`),
  header('www-authenticate', `Digest nonce=${SECRET}`),
  header('etag', `"\u00e9${SECRET}"`),
];

/** Returns true if a text contains a secret, as it is or encoded. */
export function leaks(text) {
  const forms = [SECRET, NUMBER, Buffer.from(SECRET).toString('hex'), encodeURIComponent(SECRET)];
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + SECRET)
      .toString('base64')
      .slice(4, -4),
  );
  return [...forms, ...base64].some((form) => text.toLowerCase().includes(form.toLowerCase()));
}
