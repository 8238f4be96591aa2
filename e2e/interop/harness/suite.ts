/** The suite's `describe`: without a JDK or Maven it says so in the title and counts as skipped. */
import { javaAvailable } from '@rocketmq-ts/testkit';
import { describe } from 'vitest';
import type { TestOptions } from 'vitest';

/** @param options `concurrent`: beside its neighbours that are concurrent too; for those that mostly wait for Java's clocks. */
export function describeInterop(title: string, body: () => void, options: TestOptions = {}): void {
  const java = javaAvailable();
  if (java.available) describe(title, options, body);
  else describe.skip(`${title} (skipped: ${java.reason})`, body);
}
