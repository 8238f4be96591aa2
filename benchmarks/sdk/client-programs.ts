// The two clients that are compared, each as a program of its own: ours from this workspace's sources, Java's 4.6.0 from Maven Central.
import { fileURLToPath } from 'node:url';
import { ChildProgram, startJava } from '@rocketmq-ts/testkit';

export type Language = 'ours' | 'Java';
export const CLIENT_NAMES: Readonly<Record<Language, string>> = { ours: 'rocketmq-ts', Java: 'Java 4.6.0' };

/** As Java's own benchmark scripts start their clients. */
const JAVA_HEAP = '1g';
const programs = {
  consume: { ours: 'backlog-consumer.ts', Java: 'java/BacklogConsumer.java' },
  produce: { ours: 'send-loops.ts', Java: 'java/SendLoops.java' },
};

/** @param home an empty folder of its own (Java's logs and settings) */
export function startClient(language: Language, task: keyof typeof programs, home: string, args: readonly (string | number)[]): ChildProgram {
  const file = fileURLToPath(new URL(programs[task][language], import.meta.url));
  const texts = args.map(String);
  // Java compiles a program of one file by itself.
  if (language === 'Java') return startJava({ mainClass: file, args: texts, home, maxHeap: JAVA_HEAP, optimise: true });
  const flags = (process.env['SDK_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  return new ChildProgram({
    name: programs[task].ours,
    command: process.execPath,
    args: ['--conditions=@rocketmq-ts/source', '--import', 'tsx', ...flags, file, ...texts],
    env: { HOME: home, NAMESRV_ADDR: undefined },
  });
}
