/** A note: free text, which goes to the erasable store. */
import { Textarea } from '@mantine/core';
import { request } from '../../http/request.js';

/** The field for it. */
export function NoteField({
  required = false,
  value,
  onChange,
}: {
  readonly required?: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  return (
    <Textarea
      label="Note"
      description="In your own words. It is kept apart and can be erased."
      required={required}
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Puts free text into the erasable store. @returns its reference, which is what records and messages bear */
export async function kept(text: string, key: string): Promise<string> {
  const body = { data: { text } };
  const { ref } = await request<{ ref: string }>('/api/subjects', { method: 'POST', body, idempotencyKey: key });
  return ref;
}
