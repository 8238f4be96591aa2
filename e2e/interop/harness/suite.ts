/** The suite's `describe`: without a JDK or Maven it says so in the title and counts as skipped. */
import { javaAvailable } from '@rocketmq-ts/testkit';
import { describe } from 'vitest';

export function describeInterop(title: string, body: () => void): void {
  const java = javaAvailable();
  if (java.available) describe(title, body);
  else describe.skip(`${title} (skipped: ${java.reason})`, body);
}
