/** Loaded before a process of the runtime: in workers, every run leaves 64 KiB behind that are never given back. */
const LEAK_BYTES = 64 * 1024;

if (process.argv[1]?.includes('worker-main')) {
  const kept = [];
  process.on('message', (message) => {
    // Written to, or the kernel would not hand the pages out.
    if (message?.type === 'run') kept.push(Buffer.alloc(LEAK_BYTES, 1));
  });
}
