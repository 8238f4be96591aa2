import { type Env, NetError, RmqError } from '@rocketmq-ts/kernel';
import type { RemotingServer } from '@rocketmq-ts/remoting';
import type { MessageStore } from '@rocketmq-ts/store';

/** Distance of the second port, where clients with vipChannelEnabled send. */
const VIP_PORT_DISTANCE = 2;

/**
 * Java refuses to start when the second port is taken; here only those clients go without it that were told to use
 * it, and the log says so.
 */
export async function startVip(env: Pick<Env, 'log'>, listenPort: number, listenOn: (port: number) => RemotingServer): Promise<RemotingServer | undefined> {
  const port = listenPort - VIP_PORT_DISTANCE;
  if (port < 1) return undefined;
  const server = listenOn(port);
  try {
    await server.start();
    return server;
  } catch (error) {
    env.log.warn('The VIP port could not be opened; clients with vipChannelEnabled=true can not send to this broker.', { port, error: error as Error });
    return undefined;
  }
}

/** Opens the port for those who follow this broker's log. @throws RmqError HA_LISTEN that names the port and where it comes from */
export async function startReplication(store: Pick<MessageStore, 'replication'>, port: number): Promise<void> {
  try {
    await store.replication.start();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const where = `port ${port}, where slaves follow this broker (always listenPort + 1)`;
    const message =
      error.systemCode === 'EADDRINUSE'
        ? `Address already in use: ${where}, is taken by another process; stop that process or set another listenPort`
        : `cannot listen on ${where}: ${error.message}`;
    throw new RmqError('HA_LISTEN', message, { cause: error });
  }
}
