/** What the client needs to know of a lifecycle: its names on the wire and its schemas. */
import type { z } from 'zod';
import { kernelMessages } from '../events/kernel.js';
import { KERNEL_MESSAGES, type KernelMessages } from '../workflows/lifecycle/kernel-messages.js';

/** One message of a lifecycle: its schema and whether its sender gets an answer (`update`) or not (`signal`). */
export interface MessageBinding<Data> {
  readonly kind: 'signal' | 'update';
  readonly schema: z.ZodType<Data>;
}

type Bound<Messages> = { readonly [Name in keyof Messages]: MessageBinding<Messages[Name]> };

/** What a lifecycle understands: its own messages, and those that every one does. */
export type Understood<Messages> = Messages & KernelMessages;

/** A lifecycle as its senders see it. */
export interface LifecycleBinding<Notice = unknown, Messages = Record<string, unknown>> {
  /** Also the workflow type. */
  readonly name: string;
  readonly taskQueue: string;
  readonly initialState: string;
  readonly workflowId: (id: string) => string;
  readonly notice: z.ZodType<Notice>;
  readonly idOf: (notice: Notice) => string;
  readonly catastropheOf: (notice: Notice) => string | undefined;
  readonly messages: Bound<Messages> & Bound<KernelMessages>;
  /** Decisions that may wait for a second person, each with when. */
  readonly secondPerson?: Readonly<Record<string, string>>;
}

/** The messages of a lifecycle with the kernel's own beside them. */
export function understood<Messages>(own: Bound<Messages>): Bound<Messages> & Bound<KernelMessages> {
  const names = Object.keys(kernelMessages) as (keyof KernelMessages)[];
  const kernels = Object.fromEntries(
    names.map((name) => [name, { kind: KERNEL_MESSAGES[name].kind, schema: kernelMessages[name] }]),
  );
  return { ...own, ...(kernels as unknown as Bound<KernelMessages>) };
}
