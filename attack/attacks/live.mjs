// Attacks on the lock of live data.
import { expect } from '../target.mjs';

export default [
  {
    line: 11,
    title: 'an environment that no name calls harmless is locked, and only reading is possible',
    run: async (target) => {
      const locked = await target.call('createThing', { text: 'x' });
      expect(locked.code, 'live_locked', 'code');
      expect(target.requests.length, 0, 'requests that were sent');
      expect((await target.call('listThings')).status, 200, 'reading');
      expect((await target.call('createThing', { text: 'x' }, { environment: 'test' })).status, 200, 'the environment test');
      expect((await target.call('createThing', { text: 'x' }, { unlock: true })).status, 200, 'after unlocking');
    },
  },
];
