/**
 * Loaded before the main of every process of the topology: when the process that started it is gone, however it
 * ended, the channel between them closes and this one stops in order, or by force when that takes too long.
 */
const patienceMs = 15_000;

function stop(): void {
  setTimeout(() => process.exit(1), patienceMs).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (process.connected) process.on('disconnect', stop);
else process.exit(1);
