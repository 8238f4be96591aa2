import { join } from 'node:path';

import type { Env } from '@rocketmq-ts/kernel';
import { createNamesrv, type Namesrv } from '@rocketmq-ts/namesrv';

import { EMBEDDED_NAME_SERVER_PORT } from './load-config.ts';

/** The name server inside the broker's process, with Java's defaults; its files lie beside the broker's. */
export function embeddedNameServer(env: Env, dataFolder: string): Namesrv {
  const kvConfigPath = join(dataFolder, 'namesrv', 'kvConfig.json');
  const configStorePath = join(dataFolder, 'namesrv', 'namesrv.properties');
  return createNamesrv(env, {
    listenPort: EMBEDDED_NAME_SERVER_PORT,
    serverChannelMaxIdleTimeSeconds: 120,
    kvConfigPath,
    configStorePath,
    properties: new Map([
      ['kvConfigPath', kvConfigPath],
      ['configStorePath', configStorePath],
      ['listenPort', String(EMBEDDED_NAME_SERVER_PORT)],
      ['orderMessageEnable', 'false'],
    ]),
  });
}
