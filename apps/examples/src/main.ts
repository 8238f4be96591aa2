// Runs an example by the name of its Java class, so that the tutorial's lines work as they are typed.
import { consumer } from './quickstart/consumer.ts';
import { producer } from './quickstart/producer.ts';

const examples: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['org.apache.rocketmq.example.quickstart.Producer', producer],
  ['org.apache.rocketmq.example.quickstart.Consumer', consumer],
]);

const name = process.argv[2];
const known = [...examples.keys()].map((each) => `  ${each}\n`).join('');
if (name === undefined || name === '-h' || name === '--help') {
  process.stdout.write(`Usage: tools.sh CLASS\nExamples:\n${known}`);
  process.exit(0);
}
const example = examples.get(name);
if (example === undefined) {
  process.stderr.write(`Could not find or load main class ${name}\nExamples:\n${known}`);
  process.exit(1);
}
try {
  await example();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
