import { Presets, SingleBar } from 'cli-progress';

/** Shows how far long work is. */
export interface Progress {
  readonly show: (done: number, total: number | null) => void;
  readonly end: () => void;
}

/** A bar on a terminal; anywhere else a line for every tenth of the work. */
export function createProgress(stream: NodeJS.WriteStream, label: string): Progress {
  return stream.isTTY ? bar(stream, label) : lines((text) => void stream.write(text), label);
}

function bar(stream: NodeJS.WriteStream, label: string): Progress {
  const shown = new SingleBar(
    {
      stream,
      format: `${label} {bar} {percentage}% {value}/{total} rows`,
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    show(done, total) {
      if (total === null) return;
      if (started) shown.update(done);
      else shown.start(total, done);
      started = true;
    },
    end: () => shown.stop(),
  };
}

/** Lines for a log file. */
export function lines(write: (text: string) => void, label: string): Progress {
  let tenths = -1;
  return {
    show(done, total) {
      if (total === null || total === 0) return;
      const reached = Math.floor((done / total) * 10);
      if (reached <= tenths) return;
      tenths = reached;
      write(`${label}: ${done} of ${total} rows\n`);
    },
    end: () => undefined,
  };
}
