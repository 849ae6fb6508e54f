// Attacks by the author of a document, who changes it after the operator has read it.
import { describe } from '../http.mjs';
import { each } from '../variants.mjs';

const DENIED = '403 policy_denied, nothing sent';

const call = async (target, operation) => {
  let response;
  const sent = await target.upstream.during(async () => (response = await target.call(operation)));
  return `${describe(response)}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
};
const operation = (operationId) => ({ get: { operationId, security: [{ key: [] }], responses: { 200: { description: 'Done.' } } } });

export default [
  {
    item: 'changes of a document',
    server: {},
    attacks: [
      {
        title: 'an operation that was added is called with the credential of the operator',
        expected: DENIED,
        run: async (target) => {
          await target.restart({ paths: { '/export': operation('exportThings') } });
          return call(target, 'exportThings');
        },
      },
      {
        title: 'an operation that was moved to another path is called with the credential of the operator',
        expected: DENIED,
        run: async (target) => {
          await target.restart({
            paths: { '/export': operation('exportThings'), '/things': operation('createThing'), '/all-things': operation('listThings') },
          });
          return call(target, 'listThings');
        },
      },
      {
        title: 'an operation that did not change is denied',
        expected: '200, something sent',
        regression: true,
        run: async (target) => {
          await target.restart({ title: 'Another title', paths: { '/export': operation('exportThings') } });
          return each(['listThings'], '200, something sent', (name) => call(target, name));
        },
      },
      {
        title: 'an accepted operation is denied',
        expected: '200, something sent',
        regression: true,
        run: async (target) => {
          await target.end();
          target.configure({ paths: { '/export': operation('exportThings') } });
          await target.command('check', '--accept');
          await target.start();
          return call(target, 'exportThings');
        },
      },
    ],
  },
];
