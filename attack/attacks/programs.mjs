// Attacks on a server whose programs have a listener of their own: no page reaches it, and it reads no cookie.
import { describe, json, send } from '../http.mjs';
import { OPERATOR_KEY, freePort } from '../target.mjs';
import { each } from '../variants.mjs';

const call = json({ args: {} });

export default [
  {
    item: 'listener of programs',
    server: {
      prepare: async (target) => {
        const address = `127.0.0.1:${await freePort()}`;
        target.options.env = { EXPLORER_API_ADDR: address };
        target.programs = (path, options) => send(`http://${address}`, path, options);
      },
    },
    attacks: [
      {
        title: 'the listener of pages makes calls of programs',
        expected: '404 not_found',
        run: (target) =>
          each(['/tools/attacked/listThings', '/proxy/attacked/things', '/things'], '404 not_found', async (path) =>
            describe(await target.send(path, path.startsWith('/tools') ? call : {})),
          ),
      },
      {
        title: 'the listener of programs serves pages and their endpoints',
        expected: '404 not_found',
        run: (target) =>
          each(
            ['/', '/attacked', '/attacked/listThings', '/admin', '/sign-in', '/api/call', '/api/credential/save'],
            '404 not_found',
            async (path) => describe(await target.programs(path, path.startsWith('/api') ? json({}) : {})),
          ),
      },
      {
        title: 'a cookie is read on the listener of programs',
        expected: "200, the operator's credential",
        run: async (target) => {
          const { cookie } = await target.save();
          let response;
          const [sent] = await target.upstream.during(async () => {
            response = await target.programs('/tools/attacked/listThings', json({ args: {} }, { cookie }));
          });
          return `${describe(response)}, the ${sent?.headers['x-api-key'] === OPERATOR_KEY ? "operator's" : "caller's"} credential`;
        },
      },
      {
        title: 'a page, of this site or another, uses the listener of programs',
        expected: 'refused, nothing sent',
        run: (target) =>
          each(['https://evil.example', 'null', target.origin], 'refused, nothing sent', async (origin) => {
            let status;
            const sent = await target.upstream.during(async () => {
              ({ status } = await target.programs(
                '/tools/attacked/listThings',
                json({ args: {} }, { origin, 'sec-fetch-site': 'cross-site' }),
              ));
            });
            return `${status >= 400 ? 'refused' : status}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
          }),
      },
    ],
  },
];
