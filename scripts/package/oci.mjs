// Writes an OCI image archive of a root file system; no daemon is needed.
//
//   node scripts/package/oci.mjs LAYER OUT VERSION REVISION EPOCH
//
// LAYER is the root file system as an uncompressed tar file, OUT the archive to write, EPOCH the time of creation in seconds.
// `docker load`, `podman load` and `skopeo copy oci-archive:OUT …` read it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const [layerFile, out, version, revision, epoch] = process.argv.slice(2);
const created = new Date(Number(epoch) * 1000).toISOString();
const layout = mkdtempSync(join(tmpdir(), 'oci-'));
process.on('exit', () => rmSync(layout, { recursive: true, force: true }));
mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Writes a blob and returns its descriptor. */
function blob(mediaType, bytes) {
  const digest = sha256(bytes);
  writeFileSync(join(layout, 'blobs/sha256', digest), bytes);
  return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
}

const json = (value) => Buffer.from(JSON.stringify(value));
const labels = {
  'org.opencontainers.image.title': 'API Explorer',
  'org.opencontainers.image.description': 'Try any API from a web page, without the page ever holding its keys.',
  'org.opencontainers.image.licenses': 'MIT',
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.revision': revision,
  'org.opencontainers.image.created': created,
};
const layer = readFileSync(layerFile);
const config = blob('application/vnd.oci.image.config.v1+json', json({
  created,
  architecture: ARCHITECTURES[process.arch] ?? process.arch,
  os: 'linux',
  config: {
    User: '65532:65532',
    ExposedPorts: { '3000/tcp': {} },
    Env: ['PATH=/usr/bin', 'LEPTOS_SITE_ADDR=0.0.0.0:3000', 'XDG_DATA_HOME=/data'],
    Entrypoint: ['/usr/bin/api-explorer'],
    Volumes: { '/data': {} },
    WorkingDir: '/',
    Labels: labels,
    StopSignal: 'SIGTERM',
    // Not part of the OCI specification; Docker and Podman read it. Times are in nanoseconds.
    Healthcheck: { Test: ['CMD', '/usr/bin/api-explorer', 'healthcheck'], Interval: 30e9, Timeout: 10e9, StartPeriod: 30e9, Retries: 3 },
  },
  rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
  history: [{ created, created_by: 'make dist' }],
}));
const manifest = blob('application/vnd.oci.image.manifest.v1+json', json({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config,
  layers: [blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(layer, { level: 9 }))],
  annotations: labels,
}));
const name = `api-explorer:${version}`;
manifest.annotations = { 'org.opencontainers.image.ref.name': version, 'io.containerd.image.name': name };
writeFileSync(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
writeFileSync(join(layout, 'index.json'), json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [manifest] }));
const same = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner', '--format=ustar', '--mode=u=rwX,go=rX'];
execFileSync('tar', [...same, '-cf', resolve(out), 'blobs', 'index.json', 'oci-layout'], { cwd: layout });
