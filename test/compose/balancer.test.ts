import { Duration } from 'inferstack';
import { Exposure } from 'inferstack/compose';
import { synthesize } from './support/synthesize';
import { CERTIFICATE } from './support/variants';

type Arguments = Parameters<typeof synthesize>;
const config = (...given: Arguments): string => synthesize(...given).file('balancer/tumours/haproxy.cfg');
const ports = (exposure: Exposure) => synthesize({ exposure }).endpoint.native.balancer.definition.ports;

test('every replica, and the one for rollouts, takes requests when it is ready', () => {
  const text = config({}, { scaling: { minReplicas: 3, maxReplicas: 3 } });
  const servers = [...text.matchAll(/^ {2}server (\S+) (\S+)/gm)].map((match) => `${match[1]} ${match[2]}`);
  expect(servers).toEqual([
    'tumours-1 tumours-1:8080',
    'tumours-2 tumours-2:8080',
    'tumours-3 tumours-3:8080',
    'tumours-surge tumours-surge:8080',
  ]);
  expect(text).toContain('http-check send meth GET uri /v2/health/ready');
});

test('limits follow the runtime, and the runtime answers first', () => {
  const runtime = { requestTimeout: Duration.seconds(12), maxInFlight: 77 };
  const text = config({}, { runtime });
  expect(text).toContain('timeout server 17000ms');
  expect(text).toContain('timeout client 17000ms');
  expect(text).toContain('timeout queue 5000ms');
  expect(text).toContain('maxconn 77 ');
  // Three replicas at most, twice what they can do, and idle connections.
  expect(text).toContain(`maxconn ${3 * 77 * 2 + 2000}\n`);
  const { definition } = synthesize({}, { runtime }).endpoint.native.balancer;
  // 5 s in the queue, 17 s for the answer, 5 s to leave.
  expect(definition.stop_grace_period).toBe('27s');
});

test('nothing waits longer than a request may take', () => {
  expect(config({}, { runtime: { requestTimeout: Duration.millis(40) } })).toContain('timeout queue 40ms');
});

test('gRPC has its servers only when it is asked for', () => {
  expect(config()).not.toContain('grpc');
  const text = config({}, { runtime: { grpc: true } });
  expect(text).toContain('use_backend grpc if { req.hdr(content-type) -m beg application/grpc }');
  expect(text).toContain('server tumours-2 tumours-2:8081 track predictions/tumours-2');
});

describe('exposure', () => {
  test('is this host alone by default', () => {
    expect(synthesize().endpoint.native.balancer.definition.ports).toEqual([
      { target: 8080, published: '8080', host_ip: '127.0.0.1', protocol: 'tcp' },
    ]);
    expect(config()).not.toMatch(/ bind .*ssl/);
  });

  test('over HTTPS publishes TLS and the redirect, never plain predictions', () => {
    const exposure = Exposure.https({ certificateFile: CERTIFICATE, address: '::', port: 9443 });
    expect(ports(exposure)).toEqual([
      { target: 8443, published: '9443', host_ip: '::', protocol: 'tcp' },
      { target: 8082, published: '80', host_ip: '::', protocol: 'tcp' },
    ]);
    const text = config({ exposure });
    expect(text).toContain('bind :8443 ssl crt /etc/inferstack/tls/tumours.pem alpn h2,http/1.1');
    expect(text).toContain('ssl-min-ver TLSv1.2');
    expect(text).toContain(':9443%[pathq]');
  });

  test('over HTTPS without a redirect opens no plain port', () => {
    const exposure = Exposure.https({ certificateFile: CERTIFICATE, redirectPort: false });
    expect(ports(exposure)).toHaveLength(1);
    expect(config({ exposure })).not.toContain('frontend redirect');
  });

  test('in the clear to others only when it is said aloud', () => {
    expect(ports(Exposure.http({ plainHttp: true }))![0]!.host_ip).toBe('0.0.0.0');
    expect(() => ports(Exposure.http({ plainHttp: false }))).toThrow(/COMPOSE_PLAIN_HTTP.*plainHttp: true/s);
    expect(() => ports(Exposure.http({ plainHttp: false, address: '127.0.0.1' }))).not.toThrow();
  });
});
