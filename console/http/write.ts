/** Changing something at the gateway: under one key however often it has to be sent, and what is shown is read again afterwards. */
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { isRefusal } from './problem.js';

/**
 * An order that can be given.
 * @param send is given a key under which the gateway recognises a repeat. What was done or refused is over: what is sent next has another.
 * @param onDone once it is done
 */
export function useWrite<Answer, Given = void>(
  send: (given: Given, key: string) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
): UseMutationResult<Answer, Error, Given> {
  const client = useQueryClient();
  const key = useRef<string>(undefined);
  return useMutation({
    mutationFn: (given: Given) => send(given, (key.current ??= crypto.randomUUID())),
    onSuccess: (answer) => onDone?.(answer),
    onSettled: (_, error) => {
      if (error === null || isRefusal(error)) key.current = undefined;
      return client.invalidateQueries({ queryKey: ['read'] });
    },
  });
}
