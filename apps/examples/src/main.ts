// Runs an example by the name of its Java class, so that the tutorial's lines work as they are typed.
import { consumer } from './quickstart/consumer.ts';
import { producer } from './quickstart/producer.ts';

const examples: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['org.apache.rocketmq.example.quickstart.Producer', producer],
  ['org.apache.rocketmq.example.quickstart.Consumer', consumer],
]);

const name = process.argv[2];
const example = examples.get(name ?? '');
if (example === undefined) {
  const known = [...examples.keys()].map((known) => `  ${known}\n`).join('');
  process.stderr.write(`${name === undefined ? 'Usage: tools.sh CLASS' : `Could not find or load main class ${name}`}\nExamples:\n${known}`);
  process.exit(name === undefined || name === '-h' || name === '--help' ? 0 : 1);
}
try {
  await example();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
