/** For what another process comes to in its own time and cannot announce: ask again, shortly after. */
const AGAIN_MS = 25;

/**
 * @param look true: it is so; anything else says how it is instead, for the message. An exception counts as "not yet".
 * @throws Error with what was seen last when it is not so within `timeoutMs`.
 */
export async function until(what: string, look: () => Promise<true | string> | true | string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let seen: true | string;
    try {
      seen = await look();
    } catch (error) {
      seen = String(error);
    }
    if (seen === true) return;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}; seen last: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
