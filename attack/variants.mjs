// Attacks that are made in many variants.

/**
 * Runs an attack with each variant, one after the other. Returns the result that all have, or the result of each variant that differs
 * from what is expected, after its name.
 */
export async function each(variants, expected, run, nameOf = JSON.stringify) {
  const others = [];
  for (const variant of variants) {
    const seen = await run(variant);
    if (seen !== expected) others.push(`${nameOf(variant)}: ${seen}`);
  }
  return others.length === 0 ? expected : `${others.length} of ${variants.length}: ${others.join('; ')}`;
}

/** Runs something many times, some at once. Returns the number of each result. */
export async function count(times, atOnce, run) {
  const results = {};
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const result = await run(times - left - 1);
      results[result] = (results[result] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Repeats something until it has a result, or the time is over. Returns the last result. */
export async function eventually(expected, run, milliseconds = 3000) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const seen = await run();
    if (seen === expected || performance.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
