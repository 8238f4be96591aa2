import type { DataVersion } from '@rocketmq-ts/remoting-protocol';

/** The version of a table after one more change. Source: common/DataVersion.java nextVersion (4.6.0) */
export function nextVersion(version: DataVersion, nowWallMs: number): DataVersion {
  return { timestamp: nowWallMs, counter: version.counter + 1 };
}
