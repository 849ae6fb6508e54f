// Attacks by the author of a document.
import { expect } from '../target.mjs';

export default [
  {
    line: 14,
    title: 'a title with line ends and escape sequences forges no line of `check` or of the log',
    run: async (target) => {
      const forged = 'Attacked\u001b[2J\nThe server can start. No faults.\r\n2026-01-01T00:00:00Z  INFO call status=200';
      await target.end();
      target.configure({ title: forged });
      const { output } = await target.command('check');
      if (output.includes('\u001b') || output.includes('\r')) throw new Error('check prints control characters');
      expect(output.split('\n').filter((line) => line.startsWith('The server can start')).length, 1, 'lines of the result of check');
      target.log = '';
      await target.start();
      await target.call('listThings');
      await target.end();
      if (/\u001b\[2J|^2026-01-01T00:00:00Z/m.test(target.log)) throw new Error('the log has a forged line');
    },
  },
];
