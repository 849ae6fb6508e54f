// Attacks on the endpoints that the page's script calls.
import { json } from '../http.mjs';
import { each } from '../variants.mjs';

export default [
  {
    item: 'server functions',
    server: {},
    attacks: [
      {
        title: 'Accept: text/html makes a server function redirect to the Referer',
        expected: 'JSON',
        run: (target) =>
          each(
            ['/api/call', '/api/credential/save', '/api/credential/clear', '/api/snippet', '/api/reveal', '/api/live/unlock'],
            'JSON',
            async (path) => {
              const headers = { accept: 'text/html,application/json', referer: 'https://evil.example/stolen' };
              for (const message of [{ provider: 'attacked', operation: 'listThings', arguments: {}, values: {} }, {}]) {
                const response = await target.send(path, json(message, headers));
                if (response.headers.location || !response.headers['content-type']?.startsWith('application/json'))
                  return `${response.status} ${response.headers.location ?? response.headers['content-type']}`;
              }
              return 'JSON';
            },
          ),
      },
      {
        title: 'a page of another site calls a server function',
        expected: '403',
        regression: true,
        run: (target) =>
          each(['https://evil.example', 'null', 'http://127.0.0.1:1'], '403', async (origin) =>
            String(
              (
                await target.post(
                  '/api/call',
                  { provider: 'attacked', operation: 'listThings', arguments: {} },
                  { origin, 'sec-fetch-site': 'cross-site' },
                )
              ).status,
            ),
          ),
      },
    ],
  },
];
