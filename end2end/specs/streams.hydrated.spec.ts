// Streams are shown as they arrive, and can be cancelled.

import type { APIRequestContext } from '@playwright/test';
import { expect, open, test } from '../fixtures.ts';

/** The stream of a test, as the upstream sends it. */
class Stream {
  constructor(
    private readonly request: APIRequestContext,
    private readonly url: string,
  ) {}

  /** Sends a part of the stream, once the page has opened it. */
  async send(text: string): Promise<void> {
    await expect.poll(async () => (await this.request.post(this.url, { data: text })).status()).toBe(200);
  }

  async end(): Promise<void> {
    await this.request.delete(this.url);
  }

  /** Waits until the explorer has closed the connection. */
  async closed(): Promise<void> {
    expect((await this.request.head(this.url)).status()).toBe(200);
  }
}

const it = test.extend<{ stream: Stream }>({
  stream: async ({ at, page, parts, request, unique, faults }, use) => {
    // Chromium reports some requests as aborted that were read to their end.
    faults.allow(/^request failed: net::ERR_ABORTED \(\/api\/call\)/);
    await open(page, `${at.kinds}/ticker/watch`);
    await parts.input('name').fill(unique);
    await parts.environment.selectOption('server1');
    await parts.send.click();
    await use(new Stream(request, `${at.upstream}/streams/${unique}`));
  },
});

it('events are shown as they arrive, and summarized at the end', async ({ parts, stream }) => {
  const items = parts.response.getByRole('log', { name: 'Items', exact: true });
  await stream.send('event: add\ndata: {"price": 1.50}\n\n');
  await expect(items.getByRole('listitem')).toHaveText(['add {"price": 1.50}']);
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.response).toContainText('Receiving the stream… 1 item.');
  await expect(parts.cancel).toBeVisible();
  await stream.send('data: <b>second</b>\ndata: line\n\n');
  await expect(items.getByRole('listitem')).toHaveText(['add {"price": 1.50}', '<b>second</b>\nline']);
  await stream.end();
  await expect(parts.response).toContainText('2 items. The provider ended the stream.');
  await expect(items.getByRole('listitem')).toHaveCount(2);
  await expect(parts.cancel).toBeHidden();
  await expect(parts.response.getByText('Receipt')).toBeVisible();
  await expect(items).toHaveAttribute('aria-live', 'off');
});

it('a stream can be cancelled, which closes the connection to the provider', async ({ parts, stream, faults }) => {
  faults.expect(/^request failed: net::ERR_ABORTED \(\/api\/call\)/);
  await stream.send('data: first\n\n');
  await expect(parts.response.getByRole('listitem')).toHaveText(['first']);
  await parts.cancel.click();
  await expect(parts.response).toContainText('Cancelled. The connection to the provider was closed.');
  await expect(parts.response.getByRole('listitem'), 'what arrived is still shown').toHaveText(['first']);
  await stream.closed();
  await expect(parts.send).toBeEnabled();
});

it('of a thousand events, the last are shown', async ({ parts, stream }) => {
  it.slow();
  const event = (_: unknown, index: number) => `data: ${index + 1}\n\n`;
  await stream.send(Array.from({ length: 1000 }, event).join(''));
  await expect(parts.response).toContainText('1000 items. The last 200 are shown.', { timeout: 60_000 });
  const items = parts.response.getByRole('listitem');
  await expect(items).toHaveCount(200);
  await expect(items.first()).toHaveText('801');
  await expect(items.last()).toHaveText('1000');
  await stream.end();
  await expect(parts.response).toContainText('1000 items. The last 200 are shown. The provider ended the stream.');
});
