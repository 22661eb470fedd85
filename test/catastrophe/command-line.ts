/** The command line as a person uses it, in the process of the test. */
import { Command } from 'commander';
import { vi } from 'vitest';
import { catastropheCommand } from '../../cli/catastrophe.js';
import { clockCommand } from '../../cli/clock.js';
import { listCommand } from '../../cli/list.js';

/** What a command printed, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command against a gateway; it throws what the person would be told. */
export async function throughline(gatewayUrl: string, ...args: string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const written = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  vi.stubEnv('THROUGHLINE_GATEWAY_URL', gatewayUrl);
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const program = new Command('throughline')
      .option('--state-dir <folder>')
      .addCommand(catastropheCommand())
      .addCommand(clockCommand())
      .addCommand(listCommand());
    await program.parseAsync(args, { from: 'user' });
    return { code: process.exitCode, out: said.stdout, err: said.stderr };
  } finally {
    process.exitCode = before;
    for (const spy of written) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
