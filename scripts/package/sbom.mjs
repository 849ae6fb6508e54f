// Writes a CycloneDX bill of materials of the crates in the server and in the browser's program.
//
//   node scripts/package/sbom.mjs OUT TARGET EPOCH
//
// TARGET is the server's target triple, EPOCH the time of the commit in seconds.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const [out, target, epoch] = process.argv.slice(2);

/** Asks cargo for the packages, and for the dependency graph of one build. */
function graph(features, platform) {
  const flags = ['metadata', '--format-version=1', '--locked', '--features', features, '--filter-platform', platform];
  return JSON.parse(execFileSync('cargo', flags, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

const checksums = new Map();
for (const [, name, version, checksum] of readFileSync('Cargo.lock', 'utf8').matchAll(/name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"/g)) {
  checksums.set(`${name} ${version}`, checksum);
}

const packages = new Map();
const edges = new Map();
let root;
for (const { resolve, packages: all } of [graph('ssr', target), graph('hydrate', 'wasm32-unknown-unknown')]) {
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const known = new Map(all.map((item) => [item.id, item]));
  root = known.get(resolve.root);
  const queue = [resolve.root];
  const seen = new Set(queue);
  while (queue.length > 0) {
    const id = queue.pop();
    packages.set(id, known.get(id));
    // What only builds or tests need is not shipped.
    const needed = nodes.get(id).deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null)).map(({ pkg }) => pkg);
    edges.set(id, new Set([...(edges.get(id) ?? []), ...needed]));
    for (const next of needed) {
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
}

const reference = ({ name, version }) => `pkg:cargo/${name}@${version}`;
const component = (item) => ({
  type: item.id === root.id ? 'application' : 'library',
  'bom-ref': reference(item),
  name: item.name,
  version: item.version,
  ...(item.description ? { description: item.description.trim().replace(/\s+/g, ' ') } : {}),
  ...(item.license ? { licenses: [{ expression: item.license.replaceAll('/', ' OR ') }] } : {}),
  ...(item.id === root.id ? {} : { purl: reference(item) }),
  ...(checksums.has(`${item.name} ${item.version}`)
    ? { hashes: [{ alg: 'SHA-256', content: checksums.get(`${item.name} ${item.version}`) }] }
    : {}),
});
const order = (a, b) => (a < b ? -1 : Number(a > b));
const sorted = [...packages.values()].sort((a, b) => order(reference(a), reference(b)));
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { timestamp: new Date(Number(epoch) * 1000).toISOString(), component: component(root) },
  components: sorted.filter((item) => item.id !== root.id).map(component),
  dependencies: sorted.map((item) => ({
    ref: reference(item),
    dependsOn: [...edges.get(item.id)].map((id) => reference(packages.get(id))).sort(order),
  })),
};
// A serial number that two builds of the same commit share.
const digest = createHash('sha256').update(JSON.stringify(bom)).digest('hex');
const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
writeFileSync(out, `${JSON.stringify({ ...bom, serialNumber: `urn:uuid:${uuid}` }, null, 1)}\n`);
console.log(`${bom.components.length} crates`);
