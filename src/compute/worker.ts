import { parentPort } from 'node:worker_threads';
import { type Request, type Response, toFailure } from './messages';
import { TaskRunner } from './tasks';

// The entry of a worker thread: does one task after the other.
const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread');
const runner = new TaskRunner();

port.on('message', (request: Request) => {
  runner.run(request.task, request.input).then(
    (output) => {
      port.postMessage({ output } satisfies Response);
    },
    (error: unknown) => {
      port.postMessage({ failure: toFailure(error) } satisfies Response);
    },
  );
});
