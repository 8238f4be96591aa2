import { RmqError } from '../errors.ts';

export interface ConfigProblem {
  /** 1-based; undefined when the value does not come from a line of the file. */
  readonly line: number | undefined;
  readonly key: string;
  /** What is wrong and what is allowed. */
  readonly text: string;
}

/** The configuration cannot be used. One line per problem: `broker.conf:12: …`. Whoever wrote the file can act. */
export class ConfigError extends RmqError {
  readonly fileName: string;
  readonly problems: readonly ConfigProblem[];

  constructor(fileName: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ line, text }) => `${line === undefined ? fileName : `${fileName}:${line}`}: ${text}`);
    super('CONFIG', lines.join('\n'));
    this.fileName = fileName;
    this.problems = problems;
  }
}
