import type { Env } from '@rocketmq-ts/kernel';
import type { RemotingServer } from '@rocketmq-ts/remoting';

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
