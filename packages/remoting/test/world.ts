/** Two simulated hosts, a server's and a client's, with an eye on how often sockets are dialled and written to. */
import type { Conn, Env, Net, Timer, Timers } from '@rocketmq-ts/kernel';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';

export const SERVER_HOST = '10.0.0.1';

class Watched {
  readonly env: Env;
  connects = 0;
  /** Calls of `write` on any connection of this host. */
  writes = 0;
  timerCount = 0;

  constructor(env: Env) {
    this.env = { ...env, net: this.#net(env.net), timers: this.#timers(env.timers) };
  }

  #net(net: Net): Net {
    return {
      listen: (options, onConnection) => net.listen(options, (conn) => onConnection(this.#counted(conn))),
      connect: async (options) => {
        this.connects++;
        return this.#counted(await net.connect(options));
      },
    };
  }

  #counted(conn: Conn): Conn {
    const write = conn.write.bind(conn);
    conn.write = (chunks) => {
      this.writes++;
      return write(chunks);
    };
    return conn;
  }

  #timers(timers: Timers): Timers {
    const counted = (timer: Timer): Timer => {
      this.timerCount++;
      let isRunning = true;
      return {
        cancel: () => {
          if (isRunning) this.timerCount--;
          isRunning = false;
          timer.cancel();
        },
      };
    };
    return {
      after: (delayMs, callback) => {
        const timer = counted(timers.after(delayMs, () => (timer.cancel(), callback())));
        return timer;
      },
      every: (periodMs, callback) => counted(timers.every(periodMs, callback)),
    };
  }
}

export class World {
  readonly sim: Simulation;
  readonly server: Watched;
  readonly client: Watched;

  constructor(seed = 1) {
    this.sim = createSimulation(seed);
    this.server = new Watched(this.sim.host('server').env);
    this.client = new Watched(this.sim.host('client').env);
  }

  /** Until nothing moves any more. */
  settle(): Promise<void> {
    return this.sim.runUntilIdle();
  }

  runFor(ms: number): Promise<void> {
    return this.sim.runFor(ms);
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return this.sim.run(promise);
  }

  makeServerUnreachable(): void {
    this.sim.net.partition('server', 'client');
  }
}
