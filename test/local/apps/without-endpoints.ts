import { RootConstruct } from 'constructs';

new RootConstruct('Nothing');
