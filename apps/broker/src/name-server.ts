import { join } from 'node:path';

import { type Env, RmqError } from '@rocketmq-ts/kernel';
import { createNamesrv, type Namesrv } from '@rocketmq-ts/namesrv';

/** Starts the name server inside the broker's process, with Java's defaults; its files lie beside the broker's. */
export async function startNameServer(env: Env, dataFolder: string, port: number): Promise<Namesrv> {
  const kvConfigPath = join(dataFolder, 'namesrv', 'kvConfig.json');
  const configStorePath = join(dataFolder, 'namesrv', 'namesrv.properties');
  const nameServer = createNamesrv(env, {
    listenPort: port,
    serverChannelMaxIdleTimeSeconds: 120,
    kvConfigPath,
    configStorePath,
    properties: new Map([
      ['kvConfigPath', kvConfigPath],
      ['configStorePath', configStorePath],
      ['listenPort', String(port)],
      ['orderMessageEnable', 'false'],
    ]),
  });
  try {
    await nameServer.start();
    return nameServer;
  } catch (error) {
    if (!(error instanceof RmqError) || error.code !== 'REMOTING_LISTEN') throw error;
    const remedy = `if a name server runs there already, use it: serve -n 127.0.0.1:${port}; else choose another port with --namesrvPort`;
    throw new RmqError(error.code, `${error.message.split(';', 1)[0]}; ${remedy}`, { cause: error });
  }
}
