import { GrpcTestServer } from '../support/grpc-test-server';

/** Serves the example models until standard input ends; the first line of output is the port. */
async function main(): Promise<void> {
  const server = await GrpcTestServer.start(['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1']);
  server.readiness.enter('ready');
  process.stdout.write(`${server.port}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void server.stop());
}

void main();
