// The transferred bytes of a page with an empty cache.

import type { Page } from '@playwright/test';
import { expect, open, test } from '../fixtures.ts';

const OPERATION_PAGE = 126_500;
/** What is transferred until the form can be used: the page itself, with its styles. */
const USABLE_PAGE = 25_000;

interface Transfer {
  url: string;
  bytes: number;
}

/** Returns the transfers of a page, headers included, without the icon. */
async function transfersOf(page: Page, url: string): Promise<Transfer[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const transfers = new Map<string, Transfer>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => transfers.set(requestId, { url: request.url, bytes: 0 }));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const transfer = transfers.get(requestId);
    if (transfer) transfer.bytes += encodedDataLength;
  });
  await open(page, url);
  const all = () => [...transfers.values()].filter((transfer) => !transfer.url.endsWith('/favicon.svg'));
  // The program is loaded when the browser is idle.
  await expect.poll(() => all().some(({ url, bytes }) => url.endsWith('.wasm') && bytes > 0)).toBe(true);
  await expect.poll(() => all().filter((transfer) => transfer.bytes === 0)).toEqual([]);
  await session.detach();
  return all();
}

for (const operation of ['apiUserV1Create', 'apiUserV1Search', 'apiUserV1Get']) {
  test(`the page of ${operation} transfers at most ${OPERATION_PAGE} bytes`, async ({ at, page }) => {
    const transfers = await transfersOf(page, `${at.plain}/stytch/${operation}`);
    for (const part of [/\.js$/, /\.wasm$/, /\/assets\/texts\/en\..*\.json$/, new RegExp(operation)]) {
      expect(transfers.filter(({ url }) => part.test(url)), String(part)).toHaveLength(1);
    }
    // Styles are inlined in the page, because a separate file would delay rendering.
    expect(transfers).toHaveLength(4);
    const total = transfers.reduce((sum, { bytes }) => sum + bytes, 0);
    const usable = transfers.find(({ url }) => url.endsWith(operation))?.bytes ?? 0;
    test.info().annotations.push({ type: 'bytes', description: `${total}, ${usable} until usable` });
    expect(usable).toBeLessThanOrEqual(USABLE_PAGE);
    expect(total, JSON.stringify(transfers, null, 1)).toBeLessThanOrEqual(OPERATION_PAGE);
  });
}

for (const path of ['/', '/search?q=user', '/stytch']) {
  test(`${path} transfers no more than an operation's page`, async ({ at, page }) => {
    const transfers = await transfersOf(page, at.plain + path);
    expect(transfers).toHaveLength(4);
    expect(transfers.reduce((sum, { bytes }) => sum + bytes, 0), JSON.stringify(transfers, null, 1)).toBeLessThanOrEqual(OPERATION_PAGE);
  });
}

test('files with hashed names are cached permanently, pages never', async ({ at, page, request }) => {
  for (const { url } of await transfersOf(page, `${at.plain}/stytch/apiUserV1Create`)) {
    const response = await request.get(url, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers(), url).toMatchObject({
      'content-encoding': 'br',
      'cache-control': /\/(pkg|assets)\//.test(url) ? 'public, max-age=31536000, immutable' : 'no-store',
    });
  }
});
