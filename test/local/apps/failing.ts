import { fakeEndpoint } from '../../support/endpoint';

fakeEndpoint();
throw new Error('the app is broken on purpose');
