import { ServerCredentials } from '@grpc/grpc-js';
import type { TlsFiles } from '../../security';

/**
 * TLS of a listener, with what the files hold now and later. The library's own credentials from files lose the versions
 * and suites at the first change, and take no more connections while a file is missing.
 */
export class TlsCredentials extends ServerCredentials {
  constructor(tls: TlsFiles) {
    super({ ...tls.server }, tls.context);
    tls.onChange((context) => this.updateSecureContextOptions(context));
  }

  override _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}
