import { Exposure, type InternetExposureOptions, SecurityPolicy } from 'inferstack/gcp';
import { endpointIn, inStack, type Resource, synthesize, type Template } from './support/synthesize';

const domains = ['a.example.com', 'b.example.com'];
const internet = (options: Partial<InternetExposureOptions> = {}): Template =>
  synthesize({ exposure: Exposure.internet({ domains, ...options }) });
const internal = (options: object = {}): Template =>
  synthesize({
    exposure: Exposure.internalLoadBalancer({
      domains: ['a.internal.example.com'],
      network: 'net',
      subnetwork: 'sub',
      certificates: ['cert'],
      ...options,
    }),
  });
const ingress = (template: Template) => template.find('google_cloud_run_v2_service')['ingress'];
const idOf = (type: string, id: string) => new RegExp(`^\\$\\{${type}\\.Endpoint_${id}_[0-9A-F]{8}\\.id\\}$`);

describe('by the address of Cloud Run', () => {
  test('it is the network of the project, or the internet when asked for', () => {
    expect(ingress(synthesize())).toBe('INGRESS_TRAFFIC_INTERNAL_ONLY');
    expect(ingress(synthesize({ exposure: Exposure.runAddress() }))).toBe('INGRESS_TRAFFIC_ALL');
  });

  test('nothing of a load balancer is made, and the url is the address', () => {
    const template = synthesize();
    expect(template.types.filter((type) => type.startsWith('google_compute'))).toEqual([]);
    expect(Object.values(template.json['output'])).toEqual([
      expect.objectContaining({ value: expect.stringMatching(/google_cloud_run_v2_service\..*\.uri/) }),
    ]);
  });
});

describe('from the internet', () => {
  test('the address of Cloud Run stays closed, and tokens may be made out to the domains', () => {
    const service = internet().find('google_cloud_run_v2_service');
    expect(service['ingress']).toBe('INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER');
    expect(service['custom_audiences']).toEqual(['https://a.example.com', 'https://b.example.com']);
  });

  test('requests go from the address over HTTPS alone to the service', () => {
    const template = internet();
    const { ForwardingRule: rule } = template.all('google_compute_global_forwarding_rule');
    expect(rule).toMatchObject({ port_range: '443', load_balancing_scheme: 'EXTERNAL_MANAGED' });
    expect(rule!['target']).toMatch(idOf('google_compute_target_https_proxy', 'HttpsProxy'));
    const proxy = template.find('google_compute_target_https_proxy');
    expect(proxy['url_map']).toMatch(idOf('google_compute_url_map', 'UrlMap'));
    const { UrlMap: map } = template.all('google_compute_url_map');
    expect(map!['default_service']).toMatch(idOf('google_compute_backend_service', 'BackendService'));
    const backend = template.find('google_compute_backend_service');
    expect(backend).toMatchObject({ load_balancing_scheme: 'EXTERNAL_MANAGED', protocol: 'HTTPS' });
    expect(backend['backend'][0].group).toMatch(
      idOf('google_compute_region_network_endpoint_group', 'NetworkEndpointGroup'),
    );
    expect(template.find('google_compute_region_network_endpoint_group')).toMatchObject({
      network_endpoint_type: 'SERVERLESS',
      region: 'europe-west1',
      cloud_run: { service: expect.stringMatching(/google_cloud_run_v2_service\.Endpoint_Service_.*\.name/) },
    });
  });

  test('TLS is 1.2 or later, with modern ciphers', () => {
    const template = internet();
    expect(template.find('google_compute_ssl_policy')).toMatchObject({
      profile: 'MODERN',
      min_tls_version: 'TLS_1_2',
    });
    expect(template.find('google_compute_target_https_proxy')['ssl_policy']).toMatch(
      idOf('google_compute_ssl_policy', 'SslPolicy'),
    );
  });

  test('plain HTTP is sent to HTTPS, on the same address, and a POST stays one', () => {
    const template = internet();
    const rules = template.all('google_compute_global_forwarding_rule');
    const { RedirectForwardingRule: redirect, ForwardingRule: https } = rules;
    expect(redirect).toMatchObject({ port_range: '80', ip_address: https!['ip_address'] });
    expect(redirect!['target']).toMatch(idOf('google_compute_target_http_proxy', 'HttpProxy'));
    const { RedirectUrlMap: map } = template.all('google_compute_url_map');
    expect(map).toEqual(
      expect.objectContaining({
        default_url_redirect: {
          https_redirect: true,
          redirect_response_code: 'PERMANENT_REDIRECT',
          strip_query: false,
        },
      }),
    );
    expect(map).not.toHaveProperty('default_service');
  });

  test('the certificate is made anew for other domains, before the old one goes', () => {
    const certificate = internet().find('google_compute_managed_ssl_certificate');
    expect(certificate).toMatchObject({ managed: { domains }, lifecycle: { create_before_destroy: true } });
    const other = internet({ domains: ['c.example.com'] }).find('google_compute_managed_ssl_certificate');
    expect(other['name']).not.toBe(certificate['name']);
  });

  test('certificates of yours take its place', () => {
    const template = internet({ certificates: ['projects/p/global/sslCertificates/mine'] });
    expect(template.types).not.toContain('google_compute_managed_ssl_certificate');
    expect(template.find('google_compute_target_https_proxy')['ssl_certificates']).toEqual([
      'projects/p/global/sslCertificates/mine',
    ]);
  });

  test('every request is logged, or a share, or none', () => {
    const log = (logSampleRate?: number) =>
      internet({ logSampleRate }).find('google_compute_backend_service')['log_config'];
    expect(log()).toEqual({ enable: true, sample_rate: 1 });
    expect(log(0.1)).toEqual({ enable: true, sample_rate: 0.1 });
    expect(log(0)).toEqual({ enable: false });
  });

  test('a zone gets a record for each domain', () => {
    const records = Object.values(internet({ dnsZone: 'zone' }).all('google_dns_record_set'));
    expect(records.map(({ name }) => name)).toEqual(['a.example.com.', 'b.example.com.']);
    for (const record of records) {
      expect(record).toMatchObject({
        managed_zone: 'zone',
        type: 'A',
        rrdatas: [expect.stringMatching(/google_compute_global_address\..*\.address/)],
      });
    }
    expect(internet().types).not.toContain('google_dns_record_set');
  });

  test('every part is in the native, typed', () => {
    inStack((stack) => {
      const { native } = endpointIn(stack, { exposure: Exposure.internet({ domains }) });
      expect(native.url).toBe('https://a.example.com');
      const { loadBalancer } = native;
      if (loadBalancer?.kind !== 'external') throw new Error('no external load balancer');
      expect(loadBalancer.redirect.forwardingRule.portRangeInput).toBe('80');
      expect(loadBalancer.securityPolicy).toBeUndefined();
    });
  });
});

describe('the firewall', () => {
  const rules = (options: Parameters<typeof SecurityPolicy.managedRules>[0]) => {
    const template = internet({ securityPolicy: SecurityPolicy.managedRules(options) });
    expect(template.find('google_compute_backend_service')['security_policy']).toMatch(
      idOf('google_compute_security_policy', 'SecurityPolicy'),
    );
    const found = template.find('google_compute_security_policy')['rule'] as Resource[];
    expect(new Set(found.map(({ priority }) => priority)).size).toBe(found.length);
    return found;
  };
  const last = (found: Resource[]) => found.find(({ priority }) => priority === 2_147_483_647)!;

  test('refuses attacks and lets the rest through', () => {
    const found = rules({});
    expect(found.filter(({ match }) => match.expr !== undefined).map(({ action }) => action)).toEqual(
      Array(5).fill('deny(403)'),
    );
    expect(last(found).action).toBe('allow');
  });

  test('counts the requests of an address', () => {
    const throttle = rules({ requestsPerAddress: 600 }).find(({ action }) => action === 'throttle')!;
    expect(throttle['rate_limit_options']).toEqual({
      conform_action: 'allow',
      exceed_action: 'deny(429)',
      enforce_on_key: 'IP',
      rate_limit_threshold: { count: 600, interval_sec: 60 },
    });
  });

  test('lets in named ranges alone, ten in a rule', () => {
    const allowFrom = Array.from({ length: 12 }, (_, i) => `203.0.113.${i}/32`);
    const found = rules({ allowFrom });
    const allowed = found.filter(({ action }) => action === 'allow');
    expect(allowed.map(({ match }) => match.config.src_ip_ranges)).toEqual([
      allowFrom.slice(0, 10),
      allowFrom.slice(10),
    ]);
    expect(last(found).action).toBe('deny(403)');
  });

  test('may be one of yours', () => {
    const template = internet({
      securityPolicy: SecurityPolicy.existing('projects/p/global/securityPolicies/mine'),
    });
    expect(template.types).not.toContain('google_compute_security_policy');
    expect(template.find('google_compute_backend_service')['security_policy']).toBe(
      'projects/p/global/securityPolicies/mine',
    );
  });
});

describe('by an internal load balancer', () => {
  test('it takes an address of the subnetwork and answers over HTTPS', () => {
    const template = internal();
    expect(ingress(template)).toBe('INGRESS_TRAFFIC_INTERNAL_ONLY');
    const place = { region: 'europe-west1' };
    expect(template.find('google_compute_address')).toMatchObject({
      ...place,
      address_type: 'INTERNAL',
      subnetwork: 'sub',
    });
    expect(template.find('google_compute_forwarding_rule')).toMatchObject({
      ...place,
      ...{ load_balancing_scheme: 'INTERNAL_MANAGED', network: 'net', subnetwork: 'sub', port_range: '443' },
    });
    expect(template.find('google_compute_region_target_https_proxy')['ssl_certificates']).toEqual(['cert']);
    expect(template.find('google_compute_region_ssl_policy')).toMatchObject({ min_tls_version: 'TLS_1_2' });
    expect(template.find('google_compute_region_backend_service')['load_balancing_scheme']).toBe(
      'INTERNAL_MANAGED',
    );
    expect(template.types.filter((type) => /global/.test(type))).toEqual([]);
  });

  test('a private zone gets the record', () => {
    const record = internal({ dnsZone: 'private' }).find('google_dns_record_set');
    expect(record).toMatchObject({ managed_zone: 'private', name: 'a.internal.example.com.' });
  });
});
