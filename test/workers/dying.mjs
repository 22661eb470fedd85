// Loaded into a worker process before its own code: on SIGUSR2 the role `fraud` dies, as one does whose server refuses it for good.
import { Worker } from '@temporalio/worker';

const { run } = Worker.prototype;

Worker.prototype.run = function () {
  const running = run.call(this);
  if (this.options.taskQueue !== 'throughline-fraud') return running;
  const death = new Promise((_, reject) => {
    process.once('SIGUSR2', () => reject(new Error('planted: the server refuses this role')));
  });
  return Promise.race([running, death]);
};
