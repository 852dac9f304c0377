export { Authenticator, type Credentials } from './authenticator';
export { openSecurity, type Security } from './security';
export { TlsFiles } from './tls-files';
