/**
 * How workflow code reads payloads. Part of every workflow bundle (see `workers/workflow-bundle.ts`); activities keep the SDK's
 * own converter.
 *
 * With the SDK's own, one signal with broken JSON, or in an encoding that this SDK does not know, fails every workflow task of
 * its entity before any handler runs: whoever may send a signal could stop a claim for good.
 */
import {
  defaultPayloadConverter,
  type ConverterHint,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';

/** Longest encoding that is told; it is the sender's word. */
const MOST_TOLD = 64;

/** In place of a value that is none of ours. It is no message, so the inbox rejects it as malformed. */
export interface Undecodable {
  /** The payload's encoding, `json/plain` where its JSON is broken; `none` where it does not say. Never anything of the content. */
  readonly undecodable: string;
}

/**
 * The default converter, except that what others send to a workflow (its input, signals, updates, queries, the memo) never
 * throws: an {@link Undecodable} takes its place, and that of bare bytes too, which no message is and which would take seconds
 * to be walked as an object. An activity's result still throws, since the flow would take the marker for an answer; its
 * workflow task is repeated, visibly, until the activity or the code is mended.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload: <T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T => {
    const decoded = () => defaultPayloadConverter.fromPayload(payload, context, hint);
    if (context?.type === 'activity') return decoded();
    try {
      const value = decoded();
      if (!(value instanceof Uint8Array)) return value;
    } catch {
      // Whatever it is, the marker says so.
    }
    return { undecodable: encodingOf(payload) } satisfies Undecodable as T;
  },
};

/** Byte by byte: encodings are ASCII, and bytes that are not must not make this throw in turn. */
function encodingOf({ metadata }: Payload): string {
  const bytes = metadata?.['encoding'] ?? [];
  return String.fromCharCode(...bytes.slice(0, MOST_TOLD)) || 'none';
}
