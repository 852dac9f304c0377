/** Any length of time: `Duration` of this library, of aws-cdk-lib or of cdk8s. */
export interface DurationLike {
  toMilliseconds(): number;
}

/** A length of time with its unit in plain sight. */
export class Duration implements DurationLike {
  static millis(amount: number): Duration {
    return new Duration(amount);
  }

  static seconds(amount: number): Duration {
    return new Duration(amount * 1000);
  }

  static minutes(amount: number): Duration {
    return new Duration(amount * 60_000);
  }

  static hours(amount: number): Duration {
    return new Duration(amount * 3_600_000);
  }

  static days(amount: number): Duration {
    return new Duration(amount * 86_400_000);
  }

  private constructor(private readonly milliseconds: number) {}

  toMilliseconds(): number {
    return this.milliseconds;
  }
}
