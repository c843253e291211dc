import { spawn } from 'node:child_process';

/**
 * Runs in a Node of its own. Its standard input is a pipe only we hold: when we die, in whatever way, the pipe
 * ends and the server gets the signal for a fast shutdown.
 */
const SCRIPT = `
  const [pid, pgCtl] = process.argv.slice(1);
  process.stdin.resume().on('close', () => {
    if (pgCtl) require('node:child_process').spawnSync(pgCtl, ['kill', 'INT', pid], { windowsHide: true });
    else try { process.kill(Number(pid), 'SIGINT'); } catch {}
  });
`;

/**
 * Ends the server with us where the kernel does not (no `setpriv`, macOS, Windows, worker threads).
 * Gives back the way to call the watchdog off once the server has ended.
 */
export function startWatchdog(postmaster: number, pgCtl: string): () => void {
  const args = ['-e', SCRIPT, String(postmaster), ...(process.platform === 'win32' ? [pgCtl] : [])];
  const child = spawn(process.execPath, args, {
    // Its own session: a Ctrl-C meant for us must not end the watchdog first.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  child.unref();
  return () => void child.kill('SIGKILL');
}
