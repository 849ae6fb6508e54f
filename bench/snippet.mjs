// Measures the time from a keystroke until the snippet is updated, which the server renders: for the default and for an HTTP client.
import { launchBrowser } from './browser.mjs';

const keystrokes = 200;

/** Returns the milliseconds from each keystroke until the code has changed, by target. */
export async function keystrokesOf(port, page) {
  const browser = await launchBrowser();
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${port}${page}`);
  await tab.locator('.try-it[data-ready]').waitFor();
  const measured = {};
  for (const label of ['TypeScript', 'Python · requests']) {
    await tab.locator('#client').fill(label);
    await tab.locator('#client').press('Enter');
    await tab.locator(`#snippet[aria-label="${label}"]`).waitFor();
    measured[label] = await tab.evaluate(async (keystrokes) => {
      const field = document.getElementById('value/email');
      const code = document.querySelector('#snippet code');
      const times = [];
      for (let count = 0; count < keystrokes; count += 1) {
        const text = `ann.${count}@example.com`;
        const began = performance.now();
        await new Promise((resolve) => {
          const observer = new MutationObserver(() => {
            if (!code.textContent.includes(text)) return;
            times.push(performance.now() - began);
            observer.disconnect();
            resolve();
          });
          observer.observe(code, { childList: true, subtree: true, characterData: true });
          field.value = text;
          field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        });
      }
      return times.slice(20);
    }, keystrokes);
  }
  await browser.close();
  return measured;
}
