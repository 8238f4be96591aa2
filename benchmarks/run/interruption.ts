const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * From now on Ctrl-C, SIGTERM and SIGHUP do not end this process: the signal is aborted, with an Error that names which of them it was,
 * and the exit code is set. Programs that were started with the test kit have been ended by then.
 */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  // What waits for a program that was ended fails, also where nobody waits any more; that must not keep the others from being ended in order.
  process.on('unhandledRejection', (error) => {
    if (!interrupted.signal.aborted) throw error;
  });
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
    // `on`, not `once`: the test kit ends its programs and sends the signal again.
    process.on(signal, () => {
      process.exitCode = exitCode;
      interrupted.abort(new Error(`interrupted by ${signal}`));
    });
  }
  return interrupted.signal;
}
