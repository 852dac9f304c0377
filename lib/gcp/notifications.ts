import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { AlarmOptions } from './alarm-options';
import type { Checker } from './checker';
import type { ResourceContext } from './context';
import { textHash } from './names';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const CHANNEL = /^projects\/[^/]+\/notificationChannels\/[^/]+$/;
/** Of an alert policy: https://cloud.google.com/monitoring/quotas */
const MAX_CHANNELS = 16;

/** @param reserved channels that the endpoint needs itself */
export function checkAlarms(
  check: Checker,
  { emails = [], channels = [] }: AlarmOptions,
  reserved = 0,
): void {
  emails.forEach((email, i) => {
    check.text('GCP_NOTIFICATION', `target.alarms.emails[${i}]`, email, EMAIL, 'an email address');
  });
  channels.forEach((channel, i) => {
    const shape = 'projects/<project>/notificationChannels/<id>';
    check.text('GCP_NOTIFICATION', `target.alarms.channels[${i}]`, channel, CHANNEL, shape);
  });
  const count = new Set(emails).size + new Set(channels).size;
  if (count + reserved <= MAX_CHANNELS) return;
  check.add('GCP_NOTIFICATION', 'target.alarms', {
    what: 'an alarm tells a limited number of recipients',
    got: count,
    allowed: `at most ${MAX_CHANNELS - reserved}`,
    remedy: 'Use the address of a group, or a channel of yours that tells them all.',
  });
}

/** Recipients of the alarms of an endpoint. */
export interface Channels {
  readonly created: readonly MonitoringNotificationChannel[];
  /** Of those created, and of yours. */
  readonly ids: readonly string[];
}

export function createChannels(
  scope: Construct,
  { name, project, labels }: ResourceContext,
  { emails = [], channels = [] }: AlarmOptions,
): Channels {
  const created = [...new Set(emails)].map(
    (email) =>
      new MonitoringNotificationChannel(scope, `Email-${textHash(scope, email)}`, {
        project,
        displayName: `${name}: ${literal(email)}`,
        type: 'email',
        labels: { email_address: literal(email) },
        userLabels: labels,
      }),
  );
  return { created, ids: [...created.map(({ id }) => id), ...[...new Set(channels)].map(literal)] };
}
