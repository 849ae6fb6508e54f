// Attacks with spellings of a path: the policy denies `/users`, `/users/me` and `/users/{id}/keys`, and allows `/users/{id}`.
import { describe } from '../http.mjs';
import { each } from '../variants.mjs';

const NOT_SENT = 'refused, nothing sent';

/** `?` and `#` are characters of an identifier, which no server takes for those of the URL. */
const isHarmless = (url) => /^\/users\/me%(3F|23)$/i.test(url);

const result = async (target, request) => {
  let response;
  const sent = await target.upstream.during(async () => (response = await request()));
  if (sent.some(({ url }) => !isHarmless(url))) return `sent ${sent.map(({ url }) => url)}`;
  return sent.length > 0 || (response.status >= 400 && response.status < 500) ? NOT_SENT : describe(response);
};

const spellings = {
  'percent-encoded letters': ['%6d%65', '%6D%65', 'm%65', '%6de'],
  'uppercase letters': ['ME', 'Me', 'mE', '%4D%45', '%4d%65'],
  'a double encoding': ['%256d%2565', '%25%36%64e', '%256De'],
  'a trailing slash or an empty segment': ['me/', 'me//', '/me', 'me%2f', '%2fme'],
  'matrix parameters': ['me;', 'me;v=1', 'me%3Bv=1', ';x', '%3bx', 'ME;jsessionid=1'],
  'dot segments': [
    './me',
    '%2e/me',
    'x/../me',
    'x/%2e%2e/me',
    'x/..%2fme',
    'x%2f..%2fme',
    '..%2fusers%2fme',
    '%252e%252e%252fme',
    '.%2e/users/me',
    '..;/users/me',
  ],
  'backslashes, controls and overlong bytes': ['%5cme', '..%5cme', 'me%00', 'me%0a', 'me%09', '%c1%ade', '%c0%ae%c0%ae', 'me%ff'],
  'a query in the path': ['me%3f', 'me%23', 'me?', 'me?x'],
  'an encoded slash before a denied segment': ['1%2fkeys', '1%2Fkeys', '1%2f%2fkeys', '1%2fKEYS', '1%252fkeys', '1%2fkeys%2f'],
};
/** Spellings that were refused before. */
const regressions = ['a trailing slash or an empty segment', 'a query in the path'];

const values = [
  'ME',
  'mE',
  'me/',
  '/me',
  'me;v=1',
  '.',
  '..',
  './me',
  '../users/me',
  '%2e%2e',
  '..%2f',
  '..%2fme',
  '%2e%2e%2fme',
  '..\\me',
  'me\u0000',
  'me\n',
  '1/keys',
  '1//KEYS',
  '1%2fkeys',
  '..;',
  '\u2024\u2024/me\u0000',
];

export default [
  {
    item: 'canonical paths',
    server: {},
    attacks: [
      ...Object.entries(spellings).map(([spelling, paths]) => ({
        title: `a denied operation is reached through /proxy with ${spelling}`,
        expected: NOT_SENT,
        regression: regressions.includes(spelling),
        run: (target) =>
          each(
            paths.flatMap((path) => [`/proxy/attacked/users/${path}`, `/users/${path}`]),
            NOT_SENT,
            (path) => result(target, () => target.send(path)),
          ),
      })),
      {
        title: 'a value of a path parameter reaches a denied operation through /tools',
        expected: NOT_SENT,
        run: (target) => each(values, NOT_SENT, (id) => result(target, () => target.call('getUser', { id }))),
      },
      {
        title: 'a value of a path parameter reaches a denied operation through the page',
        expected: NOT_SENT,
        run: (target) =>
          each(values, NOT_SENT, async (id) => {
            const called = await result(target, () =>
              target.post('/api/call', { provider: 'attacked', operation: 'getUser', arguments: { id } }),
            );
            if (called !== NOT_SENT) return called;
            const sent = await target.upstream.during(() => target.form('/attacked/getUser', { 'value/id': id, intent: 'send' }));
            return sent.length === 0 ? NOT_SENT : `the form sent ${sent[0].url}`;
          }),
      },
      {
        title: 'the path that is sent is another one than the policy judged',
        expected: 'sent in canonical form',
        run: (target) =>
          each(
            [
              ['%61nn', '/users/ann'],
              ['a%2db%7e', '/users/a-b~'],
              ['a%3ab', '/users/a%3Ab'],
              ['a%c3%bc', '/users/a%C3%BC'],
              ['group%2fproject', '/users/group%2Fproject'],
              ['100%25', '/users/100%25'],
            ],
            'sent in canonical form',
            async ([spelling, expected]) => {
              const [request] = await target.upstream.during(() => target.proxy(`/users/${spelling}`));
              return request?.url === expected ? 'sent in canonical form' : `sent ${request?.url}`;
            },
          ),
      },
    ],
  },
];
