// Attacks on users who run a snippet.
import { expect } from '../target.mjs';

const plain = (html) => html.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

async function print(target, operation, args) {
  const message = { provider: 'attacked', operation, environment: 'test', content_type: '', arguments: args, client: 'Shell · HTTPie', secret_source: 'environment' };
  const printed = await target.post('/api/snippet', message);
  expect(printed.status, 200, printed.text);
  return plain(printed.json.code);
}

export default [
  {
    line: 12,
    title: 'a value that begins with @, = or - makes HTTPie read no file and take no option',
    run: async (target) => {
      for (const value of ['@/etc/passwd', '=@/etc/passwd', '-o/tmp/x']) {
        const code = (await print(target, 'createThing', { 'X-Trace': value, text: 'x' })) + (await print(target, 'sendForm', { title: value }));
        if (/[\w-]:[@=]|title=[@=]|^\s*'?-o/m.test(code)) throw new Error(code);
      }
    },
  },
];
