/** A reason: a code on record for ever, made of what somebody types in words. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { inWords } from '../../words/words.js';
import { asCode } from './code.js';

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
