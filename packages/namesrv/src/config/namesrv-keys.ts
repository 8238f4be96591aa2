import { booleanKey, defineKeys, intKey, optionalTextKey, textKey } from '@rocketmq-ts/kernel';

/** What defaults depend on. Told by the program that starts us. */
export interface HostFacts {
  readonly homeFolder: string;
}

const PATH = 'the whole path of a file; ~ and variables are not replaced';

function isPath(text: string): boolean {
  return text !== '' && !text.startsWith('~') && !/\$\{|\$[A-Z]/.test(text) && !text.includes('\0');
}

/** All tables a name server's file may use, in the order in which Java prints them. */
export function namesrvKeyTables(facts: HostFacts) {
  return { namesrv: namesrvKeys(facts), server: nettyServerKeys(), own: ownKeys() };
}

export type NamesrvKeyTables = ReturnType<typeof namesrvKeyTables>;

/** The 6 keys of NamesrvConfig. Source: common/namesrv/NamesrvConfig.java (4.6.0) */
function namesrvKeys(facts: HostFacts) {
  return defineKeys('NamesrvConfig', {
    rocketmqHome: optionalTextKey('install folder; Java asks for it at the start'),
    kvConfigPath: textKey(`${facts.homeFolder}/namesrv/kvConfig.json`, 'file of the KV settings', {
      effect: 'acts',
      allowed: PATH,
      check: isPath,
    }),
    configStorePath: textKey(`${facts.homeFolder}/namesrv/namesrv.properties`, 'where changes are kept; the -c file when there is one', {
      effect: 'acts',
      allowed: PATH,
      check: isPath,
    }),
    productEnvName: textKey('center', 'environment for clusterTest', { effect: 'later' }),
    clusterTest: booleanKey(false, 'ask another environment for unknown routes', { effect: 'later' }),
    orderMessageEnable: booleanKey(false, 'put orderTopicConf in routes', { effect: 'acts', changeable: true }),
  });
}

/** The 11 keys of NettyServerConfig with the name server's port. Source: remoting/netty/NettyServerConfig.java, namesrv/NamesrvStartup.java (4.6.0) */
function nettyServerKeys() {
  return defineKeys('NettyServerConfig', {
    listenPort: intKey(9876, 'port for brokers and clients', { effect: 'acts', min: 1, max: 65535 }),
    serverWorkerThreads: intKey(8, 'codec/handler threads'),
    serverCallbackExecutorThreads: intKey(0, 'callback threads; 0 stands for 4'),
    serverSelectorThreads: intKey(3, 'IO threads'),
    serverOnewaySemaphoreValue: intKey(256, 'oneway limit'),
    serverAsyncSemaphoreValue: intKey(64, 'async limit'),
    serverChannelMaxIdleTimeSeconds: intKey(120, 'idle close', { effect: 'acts', min: 1 }),
    serverSocketSndBufSize: intKey(65535, 'send buffer, bytes'),
    serverSocketRcvBufSize: intKey(65535, 'receive buffer, bytes'),
    serverPooledByteBufAllocatorEnable: booleanKey(true, 'pooled buffers'),
    useEpollNativeSelector: booleanKey(false, 'epoll on Linux'),
  });
}

/** Keys that Java's name server does not have. */
function ownKeys() {
  return defineKeys('rocketmq-ts', {
    brokerMoveEnable: booleanKey(false, 'take a broker whose name and id are alive at another address, or whose name lives in another cluster: for a deliberate move', {
      effect: 'acts',
      changeable: true,
    }),
  });
}
