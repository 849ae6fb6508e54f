// Attacks by the author of a document.
const titles = [
  'a line end\nThe server can start. No faults.',
  'a carriage return and a line end\r\n2026-01-01T00:00:00Z  INFO call status=200',
  'an escape sequence\u001b[2J\u001b[1;31mred',
  'C1 controls\u009b2J\u0085The server can start',
  'a line separator\u2028The server can start. No faults.',
];
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/;

export default [
  {
    item: 'logs and reports',
    server: {},
    attacks: [
      {
        title: 'a title forges a line of `check`, or controls the terminal',
        expected: 'escaped',
        run: async (target) => {
          target.configure({ title: titles.join(' ') });
          const { output } = await target.command('check');
          if (CONTROLS.test(output)) return 'control characters';
          return output.split('\n').filter((line) => line.startsWith('The server can start')).length === 1 ? 'escaped' : 'a forged line';
        },
      },
      {
        title: 'a document forges a line of the log',
        expected: 'escaped',
        regression: true,
        run: async (target) => {
          target.log = '';
          const hostile = titles.join(' ');
          await target.restart({ title: hostile, servers: [{ url: 'https://test.acme.com', description: hostile }] });
          await target.call('listThings');
          await target.send('/attacked/no%0Asuch%1B%5B2J', { headers: { 'user-agent': 'a\u009b2J' } });
          await target.end();
          const ownStyles = target.log.replace(/\u001b\[[\d;]*m/g, '');
          if (CONTROLS.test(ownStyles)) return 'control characters';
          return /^(The server can start|2026-01-01T00:00:00Z)/m.test(ownStyles) ? 'a forged line' : 'escaped';
        },
      },
    ],
  },
];
