import { defineKeys, booleanKey, intKey, longKey, textKey } from '@rocketmq-ts/kernel';
import type { HostFacts } from './host-facts.ts';

/**
 * The 11 keys of NettyServerConfig with the broker's own defaults of port and buffers. The second port next to
 * `listenPort` is the one for slaves. Source: remoting/netty/NettyServerConfig.java, broker/BrokerStartup.java (4.6.0)
 */
export function nettyServerKeys() {
  return defineKeys('NettyServerConfig', {
    listenPort: intKey(10911, 'port for clients', { effect: 'acts', min: 1, max: 65534 }),
    serverWorkerThreads: intKey(8, 'codec/handler threads'),
    serverCallbackExecutorThreads: intKey(0, 'callback threads; 0 stands for 4'),
    serverSelectorThreads: intKey(3, 'IO threads'),
    serverOnewaySemaphoreValue: intKey(256, 'oneway limit'),
    serverAsyncSemaphoreValue: intKey(64, 'async limit'),
    serverChannelMaxIdleTimeSeconds: intKey(120, 'idle close', { effect: 'acts', min: 1 }),
    serverSocketSndBufSize: intKey(131072, 'send buffer, bytes'),
    serverSocketRcvBufSize: intKey(131072, 'receive buffer, bytes'),
    serverPooledByteBufAllocatorEnable: booleanKey(true, 'pooled buffers'),
    useEpollNativeSelector: booleanKey(false, 'epoll on Linux'),
  });
}

/** The 12 keys of NettyClientConfig, buffers as the broker sets them. Source: remoting/netty/NettyClientConfig.java (4.6.0) */
export function nettyClientKeys(facts: HostFacts) {
  return defineKeys('NettyClientConfig', {
    clientWorkerThreads: intKey(4, 'codec threads'),
    clientCallbackExecutorThreads: intKey(facts.cpuCount, 'callback threads'),
    clientOnewaySemaphoreValue: intKey(65535, 'oneway limit'),
    clientAsyncSemaphoreValue: intKey(65535, 'async limit'),
    connectTimeoutMillis: intKey(3000, 'connect timeout'),
    channelNotActiveInterval: longKey(60000, 'unused'),
    clientChannelMaxIdleTimeSeconds: intKey(120, 'idle close'),
    clientSocketSndBufSize: intKey(131072, 'send buffer, bytes'),
    clientSocketRcvBufSize: intKey(131072, 'receive buffer, bytes'),
    clientPooledByteBufAllocatorEnable: booleanKey(false, 'unused'),
    clientCloseSocketIfTimeout: booleanKey(false, 'close on timeout'),
    useTLS: booleanKey(false, 'TLS client', { effect: 'later', only: { value: false, because: 'TLS is not available yet' } }),
  });
}

/** Two keys that Java turns into system properties. Source: broker/BrokerStartup.java properties2SystemEnv (4.6.0) */
export function addressServerKeys() {
  return defineKeys('system properties', {
    rmqAddressServerDomain: textKey('jmenv.tbsite.net', 'host that knows the name servers', { effect: 'later' }),
    rmqAddressServerSubGroup: textKey('nsaddr', 'what to ask it for', { effect: 'later' }),
  });
}
