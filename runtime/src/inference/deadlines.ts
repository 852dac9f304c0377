/** Something that has to be done in time; kept by its owner to say that it is. */
export class Deadline<T> {
  previous: Deadline<T> = this;
  next: Deadline<T> = this;

  constructor(
    readonly item: T,
    readonly dueMs: number,
  ) {}
}

/**
 * Calls back for whatever is not done in time. All have the same time, so whoever came first is due first: a list in the
 * order of arrival and one timer for all of it cost a request a few pointers instead of a timer of its own.
 */
export class Deadlines<T> {
  /** The list is a ring, closed by an entry that stands for nothing: no ends to look after. */
  private readonly ring = new Deadline<T | undefined>(undefined, Number.POSITIVE_INFINITY);
  private timer: NodeJS.Timeout | undefined;

  /** @param timeMs time for everything, milliseconds. */
  constructor(
    private readonly timeMs: number,
    private readonly expired: (item: T) => void,
  ) {}

  add(item: T): Deadline<T> {
    const deadline = new Deadline<T>(item, performance.now() + this.timeMs);
    const { ring } = this;
    const last = ring.previous;
    deadline.previous = last as Deadline<T>;
    deadline.next = ring as Deadline<T>;
    last.next = deadline;
    ring.previous = deadline;
    this.timer ??= this.wait(this.timeMs);
    return deadline;
  }

  /** It is done, or nobody wants it any more. */
  remove(deadline: Deadline<T>): void {
    deadline.previous.next = deadline.next;
    deadline.next.previous = deadline.previous;
    deadline.next = deadline;
    deadline.previous = deadline;
  }

  private wait(ms: number): NodeJS.Timeout {
    // What is waited for keeps the process alive, not this watch over it.
    return setTimeout(this.look, Math.ceil(ms)).unref();
  }

  private readonly look = (): void => {
    const { ring } = this;
    const now = performance.now();
    for (let first = ring.next; first !== ring && first.dueMs <= now; first = ring.next) {
      this.remove(first as Deadline<T>);
      this.expired(first.item as T);
    }
    this.timer = ring.next === ring ? undefined : this.wait(ring.next.dueMs - now);
  };
}
