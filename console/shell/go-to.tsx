/** Straight to an entity by its key, from every page; `/` puts the cursor there. */
import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { listPage } from '../http/paths.js';
import { IconSearch } from '../parts/icons.js';

/** Shorter texts are not searched for. */
const LEAST_LENGTH = 2;

/** The field in the header. */
export function GoTo() {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  useHotkeys([['/', () => field.current?.focus()]]);
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const asked = text.trim();
    if (asked.length < LEAST_LENGTH) return;
    navigate(listPage({ text: asked }));
    setText('');
    field.current?.blur();
  };
  return (
    <form onSubmit={go} role="search" style={{ flex: '1 1 auto', maxWidth: 420, minWidth: 0 }}>
      <TextInput
        ref={field}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder="Number of a claim, order, …"
        aria-label="Find by number"
        aria-keyshortcuts="/"
        leftSection={<IconSearch size={16} aria-hidden />}
        size="sm"
      />
    </form>
  );
}
