// Attacks on users who run a snippet: a value of an argument must not make a client read a file or take an option.
import { execFile, spawnSync } from 'node:child_process';
import { OPERATOR_KEY, Skipped } from '../target.mjs';
import { print } from '../snippet.mjs';
import { each } from '../variants.mjs';

const files = ['@/etc/hostname', '=@/etc/hostname', '=/etc/hostname', '</etc/hostname', '-o/tmp/x'];
const commands = [':=1', '$(id)', '`id`', "'; id; '", '${ATTACKED_API_KEY}', '!!', '%s', '--config=/etc/hostname'];
const calls = {
  createThing: (value) => ({ text: value, 'X-Trace': value }),
  sendText: (value) => ({ body: value }),
  sendForm: (value) => ({ title: value }),
};

/** Returns what a request says, without the boundary of a form. */
const meaning = ({ method, url, headers, body }) => {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'])?.[1];
  const fields = boundary
    ? body
        .split(boundary)
        .map((part) => part.replace(/Content-Type: text\/plain[^\r]*\r\n/i, ''))
        .join('')
    : body;
  let text = fields.replaceAll('--\r\n', '').trim();
  try {
    text = JSON.stringify(JSON.parse(text));
  } catch {
    // The body is not JSON.
  }
  return JSON.stringify([method, url, headers['x-trace'], text]).toLowerCase();
};

/** Runs a snippet as in a terminal: HTTPie would otherwise read its standard input. Returns the messages on standard error. */
const run = (code, env) =>
  new Promise((resolve) => {
    execFile('bash', ['-c', code.replace(/^http /m, 'http --ignore-stdin ')], { env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(stderr),
    ).stdin.end();
  });

function executed(client, program, { values = [...files, ...commands], operations = Object.keys(calls), regression = false } = {}) {
  return {
    title: `a value makes ${program} read a file, take an option or run a command`,
    expected: 'sends what the explorer sends',
    regression,
    run: async (target) => {
      if (spawnSync(program, ['--version']).error) throw new Skipped(`${program} is not installed`);
      const attempts = operations.flatMap((name) => values.map((value) => [name, calls[name](value)]));
      return each(attempts, 'sends what the explorer sends', async ([name, args]) => {
        const [expected] = await target.upstream.during(() => target.call(name, args, { environment: 'test' }));
        if (!expected) return 'the explorer sends nothing';
        const code = (await print(target, client, name, args)).replaceAll('https://test.acme.com', target.upstream.url);
        let error;
        const [sent] = await target.upstream.during(
          async () => (error = await run(code, { PATH: process.env.PATH, HOME: target.folder, ATTACKED_API_KEY: OPERATOR_KEY })),
        );
        if (!sent) return `sends nothing: ${error.slice(0, 100)}`;
        return meaning(sent) === meaning(expected) ? 'sends what the explorer sends' : `sends ${meaning(sent)}, not ${meaning(expected)}`;
      });
    },
  };
}

export default [
  {
    item: 'snippets',
    server: {},
    attacks: [
      {
        title: 'a value that begins with @, =, < or - makes HTTPie read a file or take an option',
        expected: 'quoted',
        run: (target) =>
          each(['@/etc/passwd', '=@/etc/passwd', '-o/tmp/x', '</etc/passwd'], 'quoted', async (value) => {
            const code =
              (await print(target, 'Shell · HTTPie', 'createThing', { 'X-Trace': value, text: 'x' })) +
              (await print(target, 'Shell · HTTPie', 'sendForm', { title: value }));
            return /[\w-]:[@=]|title=[@=]|^\s*'?-o/m.test(code) ? code : 'quoted';
          }),
      },
      // HTTPie takes half a second to start.
      executed('Shell · HTTPie', 'http', { values: files }),
      executed('Shell · curl', 'curl', { regression: true }),
      // Wget cannot send forms of several parts.
      executed('Shell · Wget', 'wget', { operations: ['createThing', 'sendText'], regression: true }),
    ],
  },
];
