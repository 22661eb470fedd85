/** What the API's own description says of the body of a request: forms are made of it. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { Schema } from '../parts/form/schema.js';
import { useRead } from './read.js';

/** The part of the description that is looked at. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>> | undefined>>;
}

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema } | undefined>> };
}

/** The description, which is large: it is read where a form needs it. */
export function useDescription(): UseQueryResult<Description> {
  return useRead<Description>('/openapi.json');
}

/** The body that a route takes. @throws Error where the description has none */
export function bodyOf({ paths }: Description, method: 'post' | 'put', path: string): Schema {
  const schema = paths[path]?.[method]?.requestBody?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`The API's description says nothing of the body of ${method.toUpperCase()} ${path}`);
  return schema;
}
