/** npm and npx pass on the Ctrl-C that the terminal sends to the whole group: it comes twice, as one. */
const SAME_SIGNAL_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal asks for a drain, the second for an end. */
export class StopSignals {
  readonly firstCame: Promise<void>;
  readonly secondCame: Promise<void>;
  private readonly controllers = [new AbortController(), new AbortController()] as const;

  private firstAt = 0;

  constructor() {
    this.firstCame = came(this.controllers[0]);
    this.secondCame = came(this.controllers[1]);
    for (const signal of SIGNALS) process.on(signal, this.receive);
  }

  get first(): AbortSignal {
    return this.controllers[0].signal;
  }

  get second(): AbortSignal {
    return this.controllers[1].signal;
  }

  release(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.receive);
  }

  private readonly receive = (): void => {
    const [first, second] = this.controllers;
    if (!first.signal.aborted) {
      this.firstAt = performance.now();
      first.abort();
    } else if (performance.now() - this.firstAt > SAME_SIGNAL_MS) second.abort();
  };
}

function came({ signal }: AbortController): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
