export { GrpcServer } from './grpc-server';
export type { GrpcServerParts } from './grpc-server-parts';
