/** Who hears of alarms. */
export interface AlarmOptions {
  /** Addresses that get an email when an alarm fires and when it ends. @default - none */
  readonly emails?: readonly string[];
  /** Notification channels of yours: `projects/<project>/notificationChannels/<id>`. @default - none */
  readonly channels?: readonly string[];
}
