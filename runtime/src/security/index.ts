export { Authenticator, type Credentials } from './authenticator';
export { openAdministrators, openSecurity, type Security } from './security';
export { TlsFiles } from './tls-files';
