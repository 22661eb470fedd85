/** A reason: a code on record for ever, made of what somebody types in words. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { inWords } from '../../words/words.js';

/** Longest code. */
const LONGEST = 64;

/** `checked with the insured` → `checkedWithTheInsured`; what is a code already stays as it is. */
export function asCode(text: string): string {
  const [first = '', ...rest] = text
    .normalize('NFKD')
    .split(/[^A-Za-z0-9._-]+/)
    .filter(Boolean);
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('').slice(0, LONGEST);
}

/** The field for it. */
export function ReasonField({
  label = 'Reason',
  required = true,
  value,
  onChange,
}: {
  readonly label?: string;
  readonly required?: boolean;
  readonly value: string | undefined;
  readonly onChange: (code: string | undefined) => void;
}) {
  const [text, setText] = useState(value === undefined ? '' : inWords(value));
  return (
    <TextInput
      label={label}
      description="A few words. It stays on record: no names and nothing personal."
      required={required}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const code = asCode(event.currentTarget.value);
        onChange(code === '' ? undefined : code);
      }}
    />
  );
}
